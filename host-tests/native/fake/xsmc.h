/*
 * The part of the XS C API that our modules use, with the same names and the same rules: slots are values, errors jump,
 * a host object has data and hooks, a remembered slot is a root. Declarations only; p1-serial's fake-host.h has the bodies that
 * its harness needs.
 */
#ifndef FAKE_XSMC_H
#define FAKE_XSMC_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t xsIntegerValue;
typedef uint32_t xsUnsignedValue;
typedef uint8_t xsBooleanValue;
typedef int xsIdentifier;
typedef struct xsMachine xsMachine;
typedef struct FakeObject FakeObject;

typedef enum {
	xsUndefinedType,
	xsNullType,
	xsBooleanType,
	xsIntegerType,
	xsNumberType,
	xsStringType,
	xsReferenceType
} xsType;

typedef struct xsSlot {
	xsType type;
	union {
		int32_t integer;
		double number;
		const char *string;
		FakeObject *object;
	} value;
} xsSlot;

typedef void (*xsMarkRoot)(xsMachine *the, xsSlot *slot);
typedef struct {
	void (*destructor)(void *data);
	void (*mark)(xsMachine *the, void *data, xsMarkRoot markRoot);
	void *reserved;
} xsHostHooks;

#define FAKE_VARS (4)
typedef struct FakeFrame {
	xsSlot self;
	xsSlot result;
	xsSlot args[FAKE_VARS];
	xsSlot vars[FAKE_VARS];
	int argc;
	int varCount;
	struct FakeFrame *outer;
} FakeFrame;

struct xsMachine {
	FakeFrame *frame;
	jmp_buf *jump;
	const char *exception;
	int aborts;
};

#define xsThis (the->frame->self)
#define xsResult (the->frame->result)
#define xsArg(index) (the->frame->args[index])
#define xsVar(index) (*fakeVar(the, index))
#define xsmcArgc (the->frame->argc)
#define xsmcVars(count) ((void)(the->frame->varCount = (count)))
#define xsReference(slot) (*(slot))

#define xsmcTypeOf(slot) ((slot).type)
#define xsmcHas(object, id) fakeHas(the, &(object), id)
#define xsmcGet(slot, object, id) ((slot) = fakeGet(the, &(object), id))
#define xsmcTest(slot) fakeTest(&(slot))
#define xsmcToInteger(slot) fakeToInteger(the, &(slot))
#define xsmcToString(slot) fakeToString(the, &(slot))
#define xsmcSetInteger(slot, number) ((slot) = (xsSlot){.type = xsIntegerType, .value = {.integer = (number)}})
#define xsmcSetUnsigned(slot, count) ((slot) = (xsSlot){.type = xsNumberType, .value = {.number = (count)}})
#define xsmcSetBoolean(slot, truth) ((slot) = (xsSlot){.type = xsBooleanType, .value = {.integer = (truth)}})
#define xsmcSetStringX(slot, text) ((slot) = (xsSlot){.type = xsStringType, .value = {.string = (text)}})
#define xsmcSetArrayBuffer(slot, data, size) fakeSetArrayBuffer(the, &(slot), data, size)
#define xsmcGetBufferReadable(slot, data, length) fakeGetBuffer(the, &(slot), data, length)
#define xsmcGetBufferWritable(slot, data, length) fakeGetBuffer(the, &(slot), data, length)

#define xsmcSetHostData(slot, data) fakeSetHostData(the, &(slot), data)
#define xsmcGetHostData(slot) fakeGetHostData(the, &(slot))
#define xsmcGetHostDataValidate(slot, hooks) fakeGetHostDataValidate(the, &(slot), hooks)
#define xsSetHostHooks(slot, hooks) fakeSetHostHooks(the, &(slot), hooks)
#define xsmcSetHostDestructor(slot, destructor) fakeSetHostDestructor(the, &(slot), destructor)
#define xsRemember(slot) fakeRemember(the, &(slot))
#define xsForget(slot) fakeForget(the, &(slot))

#define xsCallFunction1(function, self, a) fakeCall(the, &(function), self, 1, a, (xsSlot){0})
#define xsCallFunction2(function, self, a, b) fakeCall(the, &(function), self, 2, a, b)

#define xsUnknownError(message) fakeThrow(the, message)
#define xsRangeError(message) fakeThrow(the, message)
#define xsTypeError(message) fakeThrow(the, message)

/* An exception that leaves the host block aborts; with an abort hook that ignores it, execution goes on after the block. */
#define xsBeginHost(machine) \
	do { \
		xsMachine *hostMachine = (machine); \
		FakeFrame hostFrame = {.outer = hostMachine->frame}; \
		jmp_buf hostJump, *outerJump = hostMachine->jump; \
		hostMachine->frame = &hostFrame; \
		hostMachine->jump = &hostJump; \
		if (0 == setjmp(hostJump)) { \
			xsMachine *the = hostMachine

#define xsEndHost(machine) \
			(void)the; \
		} \
		else \
			hostMachine->aborts += 1; \
		hostMachine->frame = hostFrame.outer; \
		hostMachine->jump = outerJump; \
	} while (0)

__attribute__((noreturn)) void fakeThrow(xsMachine *the, const char *message);
xsSlot *fakeVar(xsMachine *the, int index);
xsBooleanValue fakeHas(xsMachine *the, xsSlot *object, xsIdentifier id);
xsSlot fakeGet(xsMachine *the, xsSlot *object, xsIdentifier id);
xsBooleanValue fakeTest(xsSlot *slot);
xsIntegerValue fakeToInteger(xsMachine *the, xsSlot *slot);
const char *fakeToString(xsMachine *the, xsSlot *slot);
void fakeSetArrayBuffer(xsMachine *the, xsSlot *slot, const void *data, xsIntegerValue size);
void fakeGetBuffer(xsMachine *the, xsSlot *slot, void **data, xsUnsignedValue *length);
void fakeSetHostData(xsMachine *the, xsSlot *slot, void *data);
void *fakeGetHostData(xsMachine *the, xsSlot *slot);
void *fakeGetHostDataValidate(xsMachine *the, xsSlot *slot, void *hooks);
void fakeSetHostHooks(xsMachine *the, xsSlot *slot, const xsHostHooks *hooks);
void fakeSetHostDestructor(xsMachine *the, xsSlot *slot, void *destructor);
void fakeRemember(xsMachine *the, xsSlot *slot);
void fakeForget(xsMachine *the, xsSlot *slot);
void fakeCall(xsMachine *the, xsSlot *function, xsSlot self, int argc, xsSlot a, xsSlot b);

#endif
