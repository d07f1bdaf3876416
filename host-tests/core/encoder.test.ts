import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc16 } from "../../src/core/crc16.js";
import { Decoder } from "../../src/core/decoder.js";
import { Encoder } from "../../src/core/encoder.js";
import type { TelegramErrorCode } from "../../src/core/errors.js";
import { FIELD, MBUS_FIELD, mbusSlot } from "../../src/core/obis-table.js";
import { PROFILE_IDS, PROFILES, type ProfileId } from "../../src/core/profile.js";
import type { Reading } from "../../src/core/reading.js";
import { type FormatPiece, type TelegramFormat, telegramFormat } from "../../src/core/telegram-format.js";
import { TELEGRAM_FORMATS } from "../../src/core/telegram-formats.js";
import { type TelegramContent, TelegramValues } from "../../src/core/telegram-values.js";
import { DST, toUtcMs } from "../../src/core/timestamp.js";
import { SIGNED_UNITS, UNIT } from "../../src/core/units.js";
import { slotsOf } from "../support/reading-slots.js";

const TELEGRAMS = join(import.meta.dirname, "../telegrams");
const SE_TIME = Date.UTC(2022, 11, 15, 14, 50, 50);

function encode(format: TelegramFormat, content: TelegramContent): string {
	const out = new Uint8Array(16_384);
	return Buffer.from(out.subarray(0, new Encoder(format).encode(content, out))).toString("latin1");
}

function decode(telegram: string, profile: ProfileId | "auto" = "auto"): Reading | TelegramErrorCode {
	let outcome: Reading | TelegramErrorCode = "telegram-truncated";
	const decoder = new Decoder({
		profile,
		telegramBytes: 16_384,
		onReading: (reading) => {
			outcome = reading;
		},
		onError: ({ code }) => {
			outcome = code;
		},
	});
	decoder.push(Buffer.from(telegram, "latin1"));
	return outcome;
}

function row(line: string, set: (values: TelegramValues) => void, profile: ProfileId = "p1"): string | undefined {
	const values = new TelegramValues();
	set(values);
	return encode(telegramFormat(profile, `/ABC5\n\n${line}\n!`), values).split("\r\n")[2];
}

describe("encoder", () => {
	test("writes identification line, rows, CRC and CRLF", () => {
		const values = new TelegramValues();
		values.set(FIELD.time, SE_TIME);
		values.set(FIELD.energyImport_Wh, 2_721_126);
		values.set(FIELD.powerImport_W, 4190);
		values.set(FIELD.voltageL1_mV, 230_700);
		const telegram = encode(TELEGRAM_FORMATS.se, values);
		const body =
			"/LGF5E360\r\n\r\n0-0:1.0.0(221215155050W)\r\n1-0:1.8.0(00002721.126*kWh)\r\n1-0:1.7.0(0004.190*kW)\r\n" +
			"1-0:32.7.0(230.7*V)\r\n!";
		const crc = crc16(Buffer.from(body), 0, body.length).toString(16).toUpperCase().padStart(4, "0");
		expect(telegram).toBe(`${body}${crc}\r\n`);
	});

	test("writes a bare ! where the profile has no CRC", () => {
		expect(encode(TELEGRAM_FORMATS.dsmr2, new TelegramValues()).endsWith("\r\n0-0:96.13.0()\r\n!\r\n")).toBe(true);
	});

	test("writes at an offset and says where the telegram ends", () => {
		const out = new Uint8Array(600);
		const encoder = new Encoder(TELEGRAM_FORMATS.se);
		const first = encoder.encode(new TelegramValues(), out);
		const second = encoder.encode(new TelegramValues(), out, first);
		expect(Buffer.from(out.subarray(first, second))).toEqual(Buffer.from(out.subarray(0, first)));
	});

	test("refuses a buffer that is one byte too small", () => {
		const values = new TelegramValues();
		const length = encode(TELEGRAM_FORMATS.se, values).length;
		const encoder = new Encoder(TELEGRAM_FORMATS.se);
		expect(encoder.encode(values, new Uint8Array(length))).toBe(length);
		expect(() => encoder.encode(values, new Uint8Array(length - 1))).toThrow("does not fit");
	});

	const { register_dm3, registerTime } = MBUS_FIELD;
	test.each([
		[
			"digits finer than the row are rounded",
			"1-0:1.7.0(0000.00*kW)",
			FIELD.powerImport_W,
			364,
			"1-0:1.7.0(0000.36*kW)",
		],
		["halves go up", "1-0:31.7.0(000*A)", FIELD.currentL1_mA, 4500, "1-0:31.7.0(005*A)"],
		["negative halves go down", "1-0:16.24.0(00.00*kW)", FIELD.averagePowerNet_W, -15, "1-0:16.24.0(-00.02*kW)"],
		[
			"a negative value has its digits beside the sign",
			"1-0:13.7.0(0.000)",
			FIELD.powerFactor,
			-913,
			"1-0:13.7.0(-0.913)",
		],
		[
			"nothing is left of a negative value: no sign",
			"1-0:31.7.0(000*A)",
			FIELD.currentL1_mA,
			-400,
			"1-0:31.7.0(000*A)",
		],
		["a unit without prefix", "1-0:1.8.0(000000000*Wh)", FIELD.energyImport_Wh, 6_545_766, "1-0:1.8.0(006545766*Wh)"],
		[
			"more decimals than the unit has",
			"1-0:14.7.0(00.0000*Hz)",
			FIELD.frequency_mHz,
			49_987,
			"1-0:14.7.0(49.9870*Hz)",
		],
		["the largest value", "1-0:31.7.0(000*A)", FIELD.currentL1_mA, 999_499, "1-0:31.7.0(999*A)"],
		["the time of NES meters", "0-0:1.0.0(YYYYMMDD hh:mm:ss)", FIELD.time, SE_TIME, "0-0:1.0.0(20221215 15:50:50)"],
		["summer time", "0-0:1.0.0(YYMMDDhhmmssX)", FIELD.time, Date.UTC(2026, 6, 1), "0-0:1.0.0(260701020000S)"],
		[
			"a value without its time",
			"0-1:24.2.1(YYMMDDhhmmssX)(00000.000*m3)",
			mbusSlot(1, register_dm3),
			7,
			"0-1:24.2.1()(00000.007*m3)",
		],
		[
			"a time without its value",
			"0-1:24.2.1(YYMMDDhhmmssX)(00000.000*m3)",
			mbusSlot(1, registerTime),
			SE_TIME,
			"0-1:24.2.1(221215155050W)()",
		],
	])("%s", (_what, shape, slot, value, printed) => {
		expect(row(shape, (values) => values.set(slot, value))).toBe(printed);
	});

	test("a Swedish clock says W in summer, one hour behind the wall clock", () => {
		const printed = row("0-0:1.0.0(YYMMDDhhmmssX)", (values) => values.set(FIELD.time, Date.UTC(2026, 6, 1)), "se");
		expect(printed).toBe("0-0:1.0.0(260701010000W)");
	});

	test.each<[string, string, (values: TelegramValues) => void]>([
		["too many digits", "1-0:31.7.0(000*A)", (values) => values.set(FIELD.currentL1_mA, 999_500)],
		["a fraction", "1-0:1.7.0(00.000*kW)", (values) => values.set(FIELD.powerImport_W, 0.5)],
		["a fraction that rounding would hide", "1-0:1.7.0(00.00*kW)", (values) => values.set(FIELD.powerImport_W, 0.5)],
		["NaN", "1-0:1.7.0(00.000*kW)", (values) => values.set(FIELD.powerImport_W, Number.NaN)],
		["more than 2^53", "1-0:1.8.0(00000000000000000.000*kWh)", (values) => values.set(FIELD.energyImport_Wh, 2 ** 54)],
		["a negative register", "1-0:1.8.0(000000.000*kWh)", (values) => values.set(FIELD.energyImport_Wh, -1)],
		["another unit", "0-0:17.0.0(00.000*kW)", (values) => values.set(FIELD.limiterThreshold_W, 1, UNIT.mA)],
		["a text for a number", "1-0:1.7.0(00.000*kW)", (values) => values.setText(FIELD.powerImport_W, "1")],
		["a number for a text", "0-0:96.1.4(TEXT)", (values) => values.set(FIELD.emucsVersion, 1)],
		["a number for a time", "0-0:1.0.0(YYMMDDhhmmssX)", (values) => values.set(FIELD.time, 1, UNIT.one)],
		["half a second", "0-0:1.0.0(YYMMDDhhmmssX)", (values) => values.set(FIELD.time, SE_TIME + 500)],
		["a year before 2000", "0-0:1.0.0(YYMMDDhhmmssX)", (values) => values.set(FIELD.time, Date.UTC(1999, 0, 1))],
		["a year after 2099", "0-0:1.0.0(YYMMDDhhmmssX)", (values) => values.set(FIELD.time, Date.UTC(2100, 0, 1))],
		["a text with (", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "5(")],
		["a text with )", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "5)")],
		["a text with !", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "!5")],
		["a text with /", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "5/")],
		["a text with a line end", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "5\n")],
		["a text that is not ASCII", "0-0:96.1.4(TEXT)", (values) => values.setText(FIELD.emucsVersion, "\u00e5")],
		["a log without brackets", "1-0:99.97.0(LOG)", (values) => values.setText(FIELD.powerFailureLog, "0")],
	])("refuses %s", (_what, shape, set) => {
		expect(() => row(shape, set)).toThrow(RangeError);
	});
});

/** Values that a piece prints without loss. */
function printable(piece: FormatPiece, profile: ProfileId): fc.Arbitrary<number | string> {
	if (piece.kind === "number") {
		const step = 10 ** Math.max(0, piece.exponent - piece.decimals);
		const steps = Math.floor(10 ** (piece.wholeDigits + Math.min(piece.decimals, piece.exponent)) - 1);
		const isSigned = ((SIGNED_UNITS >> piece.unit) & 1) === 1;
		return fc.maxSafeInteger().map((any) => ((isSigned ? any : Math.abs(any)) % (steps + 1)) * step);
	}
	if (piece.kind === "time") {
		const seconds = fc.integer({ min: Date.UTC(2001, 0, 1) / 1000, max: Date.UTC(2098, 11, 31) / 1000 });
		const times = seconds.map((utcS) => utcS * 1000);
		if (piece.layout === "YYMMDDhhmmssX") return times;
		// Without its flag, a stamp within the hour that autumn repeats stands for two instants.
		const rule = PROFILES[profile].time;
		return times.filter((utcMs) => {
			const summer = utcMs + (rule.standardOffsetMinutes + 60) * 60_000;
			const winter = utcMs + rule.standardOffsetMinutes * 60_000;
			return [summer, winter].every((local) =>
				Number.isFinite(toUtcMs(local, new Date(local).getUTCFullYear(), DST.unsaid, rule)),
			);
		});
	}
	const characters = "0123456789ABCDEFxyz .-*:".split("");
	const text = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 40 });
	return piece.kind === "text" && piece.isLog ? text.map((content) => `(${content})(1)`) : text;
}

describe("encoding, then decoding", () => {
	test.each(PROFILE_IDS)("gives the same slots back: %s", (profile) => {
		const format = TELEGRAM_FORMATS[profile];
		const entries = format.rows.flatMap(({ pieces }) =>
			pieces.flatMap((piece) =>
				piece.kind === "literal"
					? []
					: [fc.tuple(fc.constant(piece), fc.option(printable(piece, profile), { freq: 6, nil: undefined }))],
			),
		);
		fc.assert(
			fc.property(fc.tuple(...entries), (values) => {
				const content = new TelegramValues();
				for (const [piece, value] of values) {
					if (typeof value === "string") content.setText(piece.slot, value);
					else if (value !== undefined) {
						content.set(piece.slot, value, piece.kind === "number" ? piece.unit : UNIT.time);
					}
				}
				const outcome = decode(encode(format, content), profile);
				expect(typeof outcome === "string" ? outcome : slotsOf(outcome)).toEqual(slotsOf(content));
			}),
			{ numRuns: 300 },
		);
	});
});

/** Captures whose bytes say more than a reading keeps. */
const NOT_SAME = new Map([
	["se/kamstrup-omnia-b.txt", "its clock says S, which means nothing on a Swedish port"],
	["nl-v4/lg-e350-40.txt", "its gas time has a small s"],
	["nl-v4/mcs-42.txt", "it has numbers without digits"],
	["nl-v5/test-v5.txt", "it has S in November"],
	["lu/smarty-spec-example.txt", "it has months beyond 12"],
	["lt-other/lt-eso-anonymised.txt", "its CRC is not its own"],
	["lt-other/pl-gama150.txt", "its CRC is not its own"],
]);

describe("decoding, then encoding in the telegram's own format", () => {
	const files = ["se", "nl-v2", "nl-v3", "nl-v4", "nl-v5", "be", "lu", "lt-other"]
		.flatMap((folder) => readdirSync(join(TELEGRAMS, folder)).map((file) => `${folder}/${file}`))
		.filter((file) => file.endsWith(".txt") && !NOT_SAME.has(file));

	test.each(files)("gives the original bytes: %s", (file) => {
		const telegram = readFileSync(join(TELEGRAMS, file), "latin1");
		const outcome = decode(telegram);
		if (typeof outcome === "string") expect.fail(outcome);
		expect(encode(telegramFormat(outcome.profile.id, telegram), outcome)).toBe(telegram);
	});

	test("is done with all but seven of the corpus's telegrams", () => {
		expect(files.length).toBeGreaterThanOrEqual(36);
	});
});

describe("decoding, then encoding in the profile's format", () => {
	test.each(["a", "b", "c", "d", "i"])("gives the original bytes: lgf-e360-%s.txt", (letter) => {
		const telegram = readFileSync(join(TELEGRAMS, `se/lgf-e360-${letter}.txt`), "latin1");
		const outcome = decode(telegram);
		if (typeof outcome === "string") expect.fail(outcome);
		expect(encode(TELEGRAM_FORMATS.se, outcome)).toBe(telegram);
	});

	test.each<[ProfileId, string]>([
		["dsmr2", "nl-v2/iskra-mt382-b.txt"],
		["dsmr4", "nl-v4/kaifa-42-a.txt"],
		["be", "be/fluvius-b.txt"],
		["lu", "lu/smarty-a.txt"],
	])("prints the rows as the meter does: %s", (profile, file) => {
		const telegram = readFileSync(join(TELEGRAMS, file), "latin1");
		const outcome = decode(telegram);
		if (typeof outcome === "string") expect.fail(outcome);
		const rows = (text: string) => text.split("\r\n").slice(2, -2).sort();
		const ours = rows(encode(TELEGRAM_FORMATS[profile], outcome));
		expect(ours.filter((line) => !rows(telegram).includes(line))).toEqual([]);
		expect(ours.length).toBeGreaterThan(10);
	});
});
