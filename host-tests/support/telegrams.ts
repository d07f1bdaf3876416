import { Encoder } from "../../src/core/encoder.js";
import { FIELD, MBUS_FIELD, mbusSlot } from "../../src/core/obis-table.js";
import type { ProfileId } from "../../src/core/profile.js";
import type { TelegramFormat } from "../../src/core/telegram-format.js";
import { TELEGRAM_FORMATS } from "../../src/core/telegram-formats.js";
import { TelegramValues, toOctets } from "../../src/core/telegram-values.js";

/**
 * Values of a telegram by the table's names: integers in the unit of the name, instants in UTC milliseconds, texts as
 * they stand in the telegram. `undefined` leaves the row out.
 */
export type TelegramFields = {
	readonly [Key in keyof typeof FIELD]?: number | string | undefined;
} & {
	/** The M-Bus device on channel 1. */
	readonly mbus?: { readonly [Key in keyof typeof MBUS_FIELD]?: number | string | undefined } | undefined;
};

/** A Landis+Gyr E360 on a winter afternoon (telegrams/se/lgf-e360-a.txt). */
export const SWEDISH_FIELDS = {
	time: Date.UTC(2022, 11, 15, 14, 50, 50),
	energyImport_Wh: 2_721_126,
	energyExport_Wh: 0,
	reactiveEnergyImport_varh: 1_384_336,
	reactiveEnergyExport_varh: 90,
	powerImport_W: 4190,
	powerExport_W: 0,
	reactivePowerImport_var: 292,
	reactivePowerExport_var: 0,
	powerImportL1_W: 1980,
	powerExportL1_W: 0,
	powerImportL2_W: 354,
	powerExportL2_W: 0,
	powerImportL3_W: 1855,
	powerExportL3_W: 0,
	reactivePowerImportL1_var: 1072,
	reactivePowerExportL1_var: 0,
	reactivePowerImportL2_var: 265,
	reactivePowerExportL2_var: 0,
	reactivePowerImportL3_var: 0,
	reactivePowerExportL3_var: 1044,
	voltageL1_mV: 230_700,
	voltageL2_mV: 230_100,
	voltageL3_mV: 231_000,
	currentL1_mA: 9700,
	currentL2_mA: 1900,
	currentL3_mA: 9200,
} as const satisfies TelegramFields;

/** A Dutch meter of DSMR 5 with gas; the numbers of telegrams/nl-v5/ene-t210d-a.txt. */
export const DUTCH_FIELDS = {
	time: Date.UTC(2021, 11, 5, 20, 8, 29),
	p1Version: 50,
	equipmentIdentifier: toOctets("E0048000002003617"),
	energyImportTariff1_Wh: 16_230_132,
	energyImportTariff2_Wh: 7_449_542,
	energyExportTariff1_Wh: 5_998_736,
	energyExportTariff2_Wh: 15_098_938,
	tariffIndicator: 1,
	powerImport_W: 866,
	powerExport_W: 0,
	voltageL1_mV: 231_000,
	voltageL2_mV: 234_000,
	voltageL3_mV: 233_000,
	currentL1_mA: 3000,
	currentL2_mA: 0,
	currentL3_mA: 1000,
	powerImportL1_W: 677,
	powerImportL2_W: 56,
	powerImportL3_W: 132,
	powerExportL1_W: 0,
	powerExportL2_W: 0,
	powerExportL3_W: 0,
	mbus: {
		deviceType: 3,
		equipmentIdentifier: toOctets("G0054003632493117"),
		register_dm3: 10_142_194,
		registerTime: Date.UTC(2021, 11, 5, 20, 5, 0),
	},
} as const satisfies TelegramFields;

/** A Fluvius meter with its demand rows (telegrams/be/fluvius-b.txt). */
export const BELGIAN_FIELDS = {
	time: Date.UTC(2024, 0, 12, 22, 18, 3),
	emucsVersion: "50217",
	equipmentIdentifier: toOctets("1SAG1305056625"),
	energyImportTariff1_Wh: 116_372,
	energyImportTariff2_Wh: 62_193,
	energyExportTariff1_Wh: 112_716,
	energyExportTariff2_Wh: 42_757,
	tariffIndicator: 2,
	demandImport_W: 27,
	maximumDemandImport_W: 2485,
	maximumDemandImportTime: Date.UTC(2024, 0, 7, 18, 0, 0),
	demandHistory:
		"(2)(1-0:1.6.0)(1-0:1.6.0)(231201000000W)(231109164500W)(03.260*kW)(240101000000W)(231224134500W)(01.981*kW)",
	powerImport_W: 132,
	powerExport_W: 0,
	voltageL1_mV: 230_500,
	currentL1_mA: 170,
	mbus: {
		deviceType: 3,
		registerUnconverted_dm3: 338_711,
		registerUnconvertedTime: Date.UTC(2024, 0, 12, 22, 16, 46),
	},
} as const satisfies TelegramFields;

function setField(values: TelegramValues, slot: number, value: number | string | undefined): void {
	if (typeof value === "number") values.set(slot, value);
	else if (typeof value === "string") values.setText(slot, value);
}

/**
 * One CRC-valid telegram of a profile, or of a format of the test's own, with the rows that have a value.
 * @throws RangeError for a value that the format cannot print.
 */
export function buildTelegram(format: ProfileId | TelegramFormat, fields: TelegramFields): Uint8Array {
	const values = new TelegramValues();
	const { mbus = {}, ...own } = fields;
	for (const [key, value] of Object.entries(own)) setField(values, FIELD[key as keyof typeof FIELD], value);
	for (const [key, value] of Object.entries(mbus)) {
		setField(values, mbusSlot(1, MBUS_FIELD[key as keyof typeof MBUS_FIELD]), value);
	}
	const out = new Uint8Array(8192);
	const end = new Encoder(typeof format === "string" ? TELEGRAM_FORMATS[format] : format).encode(values, out);
	return out.slice(0, end);
}

/** {@link SWEDISH_FIELDS} as a telegram, with the values that a test wants otherwise. */
export function swedishTelegram(overrides: TelegramFields = {}): Uint8Array {
	return buildTelegram("se", { ...SWEDISH_FIELDS, ...overrides });
}

/** {@link DUTCH_FIELDS} as a telegram; an override of `mbus` replaces the device. */
export function dutchTelegram(overrides: TelegramFields = {}): Uint8Array {
	return buildTelegram("dsmr5", { ...DUTCH_FIELDS, ...overrides });
}

/** {@link BELGIAN_FIELDS} as a telegram; an override of `mbus` replaces the device. */
export function belgianTelegram(overrides: TelegramFields = {}): Uint8Array {
	return buildTelegram("be", { ...BELGIAN_FIELDS, ...overrides });
}
