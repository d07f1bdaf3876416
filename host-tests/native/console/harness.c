/*
 * Runs console.c against a line of two buffers. `console.c` is compiled for the chips with USB; with -DCONSOLE_UART, as
 * console-uart does, for the one with a UART.
 */
#ifdef CONSOLE_UART
	#define CONFIG_IDF_TARGET_ESP32 1
#else
	#define CONFIG_IDF_TARGET_ESP32 0
#endif

#include "console.c"
#include "scenario.h"

static struct {
	int installs, receiveSize, transmitSize;
	esp_err_t error;
	int readError;
	uint8_t isInstalled;
	uint8_t incoming[1024], outgoing[1024];
	uint32_t incomingCount, outgoingCount, room;
} line;

static int take(void *buffer, uint32_t length)
{
	uint32_t count = (line.incomingCount < length) ? line.incomingCount : length;

	CHECK(line.isInstalled);
	if (line.readError)
		return -1;
	memcpy(buffer, line.incoming, count);
	memmove(line.incoming, line.incoming + count, line.incomingCount - count);
	line.incomingCount -= count;
	return (int)count;
}

static int give(const void *source, size_t size)
{
	CHECK(line.isInstalled);
	if (size > line.room)
		return 0;
	memcpy(line.outgoing + line.outgoingCount, source, size);
	line.outgoingCount += size;
	line.room -= size;
	return (int)size;
}

static esp_err_t begin(int receiveBytes, int transmitBytes)
{
	CHECK(!line.isInstalled);
	line.installs += 1;
	line.receiveSize = receiveBytes;
	line.transmitSize = transmitBytes;
	line.isInstalled = (ESP_OK == line.error);
	return line.error;
}

#ifdef CONSOLE_UART

bool uart_is_driver_installed(uart_port_t port)
{
	CHECK(UART_NUM_0 == port);
	return line.isInstalled;
}

esp_err_t uart_param_config(uart_port_t port, const uart_config_t *config)
{
	CHECK((UART_NUM_0 == port) && (115200 == config->baud_rate) && (UART_DATA_8_BITS == config->data_bits));
	CHECK((UART_PARITY_DISABLE == config->parity) && (UART_STOP_BITS_1 == config->stop_bits));
	return ESP_OK;
}

esp_err_t uart_driver_install(uart_port_t port, int receiveBytes, int transmitBytes, int queueSize, void *queue, int flags)
{
	CHECK((UART_NUM_0 == port) && !queueSize && !queue && !flags);
	return begin(receiveBytes, transmitBytes);
}

esp_err_t uart_driver_delete(uart_port_t port)
{
	CHECK((UART_NUM_0 == port) && line.isInstalled);
	line.isInstalled = 0;
	return ESP_OK;
}

int uart_read_bytes(uart_port_t port, void *buffer, uint32_t length, TickType_t ticks)
{
	CHECK((UART_NUM_0 == port) && !ticks);
	return take(buffer, length);
}

int uart_write_bytes(uart_port_t port, const void *source, size_t size)
{
	CHECK(UART_NUM_0 == port);
	/* The real one would wait for room. */
	CHECK(size <= line.room);
	return give(source, size);
}

esp_err_t uart_get_tx_buffer_free_size(uart_port_t port, size_t *size)
{
	CHECK((UART_NUM_0 == port) && line.isInstalled);
	*size = line.room;
	return ESP_OK;
}

#else

esp_err_t usb_serial_jtag_driver_install(usb_serial_jtag_driver_config_t *config)
{
	return begin((int)config->rx_buffer_size, (int)config->tx_buffer_size);
}

int usb_serial_jtag_read_bytes(void *buffer, uint32_t length, TickType_t ticks)
{
	CHECK(!ticks);
	return take(buffer, length);
}

int usb_serial_jtag_write_bytes(const void *source, size_t size, TickType_t ticks)
{
	CHECK(!ticks);
	return give(source, size);
}

esp_err_t usb_serial_jtag_driver_uninstall(void)
{
	CHECK(line.isInstalled);
	line.isInstalled = 0;
	return ESP_OK;
}

bool usb_serial_jtag_is_driver_installed(void)
{
	return line.isInstalled;
}

#endif

static void reset(void)
{
	memset(&line, 0, sizeof(line));
	line.room = sizeof(line.outgoing);
	isOpen = 0;
}

static void opensOnceAndCloses(void)
{
	CHECK(ESP_OK == p1_console_open());
	CHECK((line.receiveSize > 128) && (line.transmitSize > 128));
	CHECK(ESP_ERR_INVALID_STATE == p1_console_open());
	CHECK(1 == line.installs);
	p1_console_close();
	p1_console_close();
	CHECK(!line.isInstalled);
	CHECK(ESP_OK == p1_console_open());
	CHECK(2 == line.installs);
}

static void leavesTheDebuggersLineAlone(void)
{
	line.isInstalled = 1;
	CHECK(ESP_ERR_INVALID_STATE == p1_console_open());
	p1_console_close();
	CHECK(line.isInstalled && !line.installs);
}

static void doesNothingWhenItCannotBeOpened(void)
{
	uint8_t bytes[4] = {0};

	line.error = ESP_FAIL;
	CHECK(ESP_FAIL == p1_console_open());
	CHECK(0 == p1_console_read(bytes, sizeof(bytes)));
	CHECK(0 == p1_console_write(bytes, sizeof(bytes)));
	p1_console_close();
	line.error = ESP_OK;
	CHECK(ESP_OK == p1_console_open());
}

static void readsWhatHasComeAndNoMore(void)
{
	uint8_t *bytes = malloc(16);

	CHECK(bytes);
	p1_console_open();
	CHECK(0 == p1_console_read(bytes, 16));
	memset(line.incoming, 0x5A, 20);
	line.incomingCount = 20;
	CHECK(16 == p1_console_read(bytes, 16));
	CHECK((0x5A == bytes[0]) && (0x5A == bytes[15]));
	CHECK(4 == p1_console_read(bytes, 16));
	line.incomingCount = 1;
	CHECK(0 == p1_console_read(bytes, 0));
	line.readError = 1;
	CHECK(0 == p1_console_read(bytes, 16));
	free(bytes);
}

static void writesAsFarAsThereIsRoom(void)
{
	uint8_t *bytes = malloc(200);
	int i;

	CHECK(bytes);
	for (i = 0; i < 200; i += 1)
		bytes[i] = (uint8_t)i;
	p1_console_open();
	CHECK(190 == p1_console_write(bytes + 10, 190));
	CHECK(!memcmp(line.outgoing, bytes + 10, 190));
	CHECK(0 == p1_console_write(bytes, 0));
	/* Two pieces of 64 fit, a third does not. */
	line.room = 150;
	line.outgoingCount = 0;
	CHECK(128 == p1_console_write(bytes, 200));
	line.room = 0;
	CHECK(0 == p1_console_write(bytes, 200));
	free(bytes);
}

static const Scenario scenarios[] = {
	{"opens once, and closes", opensOnceAndCloses},
	{"leaves the debugger's line alone", leavesTheDebuggersLineAlone},
	{"does nothing when it cannot be opened", doesNothingWhenItCannotBeOpened},
	{"reads what has come and no more", readsWhatHasComeAndNoMore},
	{"writes as far as there is room", writesAsFarAsThereIsRoom},
};

static void nothing(void)
{
}

int main(int argc, char **argv)
{
	return RUN_SCENARIOS(reset, nothing);
}
