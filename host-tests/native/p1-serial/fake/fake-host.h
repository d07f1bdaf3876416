/*
 * Bodies for the fake headers, for one translation unit. The UART behaves as ESP-IDF v6.0's driver does on the chip: a
 * 128-byte FIFO, interrupts at a threshold, after idle time and on faults, a byte ring, a stash for what did not fit, an
 * event queue that drops when full. Time passes only as bytes do, so that a stall of JavaScript is exact.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <stdio.h>
#include <stdlib.h>

#include "builtinCommon.h"
#include "driver/uart.h"
#include "mc.xs.h"
#include "modTimer.h"
#include "soc/uart_reg.h"
#include "xsPlatform.h"
#include "xsmc.h"

#define FAKE_FIFO_BYTES (128)
#define FAKE_DEFAULT_INTERRUPTS \
	(UART_RXFIFO_FULL_INT_ENA | UART_RXFIFO_TOUT_INT_ENA | UART_RXFIFO_OVF_INT_ENA | UART_BRK_DET_INT_ENA | \
		UART_PARITY_ERR_INT_ENA)

typedef void (*FakeFunction)(xsMachine *the);

struct FakeObject {
	xsSlot properties[FAKE_ID_COUNT];
	FakeFunction call;
	uint8_t *bytes;
	uint32_t byteLength;
	void *data;
	const xsHostHooks *hooks;
	void (*destructor)(void *data);
};

struct FakeTimer {
	uint64_t dueNs;
	int intervalMs;
	int useCount;
	modTimerCallback callback;
	void *refcon;
	int refconSize;
};

struct FakeQueue {
	uart_event_t *events;
	int capacity;
	int count;
};

static struct {
	uint64_t nowNs;
	bool stalled;
	/* Bytes that arrive between an interrupt's cause and its handler. */
	int interruptLateBytes;
	int allocations;
	int liveAllocations;
	/* The n-th call that can fail fails; 0: none. */
	int failAt;
	int fallibleCalls;
	uint32_t pinsInUse;
	int remembered;
	struct FakeTimer *timer;
	struct {
		bool installed;
		uart_config_t config;
		uint32_t inverse;
		int rx;
		uint32_t interrupts;
		int threshold, idleCharacters;
		uint8_t fifo[FAKE_FIFO_BYTES];
		int fifoCount;
		uint8_t stash[FAKE_FIFO_BYTES];
		int stashCount;
		bool full;
		uint8_t *ring;
		int ringSize, ringStart, ringCount;
		struct FakeQueue queue;
	} uart[UART_NUM_MAX];
} fake;

static bool fakeFails(void)
{
	fake.fallibleCalls += 1;
	return fake.fallibleCalls == fake.failAt;
}

/* --- memory --- */

void *fakeCalloc(size_t count, size_t size)
{
	void *memory = fakeFails() ? NULL : calloc(count, size);

	if (memory) {
		fake.allocations += 1;
		fake.liveAllocations += 1;
	}
	return memory;
}

void fakeFree(void *memory)
{
	if (memory)
		fake.liveAllocations -= 1;
	free(memory);
}

/* --- XS --- */

void fakeThrow(xsMachine *the, const char *message)
{
	the->exception = message;
	longjmp(*the->jump, 1);
}

xsSlot *fakeVar(xsMachine *the, int index)
{
	if (index >= the->frame->varCount)
		abort();
	return &the->frame->vars[index];
}

xsBooleanValue fakeHas(xsMachine *the, xsSlot *object, xsIdentifier id)
{
	(void)the;
	return xsUndefinedType != object->value.object->properties[id].type;
}

xsSlot fakeGet(xsMachine *the, xsSlot *object, xsIdentifier id)
{
	(void)the;
	return object->value.object->properties[id];
}

xsBooleanValue fakeTest(xsSlot *slot)
{
	return (xsReferenceType == slot->type) || ((xsBooleanType == slot->type) && slot->value.integer) ||
		((xsIntegerType == slot->type) && slot->value.integer);
}

xsIntegerValue fakeToInteger(xsMachine *the, xsSlot *slot)
{
	if (xsReferenceType == slot->type)
		fakeThrow(the, "cannot coerce to integer");
	return (xsIntegerType == slot->type) ? slot->value.integer : 0;
}

const char *fakeToString(xsMachine *the, xsSlot *slot)
{
	if (xsReferenceType == slot->type)
		fakeThrow(the, "cannot coerce to string");
	return (xsStringType == slot->type) ? slot->value.string : "?";
}

void fakeGetBuffer(xsMachine *the, xsSlot *slot, void **data, xsUnsignedValue *length)
{
	if ((xsReferenceType != slot->type) || !slot->value.object->bytes)
		fakeThrow(the, "invalid buffer");
	*data = slot->value.object->bytes;
	*length = slot->value.object->byteLength;
}

void fakeSetHostData(xsMachine *the, xsSlot *slot, void *data)
{
	(void)the;
	slot->value.object->data = data;
}

void *fakeGetHostData(xsMachine *the, xsSlot *slot)
{
	(void)the;
	return slot->value.object->data;
}

void *fakeGetHostDataValidate(xsMachine *the, xsSlot *slot, void *hooks)
{
	if (!slot->value.object->data || (slot->value.object->hooks != hooks))
		fakeThrow(the, "invalid host object");
	return slot->value.object->data;
}

void fakeSetHostHooks(xsMachine *the, xsSlot *slot, const xsHostHooks *hooks)
{
	(void)the;
	slot->value.object->hooks = hooks;
	slot->value.object->destructor = hooks->destructor;
}

void fakeSetHostDestructor(xsMachine *the, xsSlot *slot, void *destructor)
{
	(void)the;
	(void)destructor;
	slot->value.object->hooks = NULL;
	slot->value.object->destructor = NULL;
}

void fakeRemember(xsMachine *the, xsSlot *slot)
{
	(void)the;
	(void)slot;
	fake.remembered += 1;
}

void fakeForget(xsMachine *the, xsSlot *slot)
{
	(void)the;
	(void)slot;
	fake.remembered -= 1;
}

void fakeCall(xsMachine *the, xsSlot *function, xsSlot self, int argc, xsSlot a, xsSlot b)
{
	FakeFrame frame = {.self = self, .argc = argc, .args = {a, b}, .outer = the->frame};

	the->frame = &frame;
	(*function->value.object->call)(the);
	the->frame = frame.outer;
}

/* --- the SDK --- */

uint8_t builtinIsPinFree(uint32_t pin)
{
	return !(fake.pinsInUse & (1u << pin));
}

uint8_t builtinUsePin(uint32_t pin)
{
	if (!builtinIsPinFree(pin))
		abort();
	fake.pinsInUse |= 1u << pin;
	return 1;
}

void builtinFreePin(uint32_t pin)
{
	if (builtinIsPinFree(pin))
		abort();
	fake.pinsInUse &= ~(1u << pin);
}

xsSlot *builtinGetCallback(xsMachine *the, xsIdentifier id)
{
	xsSlot *slot = &xsArg(0).value.object->properties[id];

	if (xsUndefinedType == slot->type)
		return NULL;
	if ((xsReferenceType != slot->type) || !slot->value.object->call)
		fakeThrow(the, "not a function");
	return slot;
}

void builtinInitializeTarget(xsMachine *the)
{
	(void)the;
}

modTimer modTimerAdd(int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize)
{
	struct FakeTimer *timer = fakeCalloc(1, sizeof(struct FakeTimer));

	if (!timer)
		return NULL;
	if (fake.timer)
		abort();
	timer->refcon = malloc((size_t)refconSize);
	if (!timer->refcon)
		abort();
	memcpy(timer->refcon, refcon, (size_t)refconSize);
	timer->dueNs = fake.nowNs + (uint64_t)firstInterval * 1000000;
	timer->intervalMs = secondInterval;
	timer->useCount = 1;
	timer->callback = callback;
	timer->refconSize = refconSize;
	fake.timer = timer;
	return timer;
}

void modTimerRemove(modTimer timer)
{
	if (timer != fake.timer)
		abort();
	timer->useCount -= 1;
	if (timer->useCount > 0)
		return;
	fake.timer = NULL;
	free(timer->refcon);
	fakeFree(timer);
}

/* One turn of the JavaScript task. Like the SDK's, it survives the removal of a timer by its own callback. */
static void fakeRunTimers(void)
{
	struct FakeTimer *timer = fake.timer;

	while (timer && !fake.stalled && (fake.nowNs >= timer->dueNs)) {
		timer->dueNs += (uint64_t)timer->intervalMs * 1000000;
		timer->useCount += 1;
		(*timer->callback)(timer, timer->refcon, timer->refconSize);
		timer->useCount -= 1;
		if (0 == timer->useCount) {
			timer->useCount = 1;
			modTimerRemove(timer);
		}
		timer = fake.timer;
	}
}

/* --- FreeRTOS --- */

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t ticksToWait)
{
	if (ticksToWait)
		abort();
	if (0 == queue->count)
		return pdFALSE;
	memcpy(item, &queue->events[0], sizeof(uart_event_t));
	queue->count -= 1;
	memmove(&queue->events[0], &queue->events[1], (size_t)queue->count * sizeof(uart_event_t));
	return pdTRUE;
}

BaseType_t xQueueReset(QueueHandle_t queue)
{
	queue->count = 0;
	return fakeFails() ? pdFALSE : pdPASS;
}

/* --- the uart driver --- */

static void fakePost(uart_port_t port, uart_event_type_t type)
{
	struct FakeQueue *queue = &fake.uart[port].queue;

	if (queue->count < queue->capacity) {
		queue->events[queue->count] = (uart_event_t){.type = type};
		queue->count += 1;
	}
}

static bool fakeRingSend(uart_port_t port, const uint8_t *bytes, int count)
{
	int i;

	if (fake.uart[port].ringCount + count > fake.uart[port].ringSize)
		return false;
	for (i = 0; i < count; i += 1) {
		int end = (fake.uart[port].ringStart + fake.uart[port].ringCount) % fake.uart[port].ringSize;

		fake.uart[port].ring[end] = bytes[i];
		fake.uart[port].ringCount += 1;
	}
	return true;
}

static void fakeReceiveInterrupt(uart_port_t port)
{
	memcpy(fake.uart[port].stash, fake.uart[port].fifo, (size_t)fake.uart[port].fifoCount);
	fake.uart[port].stashCount = fake.uart[port].fifoCount;
	fake.uart[port].fifoCount = 0;
	if (fakeRingSend(port, fake.uart[port].stash, fake.uart[port].stashCount)) {
		fakePost(port, UART_DATA);
		return;
	}
	fake.uart[port].full = true;
	fake.uart[port].interrupts &= ~(UART_RXFIFO_FULL_INT_ENA | UART_RXFIFO_TOUT_INT_ENA);
	fakePost(port, UART_BUFFER_FULL);
}

static void fakeUnstash(uart_port_t port)
{
	if (!fake.uart[port].full || !fakeRingSend(port, fake.uart[port].stash, fake.uart[port].stashCount))
		return;
	fake.uart[port].full = false;
	fake.uart[port].interrupts |= UART_RXFIFO_FULL_INT_ENA | UART_RXFIFO_TOUT_INT_ENA;
}

/* The line brings one byte of 10 bit times; JavaScript gets its turn. */
static void fakeLineByte(uart_port_t port, uint8_t byte)
{
	if (!fake.uart[port].installed)
		return;
	fake.nowNs += 10000000000ull / (uint64_t)fake.uart[port].config.baud_rate;
	if (FAKE_FIFO_BYTES == fake.uart[port].fifoCount) {
		fake.uart[port].fifoCount = 0;
		fakePost(port, UART_FIFO_OVF);
	}
	else {
		fake.uart[port].fifo[fake.uart[port].fifoCount] = byte;
		fake.uart[port].fifoCount += 1;
	}
	if ((fake.uart[port].fifoCount >= fake.uart[port].threshold + fake.interruptLateBytes) &&
		(fake.uart[port].interrupts & UART_RXFIFO_FULL_INT_ENA))
		fakeReceiveInterrupt(port);
	fakeRunTimers();
}

/* Nothing comes for that long. */
static void fakeLineIdle(uart_port_t port, int idleMs)
{
	if (fake.uart[port].installed && fake.uart[port].fifoCount && fake.uart[port].idleCharacters &&
		(fake.uart[port].interrupts & UART_RXFIFO_TOUT_INT_ENA))
		fakeReceiveInterrupt(port);
	fake.nowNs += (uint64_t)idleMs * 1000000;
	fakeRunTimers();
}

static void fakeLineFault(uart_port_t port, uart_event_type_t type)
{
	uint32_t bit = (UART_FRAME_ERR == type)
		? UART_FRM_ERR_INT_ENA
		: (UART_PARITY_ERR == type) ? UART_PARITY_ERR_INT_ENA : UART_BRK_DET_INT_ENA;

	if (fake.uart[port].interrupts & bit)
		fakePost(port, type);
}

esp_err_t uart_driver_install(uart_port_t port, int rxBytes, int txBytes, int queueLength, QueueHandle_t *queue, int flags)
{
	(void)flags;
	if (fakeFails() || fake.uart[port].installed || (rxBytes <= FAKE_FIFO_BYTES) || txBytes)
		return ESP_FAIL;
	memset(&fake.uart[port], 0, sizeof(fake.uart[port]));
	fake.uart[port].installed = true;
	fake.uart[port].ring = malloc((size_t)rxBytes);
	fake.uart[port].ringSize = rxBytes;
	fake.uart[port].queue.events = malloc((size_t)queueLength * sizeof(uart_event_t));
	fake.uart[port].queue.capacity = queueLength;
	fake.uart[port].interrupts = FAKE_DEFAULT_INTERRUPTS;
	fake.uart[port].threshold = 120;
	fake.uart[port].idleCharacters = 10;
	/* The line is not configured yet: what it says now must not count. */
	fakePost(port, UART_BREAK);
	*queue = &fake.uart[port].queue;
	return ESP_OK;
}

esp_err_t uart_driver_delete(uart_port_t port)
{
	if (!fake.uart[port].installed)
		abort();
	free(fake.uart[port].ring);
	free(fake.uart[port].queue.events);
	memset(&fake.uart[port], 0, sizeof(fake.uart[port]));
	return ESP_OK;
}

bool uart_is_driver_installed(uart_port_t port)
{
	return fake.uart[port].installed;
}

esp_err_t uart_param_config(uart_port_t port, const uart_config_t *config)
{
	fake.uart[port].config = *config;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_line_inverse(uart_port_t port, uint32_t mask)
{
	fake.uart[port].inverse = mask;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_pin(uart_port_t port, int tx, int rx, int rts, int cts)
{
	if ((UART_PIN_NO_CHANGE != tx) || (UART_PIN_NO_CHANGE != rts) || (UART_PIN_NO_CHANGE != cts))
		abort();
	fake.uart[port].rx = rx;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_rx_full_threshold(uart_port_t port, int threshold)
{
	fake.uart[port].threshold = threshold;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_rx_timeout(uart_port_t port, const uint8_t characters)
{
	fake.uart[port].idleCharacters = characters;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_enable_intr_mask(uart_port_t port, uint32_t mask)
{
	fake.uart[port].interrupts |= mask;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_flush_input(uart_port_t port)
{
	fake.uart[port].ringCount = 0;
	fake.uart[port].fifoCount = 0;
	fake.uart[port].full = false;
	return fakeFails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_get_buffered_data_len(uart_port_t port, size_t *size)
{
	if (!fake.uart[port].installed)
		abort();
	*size = (size_t)fake.uart[port].ringCount;
	return ESP_OK;
}

int uart_read_bytes(uart_port_t port, void *bytes, uint32_t length, TickType_t ticksToWait)
{
	uint32_t count = 0;

	if (!fake.uart[port].installed || ticksToWait)
		abort();
	while (count < length) {
		if (!fake.uart[port].ringCount) {
			fakeUnstash(port);
			if (!fake.uart[port].ringCount)
				break;
		}
		((uint8_t *)bytes)[count] = fake.uart[port].ring[fake.uart[port].ringStart];
		fake.uart[port].ringStart = (fake.uart[port].ringStart + 1) % fake.uart[port].ringSize;
		fake.uart[port].ringCount -= 1;
		count += 1;
	}
	fakeUnstash(port);
	return (int)count;
}

#endif
