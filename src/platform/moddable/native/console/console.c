/*
 * The board's own serial line to a computer: the chip's USB (ESP32-C3, ESP32-C6), or UART0 behind a USB bridge (ESP32).
 * Nothing here waits.
 *
 * The SDK's release build leaves the line alone. Its debug build speaks to the debugger there: then p1_console_open fails,
 * since somebody else has installed the driver.
 */

#include "console.h"

#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "sdkconfig.h"

#if CONFIG_IDF_TARGET_ESP32
	#include "driver/uart.h"
#else
	/* The SDK's makefile does not search this component's own folder. */
	#include "esp_driver_usb_serial_jtag/include/driver/usb_serial_jtag.h"
#endif

/* A UART's buffers must be larger than its FIFO of 128 bytes. */
#define RECEIVE_BYTES (256)
#define TRANSMIT_BYTES (512)
/* The USB driver takes a piece as a whole or not at all. */
#define PIECE_BYTES (64)
#define BAUD (115200)

static uint8_t isOpen;

#if CONFIG_IDF_TARGET_ESP32

static uint8_t isTaken(void)
{
	return uart_is_driver_installed(UART_NUM_0);
}

static esp_err_t install(void)
{
	uart_config_t config = {
		.baud_rate = BAUD,
		.data_bits = UART_DATA_8_BITS,
		.parity = UART_PARITY_DISABLE,
		.stop_bits = UART_STOP_BITS_1,
		.flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
		.source_clk = UART_SCLK_DEFAULT,
	};
	esp_err_t error = uart_param_config(UART_NUM_0, &config);

	return (ESP_OK == error) ? uart_driver_install(UART_NUM_0, RECEIVE_BYTES, TRANSMIT_BYTES, 0, NULL, 0) : error;
}

static int receive(uint8_t *bytes, uint32_t size)
{
	return uart_read_bytes(UART_NUM_0, bytes, size, 0);
}

static int transmit(const uint8_t *bytes, uint32_t size)
{
	size_t room = 0;

	if ((ESP_OK != uart_get_tx_buffer_free_size(UART_NUM_0, &room)) || (room < size))
		return 0;
	return uart_write_bytes(UART_NUM_0, bytes, size);
}

static void uninstall(void)
{
	uart_driver_delete(UART_NUM_0);
}

#else

static uint8_t isTaken(void)
{
	return usb_serial_jtag_is_driver_installed();
}

static esp_err_t install(void)
{
	usb_serial_jtag_driver_config_t config = {.tx_buffer_size = TRANSMIT_BYTES, .rx_buffer_size = RECEIVE_BYTES};

	return usb_serial_jtag_driver_install(&config);
}

static int receive(uint8_t *bytes, uint32_t size)
{
	return usb_serial_jtag_read_bytes(bytes, size, 0);
}

static int transmit(const uint8_t *bytes, uint32_t size)
{
	return usb_serial_jtag_write_bytes(bytes, size, 0);
}

static void uninstall(void)
{
	usb_serial_jtag_driver_uninstall();
}

#endif

/* ESP_ERR_INVALID_STATE when the line is somebody else's. */
int32_t p1_console_open(void)
{
	esp_err_t error;

	if (isOpen || isTaken())
		return ESP_ERR_INVALID_STATE;
	error = install();
	isOpen = (ESP_OK == error);
	return error;
}

/* Copies what has come, `size` bytes at most; returns how many. */
int32_t p1_console_read(uint8_t *bytes, uint32_t size)
{
	int count = isOpen ? receive(bytes, size) : 0;

	return (count > 0) ? count : 0;
}

/* Takes the bytes as far as there is room; returns how many. */
int32_t p1_console_write(const uint8_t *bytes, uint32_t count)
{
	uint32_t at = 0;

	while (isOpen && (at < count)) {
		uint32_t size = (count - at < PIECE_BYTES) ? count - at : PIECE_BYTES;
		int taken = transmit(bytes + at, size);

		if (taken <= 0)
			break;
		at += (uint32_t)taken;
		if ((uint32_t)taken < size)
			break;
	}
	return (int32_t)at;
}

void p1_console_close(void)
{
	if (!isOpen)
		return;
	isOpen = 0;
	uninstall();
}
