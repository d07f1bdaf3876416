/* Runs p1-serial.c against fake-host.h. */
#include "fake-host.h"
#include "scenario.h"

#include "p1-serial.c"

#define PORT (UART_NUM_1)
#define RECEIVE_PIN (20)
#define RECEIVED_MAX (20000)

static xsMachine machine;
static FakeFrame bottom;
static FakeObject options, serialObject, bufferObject, readableFunction, errorFunction;
static uint8_t buffer[512];

static struct {
	uint8_t bytes[RECEIVED_MAX];
	int count;
	int readableCalls, largestAvailable;
	uint32_t errors[FAULT_KINDS];
	int errorCalls;
	bool closeOnReadable, closeOnError, throwOnReadable, ignore;
	uint32_t readLimit;
} reader;

static xsSlot objectSlot(FakeObject *object)
{
	return (xsSlot){.type = xsReferenceType, .value = {.object = object}};
}

static xsSlot integerSlot(int32_t value)
{
	return (xsSlot){.type = xsIntegerType, .value = {.integer = value}};
}

static xsSlot stringSlot(const char *value)
{
	return (xsSlot){.type = xsStringType, .value = {.string = value}};
}

/* Calls a native method as JavaScript would; returns what it threw, or NULL. */
static const char *call(FakeFunction function, int argc, xsSlot argument, xsSlot *result)
{
	FakeFrame frame = {.self = objectSlot(&serialObject), .argc = argc, .args = {argument}, .outer = machine.frame};
	FakeFrame *outer = machine.frame;
	jmp_buf jump, *outerJump = machine.jump;

	machine.exception = NULL;
	machine.frame = &frame;
	machine.jump = &jump;
	if (0 == setjmp(jump))
		(*function)(&machine);
	machine.frame = outer;
	machine.jump = outerJump;
	if (result)
		*result = frame.result;
	return machine.exception;
}

static const char *open(void)
{
	return call(xs_p1serial_constructor, 1, objectSlot(&options), NULL);
}

static void close(void)
{
	CHECK(!call(xs_p1serial_close, 0, (xsSlot){0}, NULL));
}

static int readInto(uint32_t length)
{
	xsSlot result;

	bufferObject.bytes = buffer;
	bufferObject.byteLength = length;
	CHECK(!call(xs_p1serial_read, 1, objectSlot(&bufferObject), &result));
	return result.value.integer;
}

static void onReadable(xsMachine *the)
{
	int available = xsArg(0).value.integer;
	int count;

	CHECK(1 == xsmcArgc);
	CHECK(&serialObject == xsThis.value.object);
	reader.readableCalls += 1;
	if (available > reader.largestAvailable)
		reader.largestAvailable = available;
	if (reader.throwOnReadable)
		fakeThrow(the, "thrown by onReadable");
	if (reader.closeOnReadable) {
		close();
		return;
	}
	if (reader.ignore)
		return;
	do {
		count = readInto(reader.readLimit ? reader.readLimit : sizeof(buffer));
		CHECK(reader.count + count <= RECEIVED_MAX);
		memcpy(&reader.bytes[reader.count], buffer, (size_t)count);
		reader.count += count;
	} while (count && !reader.readLimit);
}

static void onError(xsMachine *the)
{
	int kind;

	CHECK(2 == xsmcArgc);
	for (kind = 0; strcmp(FAULT_NAMES[kind], xsArg(0).value.string); kind += 1)
		CHECK(kind + 1 < FAULT_KINDS);
	reader.errors[kind] += (uint32_t)xsArg(1).value.integer;
	reader.errorCalls += 1;
	if (reader.closeOnError)
		close();
}

static void reset(void)
{
	memset(&reader, 0, sizeof(reader));
	memset(&options, 0, sizeof(options));
	memset(&serialObject, 0, sizeof(serialObject));
	memset(&machine, 0, sizeof(machine));
	machine.frame = &bottom;
	readableFunction.call = onReadable;
	errorFunction.call = onError;
	options.properties[xsID_receive] = integerSlot(RECEIVE_PIN);
	options.properties[xsID_port] = integerSlot(PORT);
	options.properties[xsID_baud] = integerSlot(115200);
	options.properties[xsID_invert] = (xsSlot){.type = xsBooleanType, .value = {.integer = 1}};
	options.properties[xsID_onReadable] = objectSlot(&readableFunction);
	options.properties[xsID_onError] = objectSlot(&errorFunction);
}

static void checkNothingHeld(void)
{
	CHECK(0 == fake.liveAllocations);
	CHECK(0 == fake.pinsInUse);
	CHECK(0 == fake.remembered);
	CHECK(!fake.timer);
	CHECK(!fake.uart[UART_NUM_0].installed && !fake.uart[UART_NUM_1].installed);
}

static uint8_t pattern(int index)
{
	return (uint8_t)(index * 31 + (index >> 8));
}

static void sendPattern(int from, int to)
{
	int i;

	for (i = from; i < to; i += 1)
		fakeLineByte(PORT, pattern(i));
}

static void checkPattern(int count)
{
	int i;

	CHECK(count == reader.count);
	for (i = 0; i < count; i += 1)
		CHECK(pattern(i) == reader.bytes[i]);
}

/* --- scenarios --- */

static void appliesOptions(void)
{
	CHECK(!open());
	CHECK(115200 == fake.uart[PORT].config.baud_rate);
	CHECK(UART_DATA_8_BITS == fake.uart[PORT].config.data_bits);
	CHECK(UART_PARITY_DISABLE == fake.uart[PORT].config.parity);
	CHECK(UART_STOP_BITS_1 == fake.uart[PORT].config.stop_bits);
	CHECK(UART_SIGNAL_RXD_INV == fake.uart[PORT].inverse);
	CHECK(RECEIVE_PIN == fake.uart[PORT].rx);
	CHECK(8192 == fake.uart[PORT].ringSize);
	CHECK((1u << RECEIVE_PIN) == fake.pinsInUse);
	close();

	options.properties[xsID_baud] = integerSlot(9600);
	options.properties[xsID_dataBits] = integerSlot(7);
	options.properties[xsID_parity] = stringSlot("even");
	options.properties[xsID_invert] = (xsSlot){.type = xsBooleanType};
	options.properties[xsID_ringBytes] = integerSlot(4096);
	CHECK(!open());
	CHECK(9600 == fake.uart[PORT].config.baud_rate);
	CHECK(UART_DATA_7_BITS == fake.uart[PORT].config.data_bits);
	CHECK(UART_PARITY_EVEN == fake.uart[PORT].config.parity);
	CHECK(UART_SIGNAL_INV_DISABLE == fake.uart[PORT].inverse);
	CHECK(4096 == fake.uart[PORT].ringSize);
	close();
}

static void refusesBadOptions(void)
{
	static const struct {
		xsIdentifier id;
		xsSlot value;
		const char *message;
	} cases[] = {
		{xsID_receive, {.type = xsUndefinedType}, "invalid receive"},
		{xsID_receive, {.type = xsIntegerType, .value = {.integer = -1}}, "invalid receive"},
		{xsID_receive, {.type = xsIntegerType, .value = {.integer = 22}}, "invalid receive"},
		{xsID_port, {.type = xsUndefinedType}, "invalid port"},
		{xsID_port, {.type = xsIntegerType, .value = {.integer = 2}}, "invalid port"},
		{xsID_baud, {.type = xsUndefinedType}, "invalid baud"},
		{xsID_baud, {.type = xsIntegerType, .value = {.integer = 299}}, "invalid baud"},
		{xsID_baud, {.type = xsIntegerType, .value = {.integer = 1000001}}, "invalid baud"},
		{xsID_dataBits, {.type = xsIntegerType, .value = {.integer = 6}}, "invalid dataBits"},
		{xsID_dataBits, {.type = xsIntegerType, .value = {.integer = 9}}, "invalid dataBits"},
		{xsID_parity, {.type = xsStringType, .value = {.string = "odd"}}, "invalid parity"},
		{xsID_ringBytes, {.type = xsIntegerType, .value = {.integer = 1023}}, "invalid ringBytes"},
		{xsID_ringBytes, {.type = xsIntegerType, .value = {.integer = 65537}}, "invalid ringBytes"},
		{xsID_onReadable, {.type = xsIntegerType, .value = {.integer = 1}}, "not a function"},
		{xsID_onError, {.type = xsIntegerType, .value = {.integer = 1}}, "not a function"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i += 1) {
		const char *thrown;

		reset();
		options.properties[cases[i].id] = cases[i].value;
		thrown = open();
		if (!thrown || strcmp(thrown, cases[i].message)) {
			fprintf(stderr, "case %zu: %s, not %s\n", i, thrown ? thrown : "nothing thrown", cases[i].message);
			exit(1);
		}
		CHECK(0 == fake.allocations);
		checkNothingHeld();
		CHECK(!serialObject.data);
	}
	reset();
	CHECK(!strcmp("options missing", call(xs_p1serial_constructor, 0, (xsSlot){0}, NULL)));
	CHECK(!strcmp("options missing", call(xs_p1serial_constructor, 1, integerSlot(1), NULL)));
}

static void refusesWhatIsInUse(void)
{
	FakeObject first;

	CHECK(!open());
	first = serialObject;
	memset(&serialObject, 0, sizeof(serialObject));
	CHECK(!strcmp("pin in use", open()));
	options.properties[xsID_receive] = integerSlot(4);
	CHECK(!strcmp("port in use", open()));
	CHECK((1u << RECEIVE_PIN) == fake.pinsInUse);
	CHECK(fake.uart[PORT].installed && !fake.uart[UART_NUM_0].installed);
	serialObject = first;
	close();
}

/* Each call that can fail fails once; then everything is back, and the next try works. */
static void undoesAHalfOpenedPort(void)
{
	int step, steps;

	CHECK(!open());
	steps = fake.fallibleCalls;
	CHECK(11 == steps);
	close();
	for (step = 1; step <= steps; step += 1) {
		memset(&serialObject, 0, sizeof(serialObject));
		fake.fallibleCalls = 0;
		fake.failAt = step;
		CHECK(open());
		checkNothingHeld();
		CHECK(!serialObject.data && !serialObject.hooks);
		xs_p1serial_destructor(serialObject.data);
		fake.failAt = 0;
		CHECK(!open());
		close();
		checkNothingHeld();
	}
}

static void deliversATelegram(void)
{
	CHECK(!open());
	sendPattern(0, 705);
	fakeLineIdle(PORT, 40);
	checkPattern(705);
	CHECK(0 == reader.errorCalls);
	CHECK(reader.readableCalls <= 5);
	reader.readableCalls = 0;
	fakeLineIdle(PORT, 1000);
	CHECK(0 == reader.readableCalls);
	close();
}

static void offersUnreadBytesAgain(void)
{
	reader.readLimit = 100;
	CHECK(!open());
	sendPattern(0, 250);
	fakeLineIdle(PORT, 1);
	fakeLineIdle(PORT, 200);
	checkPattern(250);
	CHECK(0 == readInto(sizeof(buffer)));
	CHECK(0 == readInto(0));
	close();
}

/* 8 KiB at line speed while JavaScript stands still for 700 ms: a collection, a flash erase, a TLS handshake. */
static void survivesAStall(void)
{
	CHECK(!open());
	fake.stalled = true;
	sendPattern(0, 8070);
	CHECK(fake.nowNs >= 700 * 1000000ull);
	fake.stalled = false;
	sendPattern(8070, 8192);
	fakeLineIdle(PORT, 40);
	checkPattern(8192);
	CHECK(reader.largestAvailable > 7900);
	CHECK(0 == reader.errorCalls);
	close();
}

/* Another interrupt or a critical section holds the handler up for 2 ms, each time. */
static void survivesLateInterrupts(void)
{
	CHECK(!open());
	fake.interruptLateBytes = 23;
	sendPattern(0, 5000);
	fakeLineIdle(PORT, 40);
	checkPattern(5000);
	CHECK(0 == reader.errorCalls);
	close();
}

/* Some meters send a telegram in pieces. */
static void joinsAChunkedTelegram(void)
{
	int from;

	CHECK(!open());
	fake.stalled = true;
	for (from = 0; from < 700; from += 50) {
		sendPattern(from, from + 50);
		fakeLineIdle(PORT, 30);
	}
	fake.stalled = false;
	fakeLineIdle(PORT, 40);
	checkPattern(700);
	CHECK(0 == reader.errorCalls);
	close();
}

static void reportsAnOverflow(void)
{
	int received;

	CHECK(!open());
	fake.stalled = true;
	sendPattern(0, 9000);
	fake.stalled = false;
	fakeLineIdle(PORT, 20);
	received = reader.count;
	CHECK(received >= 8192 && received < 9000);
	checkPattern(received);
	CHECK(reader.errors[FAULT_OVERFLOW] > 0);
	/* And it goes on receiving. */
	reader.count = 0;
	fakeLineIdle(PORT, 20);
	reader.count = 0;
	sendPattern(0, 300);
	fakeLineIdle(PORT, 40);
	checkPattern(300);
	close();
}

static void countsFaultsByKind(void)
{
	int i;

	CHECK(!open());
	fakeLineIdle(PORT, 20);
	CHECK(0 == reader.errorCalls);
	for (i = 0; i < 3; i += 1)
		fakeLineFault(PORT, UART_FRAME_ERR);
	fakeLineFault(PORT, UART_PARITY_ERR);
	fakeLineFault(PORT, UART_PARITY_ERR);
	fakeLineFault(PORT, UART_BREAK);
	fakeLineIdle(PORT, 20);
	CHECK(3 == reader.errors[FAULT_FRAMING]);
	CHECK(2 == reader.errors[FAULT_PARITY]);
	CHECK(1 == reader.errors[FAULT_BREAK]);
	CHECK(0 == reader.errors[FAULT_OVERFLOW]);
	CHECK(3 == reader.errorCalls);
	CHECK(0 == reader.readableCalls);
	close();
}

static void boundsAStormOfFaults(void)
{
	int i;

	CHECK(!open());
	for (i = 0; i < 1000; i += 1)
		fakeLineFault(PORT, UART_FRAME_ERR);
	fakeLineIdle(PORT, 20);
	CHECK(EVENT_QUEUE_LENGTH == reader.errors[FAULT_FRAMING]);
	CHECK(1 == reader.errorCalls);
	close();
}

static void worksWithoutCallbacks(void)
{
	options.properties[xsID_onReadable] = (xsSlot){0};
	options.properties[xsID_onError] = (xsSlot){0};
	CHECK(!open());
	sendPattern(0, 300);
	fakeLineFault(PORT, UART_FRAME_ERR);
	fakeLineIdle(PORT, 40);
	CHECK(300 == readInto(sizeof(buffer)));
	close();
}

static void closesTwice(void)
{
	xsSlot result = {0};

	CHECK(!open());
	close();
	checkNothingHeld();
	close();
	CHECK(call(xs_p1serial_read, 1, objectSlot(&bufferObject), &result));
}

static void closesInsideOnReadable(void)
{
	reader.closeOnReadable = true;
	CHECK(!open());
	sendPattern(0, 300);
	fakeLineIdle(PORT, 100);
	CHECK(1 == reader.readableCalls);
	checkNothingHeld();
	CHECK(0 == machine.aborts);
}

static void closesInsideOnError(void)
{
	reader.closeOnError = true;
	CHECK(!open());
	sendPattern(0, 50);
	fakeLineFault(PORT, UART_FRAME_ERR);
	fakeLineFault(PORT, UART_PARITY_ERR);
	fakeLineIdle(PORT, 100);
	CHECK(1 == reader.errorCalls);
	CHECK(0 == reader.readableCalls);
	checkNothingHeld();
}

/* The abort hook may ignore an exception: the port must then go on, and still close. */
static void survivesAThrowingCallback(void)
{
	reader.throwOnReadable = true;
	CHECK(!open());
	sendPattern(0, 300);
	fakeLineIdle(PORT, 20);
	CHECK(machine.aborts > 0);
	reader.throwOnReadable = false;
	fakeLineIdle(PORT, 20);
	checkPattern(300);
	close();
}

static void isReleasedWithItsMachine(void)
{
	P1Serial *serial;

	CHECK(!open());
	serial = serialObject.data;
	serialObject.destructor(serial);
	fake.remembered = 0;
	checkNothingHeld();
}

static int marked;

static void countMarks(xsMachine *the, xsSlot *slot)
{
	(void)the;
	CHECK(xsReferenceType == slot->type);
	marked += 1;
}

static void keepsItsCallbacksAlive(void)
{
	CHECK(!open());
	CHECK(1 == fake.remembered);
	serialObject.hooks->mark(&machine, serialObject.data, countMarks);
	CHECK(2 == marked);
	close();
	options.properties[xsID_onError] = (xsSlot){0};
	CHECK(!open());
	serialObject.hooks->mark(&machine, serialObject.data, countMarks);
	CHECK(3 == marked);
	close();
}

static void allocatesNothingPerEvent(void)
{
	int i, allocations;

	CHECK(!open());
	allocations = fake.allocations;
	for (i = 0; i < 20; i += 1) {
		reader.count = 0;
		sendPattern(0, 705);
		fakeLineFault(PORT, UART_FRAME_ERR);
		fakeLineIdle(PORT, 1000);
	}
	CHECK(20 == reader.errors[FAULT_FRAMING]);
	CHECK(allocations == fake.allocations);
	close();
}

static void readsIntoABufferOnly(void)
{
	CHECK(!open());
	CHECK(call(xs_p1serial_read, 0, (xsSlot){0}, NULL));
	CHECK(call(xs_p1serial_read, 1, integerSlot(5), NULL));
	close();
}

static const Scenario scenarios[] = {
	{"applies its options to the driver", appliesOptions},
	{"refuses bad options before it takes anything", refusesBadOptions},
	{"refuses a pin or a port in use", refusesWhatIsInUse},
	{"undoes a half-opened port, whichever step failed", undoesAHalfOpenedPort},
	{"delivers a telegram and is quiet afterwards", deliversATelegram},
	{"offers unread bytes again", offersUnreadBytesAgain},
	{"loses no byte of 8 KiB during a stall of 700 ms", survivesAStall},
	{"loses no byte when interrupts come 2 ms late", survivesLateInterrupts},
	{"joins a telegram that comes in pieces", joinsAChunkedTelegram},
	{"reports an overflow and goes on", reportsAnOverflow},
	{"counts framing, parity and break apart", countsFaultsByKind},
	{"counts what its queue holds of a storm of faults, in one call", boundsAStormOfFaults},
	{"works without callbacks", worksWithoutCallbacks},
	{"can be closed twice and refuses to be read afterwards", closesTwice},
	{"can be closed inside onReadable", closesInsideOnReadable},
	{"can be closed inside onError", closesInsideOnError},
	{"survives a callback that throws", survivesAThrowingCallback},
	{"is released with its machine", isReleasedWithItsMachine},
	{"keeps its callbacks alive", keepsItsCallbacksAlive},
	{"allocates nothing per event", allocatesNothingPerEvent},
	{"reads into a buffer only", readsIntoABufferOnly},
};

int main(int argc, char **argv)
{
	return RUN_SCENARIOS(reset, checkNothingHeld);
}
