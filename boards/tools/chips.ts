export type ChipName = "esp32" | "esp32c3" | "esp32c6";

/** What a chip's pins can and must not do. */
export interface Chip {
	readonly gpios: readonly number[];
	/** Read at reset: a level from outside changes how the chip boots. */
	readonly strapping: readonly number[];
	/** No output driver and no pull-up. */
	readonly inputOnly: readonly number[];
	/** Pulses of their own while ADC or Wi-Fi run (ESP32 errata 3.11): no interrupt, no UART on them. */
	readonly glitching: readonly number[];
	/** Wired to the flash chip, in the package or on the module. */
	readonly flash: readonly number[];
	/** D- and D+ of the USB Serial/JTAG controller. */
	readonly usb: readonly number[];
	/** ADC1 inputs; ADC2 cannot be read while Wi-Fi runs. */
	readonly adc1: readonly number[];
	/** UART0's output: the ROM prints its boot messages there. */
	readonly bootOutput: number;
	readonly uarts: number;
	readonly source: string;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const GPIO_TABLE = "ESP-IDF v6.0 docs/en/api-reference/peripherals/gpio";

/** What the SDK's Analog reads as full scale on every chip, in mV (SDK 8.2.3 modules/io/analog/esp32/_analog.c, 12 dB). */
export const ADC_FULL_SCALE_MILLIVOLTS = 2450;

/** Our table of the chips; a new chip goes here, with its source. */
export const CHIPS: Readonly<Record<ChipName, Chip>> = {
	esp32: {
		gpios: [...range(0, 19), ...range(21, 23), ...range(25, 27), ...range(32, 39)],
		strapping: [0, 2, 5, 12, 15],
		inputOnly: range(34, 39),
		glitching: [36, 39],
		// 16 and 17 belong to the flash of an ESP32-PICO-D4 and to the PSRAM of a WROVER module.
		flash: [...range(6, 11), 16, 17],
		usb: [],
		adc1: range(32, 39),
		bootOutput: 1,
		uarts: 3,
		source: `${GPIO_TABLE}/esp32.inc`,
	},
	esp32c3: {
		gpios: range(0, 21),
		strapping: [2, 8, 9],
		inputOnly: [],
		glitching: [],
		// 11 is VDD_SPI, the flash's supply.
		flash: range(11, 17),
		usb: [18, 19],
		adc1: range(0, 4),
		bootOutput: 21,
		uarts: 2,
		source: `${GPIO_TABLE}/esp32c3.inc; GPIO11: ESP32-C3 datasheet, pin overview`,
	},
	esp32c6: {
		// 10 and 11 are not led out of a chip with flash in its package.
		gpios: [...range(0, 9), ...range(12, 30)],
		strapping: [4, 5, 8, 9, 15],
		inputOnly: [],
		glitching: [],
		flash: range(24, 30),
		usb: [12, 13],
		adc1: range(0, 6),
		bootOutput: 16,
		uarts: 2,
		source: `${GPIO_TABLE}/esp32c6.inc`,
	},
};
