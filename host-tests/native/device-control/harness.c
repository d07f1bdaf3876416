/* Runs device-control.c against a chip of a few variables. A restart is a jump out of whatever asked for it. */
#include <setjmp.h>

#include "device-control.c"
#include "scenario.h"

static struct {
	esp_reset_reason_t reason;
	esp_err_t macError, stateError;
	esp_ota_img_states_t state;
	bool hasPrevious;
	const esp_partition_t *running;
	jmp_buf restart;
} chip;

void esp_restart(void)
{
	longjmp(chip.restart, 1);
}

esp_reset_reason_t esp_reset_reason(void)
{
	return chip.reason;
}

uint32_t esp_get_free_heap_size(void)
{
	return 90000;
}

uint32_t esp_get_minimum_free_heap_size(void)
{
	return 70000;
}

esp_err_t esp_read_mac(uint8_t *mac, esp_mac_type_t type)
{
	static const uint8_t bytes[6] = {0x3C, 0x39, 0xE7, 0x0A, 0xB0, 0xFF};

	CHECK(ESP_MAC_WIFI_STA == type);
	memcpy(mac, bytes, sizeof(bytes));
	return chip.macError;
}

const esp_partition_t *esp_ota_get_running_partition(void)
{
	return chip.running;
}

esp_err_t esp_ota_get_state_partition(const esp_partition_t *partition, esp_ota_img_states_t *state)
{
	CHECK(chip.running == partition);
	*state = chip.state;
	return chip.stateError;
}

esp_err_t esp_ota_mark_app_valid_cancel_rollback(void)
{
	chip.state = ESP_OTA_IMG_VALID;
	return ESP_OK;
}

esp_err_t esp_ota_mark_app_invalid_rollback_and_reboot(void)
{
	if (!chip.hasPrevious)
		return ESP_FAIL;
	chip.state = ESP_OTA_IMG_INVALID;
	esp_restart();
}

/* RTC memory stays, everything else begins again. */
static void start(esp_reset_reason_t reason)
{
	chip.reason = reason;
	brownOutsChecked = 0;
}

static void powerUp(uint8_t garbage)
{
	memset(&brownOuts, garbage, sizeof(brownOuts));
	start(ESP_RST_POWERON);
}

static void countsBrownOutsAcrossRestarts(void)
{
	powerUp(0xA5);
	CHECK(0 == p1_brown_out_count());
	start(ESP_RST_BROWNOUT);
	CHECK(1 == p1_brown_out_count());
	CHECK(1 == p1_brown_out_count());
	start(ESP_RST_SW);
	CHECK(1 == p1_brown_out_count());
	start(ESP_RST_TASK_WDT);
	CHECK(1 == p1_brown_out_count());
	start(ESP_RST_BROWNOUT);
	CHECK(2 == p1_brown_out_count());
}

static void startsFromZeroAfterAPowerCut(void)
{
	int garbage;

	for (garbage = 0; garbage < 256; garbage += 1) {
		powerUp((uint8_t)garbage);
		CHECK(0 == p1_brown_out_count());
	}
	start(ESP_RST_BROWNOUT);
	CHECK(1 == p1_brown_out_count());
	brownOuts.count = 77;
	start(ESP_RST_SW);
	CHECK(0 == p1_brown_out_count());
	/* The supply fell so low that RTC memory went too: the one brown-out that is certain is counted. */
	memset(&brownOuts, 0x5A, sizeof(brownOuts));
	start(ESP_RST_BROWNOUT);
	CHECK(1 == p1_brown_out_count());
}

static void stopsAtTheLargestCount(void)
{
	powerUp(0);
	CHECK(0 == p1_brown_out_count());
	brownOutsStore(UINT32_MAX);
	start(ESP_RST_BROWNOUT);
	CHECK(UINT32_MAX == p1_brown_out_count());
}

static void namesResetReasons(void)
{
	static const char *const names[] = {"unknown", "power-on", "external", "software", "panic", "interrupt-watchdog",
		"task-watchdog", "watchdog", "deep-sleep", "brown-out", "unknown", "usb", "jtag", "unknown", "power-glitch",
		"cpu-lockup", "unknown"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i += 1) {
		chip.reason = (esp_reset_reason_t)i;
		CHECK(!strcmp(names[i], p1_reset_reason()));
	}
}

static void marksAnImageValid(void)
{
	chip.state = ESP_OTA_IMG_PENDING_VERIFY;
	CHECK(1 == p1_image_is_pending());
	CHECK(ESP_OK == p1_image_mark_valid());
	CHECK(0 == p1_image_is_pending());
	chip.state = ESP_OTA_IMG_PENDING_VERIFY;
	chip.stateError = ESP_FAIL;
	CHECK(0 == p1_image_is_pending());
}

static void saysWhatTheImageIs(void)
{
	static const esp_partition_t partition = {"ota_1"};
	static const char bytes[72] = "P1DONGLE" "bench\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "1.2.3+g0123abc.dirty";

	CHECK(!strcmp("bench", p1_image_board()));
	CHECK(!strcmp("", p1_image_slot()));
	chip.running = &partition;
	CHECK(!strcmp("ota_1", p1_image_slot()));
	CHECK(sizeof(bytes) == sizeof(p1ImageMarker) && !memcmp(bytes, &p1ImageMarker, sizeof(bytes)));
}

static void rollsBack(void)
{
	CHECK(ESP_FAIL == p1_image_roll_back());
	chip.hasPrevious = true;
	if (0 == setjmp(chip.restart)) {
		p1_image_roll_back();
		CHECK(!"did not restart");
	}
	CHECK(ESP_OTA_IMG_INVALID == chip.state);
	if (0 == setjmp(chip.restart)) {
		p1_restart();
		CHECK(!"did not restart");
	}
}

static void tellsTheMacAddress(void)
{
	CHECK(!strcmp("3c39e70ab0ff", p1_mac_address()));
	chip.macError = ESP_FAIL;
	CHECK(!strcmp("", p1_mac_address()));
	CHECK(90000 == p1_free_heap_bytes() && 70000 == p1_minimum_free_heap_bytes());
}

static const Scenario scenarios[] = {
	{"counts brown-outs across restarts", countsBrownOutsAcrossRestarts},
	{"starts from zero after a power cut, whatever RTC memory holds", startsFromZeroAfterAPowerCut},
	{"stops at the largest count", stopsAtTheLargestCount},
	{"names every reset reason", namesResetReasons},
	{"marks an image valid once it is pending", marksAnImageValid},
	{"says what the image is", saysWhatTheImageIs},
	{"rolls back if there is an image to go back to", rollsBack},
	{"tells address and memory", tellsTheMacAddress},
};

static void nothing(void)
{
}

int main(int argc, char **argv)
{
	return RUN_SCENARIOS(nothing, nothing);
}
