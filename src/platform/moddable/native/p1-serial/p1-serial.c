/*
 * P1Serial: the meter's UART, receive only, in the manner of ECMA-419's Serial, on ESP-IDF's uart driver.
 *
 * Why not the SDK's Serial: it drains the 128-byte hardware FIFO from JavaScript, so any pause of more than 11 ms at
 * 115200 baud loses bytes; it cannot invert the line, knows no 7E1 and reports no errors.
 *
 * How it works: the driver's interrupt handler moves bytes into a ring (8 KiB hold 711 ms of 115200 8N1). A timer of the
 * JavaScript task looks at the ring and at the driver's event queue every POLL_MS. So there is no task of our own, nothing
 * runs beside JavaScript, and closing (also from inside a callback) cannot race with a delivery. A poll that finds nothing
 * calls nothing; no event allocates memory.
 *
 * Facts of ESP-IDF v6.0 (components/esp_driver_uart/src/uart.c) that this relies on:
 * - uart_driver_install enables RXFIFO_FULL, RXFIFO_TOUT, RXFIFO_OVF, BRK_DET and PARITY_ERR, but not FRM_ERR.
 * - UART_BUFFER_FULL means that the ring is full and the FIFO is now the only room left; nothing is lost yet.
 *   UART_FIFO_OVF means that the FIFO's bytes were thrown away.
 * - uart_driver_delete also releases the pin and gates the UART's clock.
 */

#include "xsPlatform.h"
#include "xsmc.h"
#include "mc.xs.h"

#include "builtinCommon.h"
#include "modTimer.h"

#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "driver/uart.h"
#include "soc/uart_reg.h"

#define POLL_MS (20)

/* Interrupt at 96 of 128 bytes: 32 bytes (2.8 ms at 115200) remain for a late interrupt; the driver's default leaves 8. */
#define FIFO_FULL_BYTES (96)
/* Hand over what is there after the line was idle for this many characters. */
#define IDLE_CHARACTERS (4)
/* More than a full default ring makes (8192 / FIFO_FULL_BYTES = 86), so that a stalled reader loses no fault report. */
#define EVENT_QUEUE_LENGTH (128)

#define RING_BYTES_DEFAULT (8192)
#define RING_BYTES_MIN (1024)
#define RING_BYTES_MAX (65536)
#define BAUD_MIN (300)
#define BAUD_MAX (1000000)
#define NO_PIN (UART_PIN_NO_CHANGE)

enum {
	FAULT_OVERFLOW,
	FAULT_FRAMING,
	FAULT_PARITY,
	FAULT_BREAK,
	FAULT_KINDS
};

static const char *const FAULT_NAMES[FAULT_KINDS] = {"overflow", "framing", "parity", "break"};

typedef struct {
	int receive;
	int port;
	int ringBytes;
	uint32_t inverse;
	uart_config_t line;
} P1SerialOptions;

typedef struct {
	xsSlot object;
	xsMachine *the;
	xsSlot *onReadable;
	xsSlot *onError;
	modTimer timer;
	QueueHandle_t events;
	int receive;
	uart_port_t port;
	uint8_t driverInstalled;
	uint8_t pinTaken;
	uint8_t delivering;
	uint8_t closed;
} P1Serial;

void xs_p1serial_destructor(void *data);
static void p1SerialMark(xsMachine *the, void *data, xsMarkRoot markRoot);

static const xsHostHooks p1SerialHooks = {xs_p1serial_destructor, p1SerialMark, NULL};

static void p1SerialMark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	P1Serial *serial = data;

	if (serial->onReadable)
		(*markRoot)(the, serial->onReadable);
	if (serial->onError)
		(*markRoot)(the, serial->onError);
}

/* Gives back whatever was taken so far; each step undoes only what was done. */
static void p1SerialRelease(P1Serial *serial)
{
	if (serial->timer) {
		modTimerRemove(serial->timer);
		serial->timer = NULL;
	}
	if (serial->driverInstalled) {
		uart_driver_delete(serial->port);
		serial->driverInstalled = 0;
	}
	if (serial->pinTaken) {
		builtinFreePin((uint32_t)serial->receive);
		serial->pinTaken = 0;
	}
}

/* Also called when the machine is deleted, and with NULL when a constructor threw. */
void xs_p1serial_destructor(void *data)
{
	P1Serial *serial = data;

	if (!serial)
		return;
	p1SerialRelease(serial);
	serial->closed = 1;
	if (!serial->delivering)
		c_free(serial);
}

/* Empties the driver's event queue into `counts`; returns whether there is something to report. */
static uint8_t p1SerialTakeFaults(P1Serial *serial, uint32_t *counts)
{
	uart_event_t event;
	uint8_t any = 0;
	int taken;

	for (taken = 0; taken < EVENT_QUEUE_LENGTH; taken += 1) {
		int fault;

		if (pdTRUE != xQueueReceive(serial->events, &event, 0))
			break;
		switch (event.type) {
			case UART_FIFO_OVF: fault = FAULT_OVERFLOW; break;
			case UART_FRAME_ERR: fault = FAULT_FRAMING; break;
			case UART_PARITY_ERR: fault = FAULT_PARITY; break;
			case UART_BREAK: fault = FAULT_BREAK; break;
			default: continue;
		}
		counts[fault] += 1;
		any = 1;
	}
	return any;
}

static void p1SerialDeliver(P1Serial *serial, const uint32_t *counts, size_t available)
{
	xsBeginHost(serial->the);
	int fault;

	xsmcVars(2);
	for (fault = 0; fault < FAULT_KINDS; fault += 1) {
		if (!counts[fault] || !serial->onError || serial->closed)
			continue;
		xsmcSetStringX(xsVar(0), (char *)FAULT_NAMES[fault]);
		xsmcSetInteger(xsVar(1), (xsIntegerValue)counts[fault]);
		xsCallFunction2(xsReference(serial->onError), serial->object, xsVar(0), xsVar(1));
	}
	if (available && serial->onReadable && !serial->closed) {
		xsmcSetInteger(xsVar(0), (xsIntegerValue)available);
		xsCallFunction1(xsReference(serial->onReadable), serial->object, xsVar(0));
	}
	xsEndHost(serial->the);
}

static void p1SerialPoll(modTimer timer, void *refcon, int refconSize)
{
	P1Serial *serial = *(P1Serial **)refcon;
	uint32_t counts[FAULT_KINDS] = {0};
	size_t available = 0;
	uint8_t anyFault = p1SerialTakeFaults(serial, counts);

	(void)timer;
	(void)refconSize;
	if (ESP_OK != uart_get_buffered_data_len(serial->port, &available))
		available = 0;
	if (!anyFault && !available)
		return;

	serial->delivering = 1;
	p1SerialDeliver(serial, counts, available);
	serial->delivering = 0;
	if (serial->closed)
		c_free(serial);
}

/* The option's value in xsVar(0); false when it is absent or undefined. */
static xsBooleanValue p1SerialOption(xsMachine *the, xsIdentifier id)
{
	if (!xsmcHas(xsArg(0), id))
		return 0;
	xsmcGet(xsVar(0), xsArg(0), id);
	return xsUndefinedType != xsmcTypeOf(xsVar(0));
}

static int p1SerialInteger(xsMachine *the, xsIdentifier id, int minimum, int maximum, const char *message)
{
	int value;

	if (!p1SerialOption(the, id))
		xsRangeError((char *)message);
	value = xsmcToInteger(xsVar(0));
	if ((value < minimum) || (value > maximum))
		xsRangeError((char *)message);
	return value;
}

static void p1SerialParseOptions(xsMachine *the, P1SerialOptions *options)
{
	options->receive = p1SerialInteger(the, xsID_receive, 0, SOC_GPIO_PIN_COUNT - 1, "invalid receive");
	options->port = p1SerialInteger(the, xsID_port, 0, SOC_UART_HP_NUM - 1, "invalid port");
	options->line.baud_rate = p1SerialInteger(the, xsID_baud, BAUD_MIN, BAUD_MAX, "invalid baud");
	options->line.data_bits = UART_DATA_8_BITS;
	if (p1SerialOption(the, xsID_dataBits) &&
		(7 == p1SerialInteger(the, xsID_dataBits, 7, 8, "invalid dataBits")))
		options->line.data_bits = UART_DATA_7_BITS;
	options->line.parity = UART_PARITY_DISABLE;
	if (p1SerialOption(the, xsID_parity)) {
		const char *parity = xsmcToString(xsVar(0));

		if (!c_strcmp(parity, "even"))
			options->line.parity = UART_PARITY_EVEN;
		else if (c_strcmp(parity, "none"))
			xsRangeError("invalid parity");
	}
	options->line.stop_bits = UART_STOP_BITS_1;
	options->line.flow_ctrl = UART_HW_FLOWCTRL_DISABLE;
	options->inverse = UART_SIGNAL_INV_DISABLE;
	if (p1SerialOption(the, xsID_invert) && xsmcTest(xsVar(0)))
		options->inverse = UART_SIGNAL_RXD_INV;
	options->ringBytes = RING_BYTES_DEFAULT;
	if (p1SerialOption(the, xsID_ringBytes))
		options->ringBytes =
			p1SerialInteger(the, xsID_ringBytes, RING_BYTES_MIN, RING_BYTES_MAX, "invalid ringBytes");
}

/* Takes the pin, driver and timer. On failure the caller releases; the message says which step it was. */
static const char *p1SerialOpen(P1Serial *serial, const P1SerialOptions *options)
{
	if (!builtinIsPinFree((uint32_t)options->receive))
		return "pin in use";
	if (uart_is_driver_installed(serial->port))
		return "port in use";
	builtinUsePin((uint32_t)serial->receive);
	serial->pinTaken = 1;

	if (ESP_OK != uart_driver_install(serial->port, options->ringBytes, 0, EVENT_QUEUE_LENGTH, &serial->events, 0))
		return "no uart driver";
	serial->driverInstalled = 1;
	if (ESP_OK != uart_param_config(serial->port, &options->line))
		return "line settings refused";
	/* Before the pin is connected: an inverted line that idles low would else begin with a break. */
	if (ESP_OK != uart_set_line_inverse(serial->port, options->inverse))
		return "inversion refused";
	if (ESP_OK != uart_set_pin(serial->port, NO_PIN, options->receive, NO_PIN, NO_PIN))
		return "pin refused";
	if ((ESP_OK != uart_set_rx_full_threshold(serial->port, FIFO_FULL_BYTES)) ||
		(ESP_OK != uart_set_rx_timeout(serial->port, IDLE_CHARACTERS)) ||
		(ESP_OK != uart_enable_intr_mask(serial->port, UART_FRM_ERR_INT_ENA)))
		return "interrupts refused";
	/* Whatever the set-up itself made of the line is no fault of the meter. */
	if ((ESP_OK != uart_flush_input(serial->port)) || (pdPASS != xQueueReset(serial->events)))
		return "flush refused";
	serial->timer = modTimerAdd(POLL_MS, POLL_MS, p1SerialPoll, &serial, sizeof(serial));
	return serial->timer ? NULL : "no timer";
}

void xs_p1serial_constructor(xsMachine *the)
{
	P1SerialOptions options = {0};
	xsSlot *onReadable, *onError;
	P1Serial *serial;
	const char *failure;

	xsmcVars(1);
	if ((xsmcArgc < 1) || (xsReferenceType != xsmcTypeOf(xsArg(0))))
		xsTypeError("options missing");
	p1SerialParseOptions(the, &options);
	onReadable = builtinGetCallback(the, xsID_onReadable);
	onError = builtinGetCallback(the, xsID_onError);
	builtinInitializeTarget(the);

	/* Nothing is taken before this line, and nothing throws after it without giving back. */
	serial = c_calloc(1, sizeof(P1Serial));
	if (!serial)
		xsUnknownError("no memory");
	serial->object = xsThis;
	serial->the = the;
	serial->onReadable = onReadable;
	serial->onError = onError;
	serial->port = (uart_port_t)options.port;
	serial->receive = options.receive;
	failure = p1SerialOpen(serial, &options);
	if (failure) {
		p1SerialRelease(serial);
		c_free(serial);
		xsUnknownError((char *)failure);
	}
	xsmcSetHostData(xsThis, serial);
	xsSetHostHooks(xsThis, (xsHostHooks *)&p1SerialHooks);
	xsRemember(serial->object);
}

/* Throws after close(). */
static P1Serial *p1SerialThis(xsMachine *the)
{
	return xsmcGetHostDataValidate(xsThis, (void *)&p1SerialHooks);
}

void xs_p1serial_close(xsMachine *the)
{
	P1Serial *serial = xsmcGetHostData(xsThis);

	if (!serial)
		return;
	serial = p1SerialThis(the);
	xsForget(serial->object);
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostDestructor(xsThis, NULL);
	xs_p1serial_destructor(serial);
}

void xs_p1serial_read(xsMachine *the)
{
	P1Serial *serial = p1SerialThis(the);
	void *bytes;
	xsUnsignedValue length;
	int count = 0;

	if (xsmcArgc < 1)
		xsTypeError("buffer missing");
	xsmcGetBufferWritable(xsArg(0), &bytes, &length);
	if (length > 0)
		count = uart_read_bytes(serial->port, bytes, length, 0);
	xsmcSetInteger(xsResult, (count > 0) ? count : 0);
}
