/*
 * What the supervisor and the updater need of the chip: restart, reset reason, what the running image is and its rollback,
 * brown-outs counted across restarts.
 */

#include "device-control.h"

#include "esp_attr.h"
#include "esp_err.h"
#include "esp_mac.h"
#include "esp_system.h"
#include "mc.defines.h"
/* Of the folders of ESP-IDF's components the SDK's makefile searches some only, but always the one above them. */
#include "app_update/include/esp_ota_ops.h"

#ifndef MODDEF_P1_BOARD
	#error "The board's manifest does not say which board it is (defines.p1.board): npm run boards"
#endif
#ifndef MODDEF_P1_VERSION
	#define MODDEF_P1_VERSION "unknown"
#endif

/*
 * Says what an image is, to whoever gets it as an update. The section is at 0x120 of every image, directly after the app
 * descriptor (ESP-IDF v6.0, app image format, "Adding a Custom Structure to an Application"); that p1_image_board uses it
 * keeps the linker from dropping it. services/update/image-format.ts reads it: both or neither.
 */
typedef struct {
	char magic[8];
	char board[32];
	char version[32];
} ImageMarker;

const ImageMarker p1ImageMarker __attribute__((section(".rodata_custom_desc"), used)) = {
	.magic = {'P', '1', 'D', 'O', 'N', 'G', 'L', 'E'},
	.board = MODDEF_P1_BOARD,
	.version = MODDEF_P1_VERSION,
};

_Static_assert(sizeof(MODDEF_P1_BOARD) <= sizeof(p1ImageMarker.board), "the board's name is too long");
_Static_assert(sizeof(MODDEF_P1_VERSION) <= sizeof(p1ImageMarker.version), "the version is too long");

/*
 * RTC memory keeps its content over every restart except a power cut, after which it holds anything (ESP-IDF v6.0,
 * RTC_NOINIT_ATTR in esp_attr.h). The complement tells our count from what was there by chance.
 */
typedef struct {
	uint32_t magic;
	uint32_t count;
	uint32_t complement;
} BrownOutRecord;

#define BROWN_OUT_MAGIC (0x50314F42u)

static RTC_NOINIT_ATTR BrownOutRecord brownOuts;
static uint8_t brownOutsChecked;

static void brownOutsStore(uint32_t count)
{
	brownOuts.magic = BROWN_OUT_MAGIC;
	brownOuts.count = count;
	brownOuts.complement = ~count;
}

/* Once per start: makes the record valid and counts this start if a brown-out caused it. */
static void brownOutsCheck(void)
{
	if (brownOutsChecked)
		return;
	brownOutsChecked = 1;
	if ((BROWN_OUT_MAGIC != brownOuts.magic) || (brownOuts.count != ~brownOuts.complement))
		brownOutsStore(0);
	if ((ESP_RST_BROWNOUT == esp_reset_reason()) && (brownOuts.count < UINT32_MAX))
		brownOutsStore(brownOuts.count + 1);
}

void p1_restart(void)
{
	esp_restart();
}

const char *p1_reset_reason(void)
{
	switch (esp_reset_reason()) {
		case ESP_RST_POWERON: return "power-on";
		case ESP_RST_EXT: return "external";
		case ESP_RST_SW: return "software";
		case ESP_RST_PANIC: return "panic";
		case ESP_RST_INT_WDT: return "interrupt-watchdog";
		case ESP_RST_TASK_WDT: return "task-watchdog";
		case ESP_RST_WDT: return "watchdog";
		case ESP_RST_DEEPSLEEP: return "deep-sleep";
		case ESP_RST_BROWNOUT: return "brown-out";
		case ESP_RST_USB: return "usb";
		case ESP_RST_JTAG: return "jtag";
		case ESP_RST_PWR_GLITCH: return "power-glitch";
		case ESP_RST_CPU_LOCKUP: return "cpu-lockup";
		default: return "unknown";
	}
}

/* The board that this image was built for: the name of a folder in boards/. */
const char *p1_image_board(void)
{
	return p1ImageMarker.board;
}

/* The partition that this image runs from, such as "ota_0". */
const char *p1_image_slot(void)
{
	const esp_partition_t *running = esp_ota_get_running_partition();

	return running ? running->label : "";
}

/* 1 while the bootloader would go back to the other image at the next restart. */
int32_t p1_image_is_pending(void)
{
	esp_ota_img_states_t state;

	return (ESP_OK == esp_ota_get_state_partition(esp_ota_get_running_partition(), &state)) &&
		(ESP_OTA_IMG_PENDING_VERIFY == state);
}

int32_t p1_image_mark_valid(void)
{
	return esp_ota_mark_app_valid_cancel_rollback();
}

/* Restarts into the other image; returns only when there is none to go back to. */
int32_t p1_image_roll_back(void)
{
	return esp_ota_mark_app_invalid_rollback_and_reboot();
}

uint32_t p1_brown_out_count(void)
{
	brownOutsCheck();
	return brownOuts.count;
}

uint32_t p1_free_heap_bytes(void)
{
	return esp_get_free_heap_size();
}

uint32_t p1_minimum_free_heap_bytes(void)
{
	return esp_get_minimum_free_heap_size();
}

/* The Wi-Fi station's address as 12 lower-case hex digits; "" when the eFuse cannot be read. */
const char *p1_mac_address(void)
{
	static const char digits[] = "0123456789abcdef";
	static char text[13];
	uint8_t mac[6];
	int i;

	if (ESP_OK != esp_read_mac(mac, ESP_MAC_WIFI_STA))
		return "";
	for (i = 0; i < 6; i += 1) {
		text[2 * i] = digits[mac[i] >> 4];
		text[2 * i + 1] = digits[mac[i] & 15];
	}
	return text;
}
