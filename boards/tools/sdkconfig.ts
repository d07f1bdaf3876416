import type { Board } from "./board.js";
import type { ChipName } from "./chips.js";

/** One group of ESP-IDF options with its reason. A later line wins over the SDK's own sdkconfig.defaults. */
interface Section {
	readonly reason: string;
	readonly options: Readonly<Record<string, string>>;
}

/**
 * Brown-out level just above the 2.7 V below which SPI flash may be written wrongly. The numbers count differently per chip
 * (components/esp_hw_support/power_supply/port/<chip>/Kconfig.power).
 */
const BROWN_OUT_LEVEL: Readonly<Record<ChipName, { readonly level: number; readonly volts: string }>> = {
	esp32: { level: 6, volts: "2.77 V" },
	esp32c3: { level: 5, volts: "2.76 V" },
	esp32c6: { level: 5, volts: "2.76 V" },
};

const COMMON: readonly Section[] = [
	{
		reason: "The UART's interrupt handler runs while flash is written, so that no byte of a telegram is lost then",
		options: { CONFIG_UART_ISR_IN_IRAM: "y" },
	},
	{
		reason:
			"JavaScript that does not come back resets the chip: the SDK feeds this watchdog on each turn. 30 s, since a TLS " +
			"handshake or a password hash may hold a turn for seconds",
		options: {
			CONFIG_ESP_TASK_WDT_EN: "y",
			CONFIG_ESP_TASK_WDT_INIT: "y",
			CONFIG_ESP_TASK_WDT_PANIC: "y",
			CONFIG_ESP_TASK_WDT_TIMEOUT_S: "30",
			CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU0: "n",
		},
	},
	{
		reason: "So does an interrupt handler or a critical section that does not come back",
		options: { CONFIG_ESP_INT_WDT: "y", CONFIG_ESP_INT_WDT_TIMEOUT_MS: "1000" },
	},
	{
		reason: "A new image that does not confirm itself is left at the next restart; a damaged one is not started at all",
		options: { CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE: "y", CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS: "n" },
	},
	{
		reason:
			"RAM for JavaScript: the code of Wi-Fi and lwIP stays in flash, which costs speed that a meter does not need",
		options: {
			CONFIG_ESP_WIFI_IRAM_OPT: "n",
			CONFIG_ESP_WIFI_RX_IRAM_OPT: "n",
			CONFIG_LWIP_IRAM_OPTIMIZATION: "n",
		},
	},
	{
		reason:
			"The heap's own code stays in flash, too (5.4 kB of RAM): no interrupt handler of ours takes memory while flash is written",
		options: { CONFIG_HEAP_PLACE_FUNCTION_INTO_FLASH: "y" },
	},
	{
		reason:
			"Wi-Fi as a home has it, WPA2 and WPA3-SAE. No 802.1X, no SAE-PK and OWE of public hotspots (wifi-control asks for neither), " +
			"no WPA3 for the setup network, which is WPA2",
		options: {
			CONFIG_ESP_WIFI_ENTERPRISE_SUPPORT: "n",
			CONFIG_ESP_WIFI_ENABLE_SAE_PK: "n",
			CONFIG_ESP_WIFI_ENABLE_WPA3_OWE_STA: "n",
			CONFIG_ESP_WIFI_SOFTAP_SAE_SUPPORT: "n",
		},
	},
	{
		reason:
			"mbedTLS serves WPA alone: of its curves SAE needs P-256 (group 19), of its hashes SHA-1 and SHA-256, and Wi-Fi's GCMP is off; " +
			"TLS is XS's own",
		options: {
			CONFIG_MBEDTLS_CERTIFICATE_BUNDLE: "n",
			CONFIG_MBEDTLS_SELF_TEST: "n",
			CONFIG_MBEDTLS_ERROR_STRINGS: "n",
			CONFIG_MBEDTLS_FS_IO: "n",
			CONFIG_MBEDTLS_GCM_C: "n",
			CONFIG_MBEDTLS_SHA384_C: "n",
			CONFIG_MBEDTLS_SHA512_C: "n",
			CONFIG_MBEDTLS_ECP_DP_SECP384R1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_SECP521R1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_SECP256K1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_BP256R1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_BP384R1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_BP512R1_ENABLED: "n",
			CONFIG_MBEDTLS_ECP_DP_CURVE25519_ENABLED: "n",
		},
	},
	{
		reason: "Names of error codes and levels of tags are for a log that nobody reads (7 kB)",
		options: {
			CONFIG_ESP_ERR_TO_NAME_LOOKUP: "n",
			CONFIG_COMPILER_OPTIMIZATION_CHECKS_SILENT: "y",
			CONFIG_LOG_TAG_LEVEL_IMPL_NONE: "y",
		},
	},
	{
		reason:
			"What nothing here asks for: fragments of IPv6 packets, names and fixed addresses of the setup network's guests",
		options: {
			CONFIG_LWIP_IP6_FRAG: "n",
			CONFIG_LWIP_DHCPS_REPORT_CLIENT_HOSTNAME: "n",
			CONFIG_LWIP_DHCPS_STATIC_ENTRIES: "n",
		},
	},
	{
		reason:
			"The ROM's memcpy and its like (1 kB of RAM and flash): those that are quick with odd addresses have little to do here",
		options: { CONFIG_LIBC_OPTIMIZED_MISALIGNED_ACCESS: "n" },
	},
	{
		reason: "After a brown-out the radio starts at its lowest power (components/esp_phy/src/phy_init.c)",
		options: { CONFIG_ESP_PHY_REDUCE_TX_POWER: "y" },
	},
	{
		reason:
			"A crash restarts at once; there is nobody to read a dump (4 kB). The next start knows of it all the same (panic.c)",
		options: {
			CONFIG_ESP_SYSTEM_PANIC_SILENT_REBOOT: "y",
			CONFIG_ESP_COREDUMP_ENABLE_TO_UART: "n",
			CONFIG_ESP_COREDUMP_ENABLE_TO_NONE: "y",
		},
	},
];

function sectionsOf(board: Board): Section[] {
	const brownOut = BROWN_OUT_LEVEL[board.chip];
	const sections: Section[] = [
		...COMMON,
		{
			reason: `Restart at ${brownOut.volts}: below 2.7 V flash may be written wrongly`,
			options: { CONFIG_ESP_BROWNOUT_DET: "y", [`CONFIG_ESP_BROWNOUT_DET_LVL_SEL_${brownOut.level}`]: "y" },
		},
		board.antenna === "internal"
			? {
					reason: "Radio calibration is kept: a full one at each start draws more for longer",
					options: { CONFIG_ESP_PHY_CALIBRATION_AND_DATA_STORAGE: "y" },
				}
			: {
					reason: "The antenna may be unplugged at a start; a calibration made then must not be kept (esp_phy/Kconfig)",
					options: { CONFIG_ESP_PHY_CALIBRATION_AND_DATA_STORAGE: "n" },
				},
	];
	if (board.chip === "esp32")
		sections.push(
			{
				reason: "160 MHz are enough and draw less than 240 MHz",
				options: { CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ_240: "n", CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ_160: "y" },
			},
			{ reason: "The second core idles", options: { CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU1: "n" } },
		);
	else
		sections.push({
			reason: "Functions of ESP-IDF save and restore registers by a call: smaller, a little slower",
			options: { CONFIG_COMPILER_SAVE_RESTORE_LIBCALLS: "y" },
		});
	if (board.chip !== "esp32c6")
		sections.push({
			reason:
				"newlib's small printf and scanf (17 kB): nothing in the image prints 64-bit numbers, and floats it knows. The ESP32-C6 has " +
				"the large ones in its ROM",
			options: { CONFIG_LIBC_NEWLIB_NANO_FORMAT: "y" },
		});
	if (board.usb === "serial-jtag")
		sections.push({
			reason: "Flashing over the chip's own USB",
			options: { CONFIG_ESPTOOLPY_BEFORE_RESET: "y", CONFIG_ESPTOOLPY_AFTER_NORESET: "y" },
		});
	if (board.flashBytes !== 4 * 1024 * 1024)
		sections.push({
			reason: "The SDK assumes 4 MB",
			options: { CONFIG_ESPTOOLPY_FLASHSIZE_4MB: "n", [`CONFIG_ESPTOOLPY_FLASHSIZE_${board.flashBytes >> 20}MB`]: "y" },
		});
	return sections;
}

/**
 * sdkconfig.defaults of a board, for ESP-IDF v6.0. "n" is written out: the SDK skips "# CONFIG_X is not set" lines.
 * 802.11b has no option here; wifi-control turns it off before the radio starts. Of a choice one member is "y": to set the others
 * to "n" alone ends kconfgen before 3.8 with an exception where the choice has no default, and changes nothing where it has one.
 */
export function renderSdkconfig(board: Board): string {
	const sections = sectionsOf(board).map(({ reason, options }) => {
		const lines = Object.entries(options).map(([name, value]) => `${name}=${value}`);
		return `# ${reason}.\n${lines.join("\n")}\n`;
	});
	return `# Made by npm run boards.\n\n${sections.join("\n")}`;
}
