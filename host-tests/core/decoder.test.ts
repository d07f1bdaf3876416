import { describe, expect, test } from "vitest";
import { Decoder } from "../../src/core/decoder.js";
import type { DecoderCounters } from "../../src/core/errors.js";
import { ascii, decodeAll, telegramOf, withCrc } from "../support/decode-all.js";

const GOOD = telegramOf(["0-0:1.0.0(221215155050W)", "1-0:1.8.0(00002721.126*kWh)", "1-0:1.7.0(0004.190*kW)"]);
const GOOD_READING = {
	stale: false,
	profile: "se",
	identification: "LGF5E360",
	time: "2022-12-15T14:50:50Z",
	meterTime: "221215155050W",
	energyImportWh: 2721126,
	powerImportW: 4190,
};

function decodeText(...texts: string[]) {
	return decodeAll(texts.map(ascii));
}

function decodeLine(line: string, profile?: "se" | "dsmr5") {
	const { readings, counters } = decodeAll([ascii(telegramOf([line]))], profile ? { profile } : {});
	const { stale, profile: found, identification, ...values } = readings[0] ?? {};
	return { values, counters };
}

function nonZero(counters: DecoderCounters): Record<string, number> {
	return Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== 0));
}

describe("decoder: framing", () => {
	test("accepts a whole telegram and keeps it byte for byte", () => {
		const { readings, telegrams, errors, counters } = decodeText(GOOD);
		expect(readings).toEqual([GOOD_READING]);
		expect(telegrams).toEqual([GOOD]);
		expect(errors).toEqual([]);
		expect(nonZero(counters)).toEqual({ telegrams: 1 });
	});

	test("gives the same for every chunk size, and for a chunk in the middle of a larger buffer", () => {
		for (let size = 1; size <= GOOD.length; size++) {
			const bytes = ascii(`noise\r\n${GOOD}${GOOD}`);
			const chunks: Uint8Array[] = [];
			for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
			const whole = decodeAll(chunks);
			expect(whole.telegrams, `${size} bytes`).toEqual([GOOD, GOOD]);

			const telegrams: string[] = [];
			const decoder = new Decoder({
				onReading: (reading) =>
					telegrams.push(String.fromCharCode(...reading.bytes.subarray(reading.telegramOffset, reading.telegramEnd))),
			});
			for (let at = 0; at < bytes.length; at += size) decoder.push(bytes, at, Math.min(at + size, bytes.length));
			expect(telegrams, `offsets of ${size}`).toEqual([GOOD, GOOD]);
		}
	});

	test("a chunk without bytes changes nothing, wherever it comes", () => {
		const bytes = ascii(GOOD);
		for (let at = 0; at <= bytes.length; at++) {
			const { telegrams, counters } = decodeAll([bytes.subarray(0, at), bytes.subarray(at, at), bytes.subarray(at)]);
			expect(telegrams, `at ${at}`).toEqual([GOOD]);
			expect(nonZero(counters)).toEqual({ telegrams: 1 });
		}
	});

	test("copies chunks larger than its scratch space", () => {
		const bytes = ascii(`${"x".repeat(600)}${GOOD}${" ".repeat(600)}${GOOD}`);
		expect(decodeAll([bytes]).telegrams).toEqual([GOOD, GOOD]);
		const small = new Decoder({ telegramBytes: 256, onReading: () => undefined });
		small.push(bytes);
		expect(small.counters.telegrams).toBe(2);
	});

	test("shows nothing before the CRC has passed, and keeps the last good reading after a bad one", () => {
		const decoder = new Decoder({ onReading: () => undefined });
		decoder.push(ascii(GOOD.slice(0, -3)));
		expect(decoder.latest).toBeUndefined();
		decoder.push(ascii(GOOD.slice(-3)));
		const first = decoder.latest;
		expect(first?.sequence).toBe(1);
		decoder.push(ascii(GOOD.replace("4.190", "4.191")));
		expect(decoder.latest).toBe(first);
		expect(first?.values).toContain(4190);
		decoder.push(ascii(GOOD));
		expect(decoder.latest?.sequence).toBe(2);
		expect(decoder.latest?.crc).toBe(Number.parseInt(GOOD.slice(-6), 16));
	});

	const AT_CRC = GOOD.indexOf("!") + 1;
	const FAULTS: [name: string, input: string, error: Record<string, unknown>, counter: keyof DecoderCounters][] = [
		[
			"a wrong CRC",
			`${GOOD.slice(0, AT_CRC)}0000\r\n`,
			{ code: "crc-mismatch", offset: AT_CRC, expected: 0, actual: Number.parseInt(GOOD.slice(AT_CRC), 16) },
			"crcMismatch",
		],
		["no CRC", `${GOOD.slice(0, AT_CRC)}\r\n`, { code: "crc-missing", offset: AT_CRC }, "crcMissing"],
		["a short CRC", `${GOOD.slice(0, AT_CRC)}ABC\r\n`, { code: "crc-malformed", offset: AT_CRC + 3 }, "crcMalformed"],
		[
			"a short CRC before a bare LF",
			`${GOOD.slice(0, AT_CRC)}ABC\n`,
			{ code: "crc-malformed", offset: AT_CRC },
			"crcMalformed",
		],
		[
			"a CRC with a CR in it",
			`${GOOD.slice(0, AT_CRC)}12\r34\r\n`,
			{ code: "crc-malformed", offset: AT_CRC + 2 },
			"crcMalformed",
		],
		[
			"a CRC after a CR",
			`${GOOD.slice(0, AT_CRC)}\r1234\r\n`,
			{ code: "crc-malformed", offset: AT_CRC + 1 },
			"crcMalformed",
		],
		["a long CRC", `${GOOD.slice(0, AT_CRC)}ABCDE\r\n`, { code: "crc-malformed", offset: AT_CRC + 4 }, "crcMalformed"],
		[
			"a CRC with a letter",
			`${GOOD.slice(0, AT_CRC)}12G4\r\n`,
			{ code: "crc-malformed", offset: AT_CRC + 2 },
			"crcMalformed",
		],
		[
			"a CRC line that does not end",
			`${GOOD.slice(0, AT_CRC)}1234${"\0".repeat(20)}`,
			{ code: "crc-malformed", offset: AT_CRC + 12 },
			"crcMalformed",
		],
		[
			"a telegram cut by the next",
			`${GOOD.slice(0, 60)}`,
			{ code: "telegram-truncated", offset: 60 },
			"telegramTruncated",
		],
		[
			"a / within the CRC",
			`${GOOD.slice(0, AT_CRC + 2)}`,
			{ code: "crc-malformed", offset: AT_CRC + 2 },
			"crcMalformed",
		],
		[
			"a line that is too long",
			`/LGF5\r\n0-0:96.13.0(${"3".repeat(2400)})\r\n`,
			{ code: "line-too-long", offset: 7 + 2304, expected: 2304, actual: 2305 },
			"lineTooLong",
		],
		[
			"an identification without end",
			`/${"L".repeat(2400)}`,
			{ code: "line-too-long", offset: 2304, expected: 2304, actual: 2305 },
			"lineTooLong",
		],
		[
			"a telegram larger than the buffer",
			`/LGF5\r\n${"1-0:99.99.9(0)\r\n".repeat(300)}`,
			{ code: "telegram-too-large", offset: 4096, expected: 4096, actual: 4097 },
			"telegramTooLarge",
		],
	];

	for (const [name, input, error, counter] of FAULTS) {
		test(`rejects ${name}, and accepts the next telegram`, () => {
			for (const chunks of [[`${input}${GOOD}`], [...`${input}${GOOD}`]]) {
				const { readings, errors, counters } = decodeText(...chunks);
				expect(errors).toEqual([{ expected: undefined, actual: undefined, ...error }]);
				expect(counters[counter]).toBe(1);
				expect(readings).toEqual([GOOD_READING]);
			}
		});
	}

	test("counts a telegram that the end of the input cuts off, at any place", () => {
		for (let length = 1; length < AT_CRC; length++) {
			const { errors, readings } = decodeText(GOOD.slice(0, length));
			expect(errors).toEqual([{ code: "telegram-truncated", offset: length, expected: undefined, actual: undefined }]);
			expect(readings).toEqual([]);
		}
		expect(decodeText(GOOD.slice(0, AT_CRC + 3)).errors[0]?.code).toBe("telegram-truncated");
		expect(decodeText(GOOD.slice(0, AT_CRC)).errors[0]?.code).toBe("crc-missing");
	});

	test("accepts a telegram whose last line end is missing, from the end of the input or the next telegram", () => {
		expect(decodeText(GOOD.slice(0, -2)).readings).toEqual([GOOD_READING]);
		expect(decodeText(`${GOOD.slice(0, -2)}${GOOD}`).readings).toEqual([GOOD_READING, GOOD_READING]);
	});

	test("can go on after the end of an input", () => {
		const decoder = new Decoder({ onReading: () => undefined });
		decoder.push(ascii(GOOD.slice(0, 50)));
		decoder.flush();
		decoder.flush();
		decoder.push(ascii(GOOD));
		expect(nonZero(decoder.counters)).toEqual({ telegrams: 1, telegramTruncated: 1 });
	});

	test("reset drops what has begun, uncounted", () => {
		const decoder = new Decoder({ onReading: () => undefined });
		decoder.push(ascii(GOOD.slice(0, 50)));
		decoder.reset();
		decoder.push(ascii(GOOD.slice(50)));
		decoder.push(ascii(GOOD));
		expect(decoder.counters).toMatchObject({ telegrams: 1, telegramTruncated: 0 });
	});

	test("counts noise between telegrams, and not line ends, spaces and NUL", () => {
		expect(decodeText(`\r\n \0abc\r\n${GOOD}\xff`).counters.noiseBytes).toBe(4);
	});

	test("counts bare LF line ends, and accepts them when the CRC was made over them", () => {
		const bare = withCrc(GOOD.slice(0, AT_CRC).replaceAll("\r\n", "\n")).replace("\r\n", "\n");
		const { readings, counters } = decodeText(bare);
		expect(readings).toEqual([GOOD_READING]);
		expect(nonZero(counters)).toEqual({ telegrams: 1, bareLineFeeds: 4 });
		const stripped = decodeText(GOOD.replaceAll("\r\n", "\n"));
		expect(stripped.errors[0]?.code).toBe("crc-mismatch");
		expect(stripped.counters.bareLineFeeds).toBe(4);
	});

	test("takes NUL before the end of the CRC line, and a CRC in lower case", () => {
		expect(decodeText(`${GOOD.slice(0, -2)}\0\r\n`).readings).toHaveLength(1);
		expect(decodeText(`${GOOD.slice(0, AT_CRC)}${GOOD.slice(AT_CRC).toLowerCase()}`).readings).toHaveLength(1);
	});

	test("a telegram may have no rows, and the ! may stand anywhere", () => {
		expect(decodeText(withCrc("/LGF5\r\n\r\n!")).readings).toHaveLength(1);
		expect(decodeText(withCrc("/LGF5!")).counters).toMatchObject({ telegrams: 1, rowsMalformed: 1 });
		expect(decodeText(withCrc("/LGF5\r\n1-0:1.7.0(1.000*kW)!")).readings[0]).toMatchObject({ powerImportW: 1000 });
		expect(decodeText(withCrc("/LGF5\r\n1-0:1.7.0(1!")).counters).toMatchObject({ telegrams: 1, valuesMalformed: 1 });
	});

	test.each([
		[{ telegramBytes: 255 }, "telegramBytes must be 256 to 32768"],
		[{ telegramBytes: 32_769 }, "telegramBytes must be 256 to 32768"],
		[{ telegramBytes: Number.NaN }, "telegramBytes must be 256 to 32768"],
		[{ profile: "xx" as "se" }, 'no profile is called "xx"'],
	])("refuses %j", (options, message) => {
		expect(() => new Decoder({ ...options, onReading: () => undefined })).toThrow(message);
	});
});

describe("decoder: values", () => {
	test.each([
		["1-0:1.8.0(00002721.126*kWh)", { energyImportWh: 2721126 }],
		["1-0:1.8.0(99999999.999*kWh)", { energyImportWh: 99999999999 }],
		["1-0:1.8.0(006545766*Wh)", { energyImportWh: 6545766 }],
		["1-0:1.8.0(1.5*MWh)", { energyImportWh: 1500000 }],
		["1-0:3.8.0(1.336*kVArh)", { reactiveEnergyImportVarh: 1336 }],
		["1-0:3.7.0(1*kvar)", { reactivePowerImportVar: 1000 }],
		["1-0:1.7.0(0000.36*kW)", { powerImportW: 360 }],
		["1-0:1.7.0(.5*kW)", { powerImportW: 500 }],
		["1-0:1.7.0(5.*kW)", { powerImportW: 5000 }],
		["1-0:32.7.0(230.7*V)", { voltageL1V: 230.7 }],
		["1-0:31.7.0(000.17*A)", { currentL1A: 0.17 }],
		["1-0:31.7.0(003*A)", { currentL1A: 3 }],
		["1-0:14.7.0(50.00*Hz)", { frequencyHz: 50 }],
		["1-0:13.7.0(0.913)", { powerFactor: 0.913 }],
		["1-0:13.7.0(-1.000)", { powerFactor: -1 }],
		["0-0:96.7.21(00039)", { powerFailures: 39 }],
		["1-0:0.8.2(00900*s)", { demandPeriodS: 900 }],
		["0-0:17.0.0(027.6*kVA)", { limiterThresholdVA: 27600 }],
		["0-0:17.0.0(016*A)", { limiterThresholdA: 16 }],
		["1-1:31.4.0(040*A)(-040*A)", { supervisionThresholdImportA: 40, supervisionThresholdExportA: -40 }],
		[
			"1-0:1.6.0(221215155050W)(02.589*kW)",
			{ maximumDemandImportW: 2589, maximumDemandImportTime: "2022-12-15T14:50:50Z" },
		],
		["1-0:1.6.0(02.589*kW)", { maximumDemandImportW: 2589 }],
		["0-0:96.13.0(48656A)", { textMessage: "Hej" }],
		["0-0:96.13.0(00FF)", { textMessage: "00FF" }],
		["0-0:96.13.0(48656)", { textMessage: "48656" }],
		["1-0:0.2.0(02.21)", { firmwareVersion: "02.21" }],
		["1-0:0.2.0((ER11))", { firmwareVersion: "(ER11)" }],
		["1-0:0.2.8(ER13))", { firmwareChecksum: "ER13)" }],
		["1-0:0.2.0()", {}],
	])("reads %s", (line, values) => {
		const decoded = decodeLine(line);
		expect(decoded.values).toEqual(values);
		expect(nonZero(decoded.counters)).toEqual({ telegrams: 1 });
	});

	test.each([
		["digits finer than the unit", "1-0:1.7.0(00.1239*kW)", { powerImportW: 123 }],
		["negative power", "1-0:16.24.0(-00.024*kW)", { averagePowerNetW: -24 }],
		["negative zero", "1-0:1.7.0(-0.000*kW)", { powerImportW: 0 }],
		["negative zero of a register", "1-0:1.8.0(-0.000*kWh)", { energyImportWh: 0 }],
		["an empty value", "1-0:1.7.0()", {}],
		["an empty text", "0-0:96.13.0()", {}],
	])("takes %s: %s", (_name, line, values) => {
		const decoded = decodeLine(line, "dsmr5");
		expect(decoded.values).toEqual(values);
		expect(decoded.counters.valuesMalformed).toBe(0);
	});

	test.each([
		"1-0:1.8.0(-1.000*kWh)",
		"1-0:32.7.0(-230.0*V)",
		"0-0:96.7.21(-1)",
		"0-0:96.7.21(1.5)",
		"1-0:1.7.0(1.000*kWh)",
		"1-0:1.7.0(1.000*furlong)",
		"1-0:1.7.0(1.000*)extra",
		"1-0:1.7.0(x)",
		"1-0:1.7.0(1x*kW)",
		"1-0:1.7.0(1.2.3*kW)",
		"1-0:1.7.0(1-2*kW)",
		"1-0:1.7.0(--1*kW)",
		"1-0:1.7.0(-)",
		"1-0:1.7.0(-*kW)",
		"1-0:1.7.0(.)",
		"1-0:1.7.0(.*kW)",
		"1-0:1.7.0(*kW)",
		"1-0:1.7.0(1*kW",
		"1-0:1.7.0(1",
		"1-0:1.7.0(1*kW*2)",
		"1-0:1.7.0(1*kW)(2*kW)",
		"1-0:1.7.0(99999999999999999*kW)",
		"1-0:1.7.0(9007199254740993*W)",
		"1-0:1.7.0(0.0000000000001*kW)",
		"0-0:96.13.0(48",
		"1-0:0.2.0(02.21",
		"0-0:1.0.0(221315155050W)",
		"0-0:1.0.0(221215155050X)",
		"0-0:1.0.0(22121515505)",
		"1-0:1.6.0(nonsense)",
		"1-0:1.6.0(1.5)",
		"1-0:1.6.0(221315155050W)(1.000*kW)",
		"1-0:1.6.0(221215155050W)(1.000*kW)(1.000*kW)",
	])("leaves out and counts %s", (line) => {
		const { values, counters } = decodeLine(line, "dsmr5");
		const { meterTime, maximumDemandImportTime, maximumDemandImportW, ...rest } = values;
		expect(rest).toEqual({});
		expect(counters.valuesMalformed + counters.rowsMalformed + counters.unitsMissing).toBeGreaterThan(0);
		expect(counters.telegrams).toBe(1);
	});

	test("a value without the unit that it needs is absent and counted (telegrams/lt-other/pl-gama150.txt)", () => {
		expect(decodeLine("0-0:17.0.0(16500)", "dsmr5")).toMatchObject({ values: {}, counters: { unitsMissing: 1 } });
	});

	test("of a repeated code the first row stands", () => {
		const { readings, counters } = decodeText(telegramOf(["1-0:1.7.0(1.000*kW)", "1-0:1.7.0(2.000*kW)"]));
		expect(readings[0]).toMatchObject({ powerImportW: 1000 });
		expect(counters.rowsRepeated).toBe(1);
	});

	test.each([
		"1-0:1.7.9(1.000*kW)",
		"1-0:01.7.0(1.000*kW)",
		"1-0:1.7.(1.000*kW)",
		"1.7.0(1.000*kW)",
		"9-9:9.9.9(1)(2)",
	])("an unknown row is no fault: %s", (line) => {
		const { values, counters } = decodeLine(line);
		expect(values).toEqual({});
		expect(nonZero(counters)).toEqual({ telegrams: 1, rowsUnknown: 1 });
	});

	test.each(["***NO CARRIER***", "1-0:1.7.0", "(1.000*kW)", "1-0:1.7.0 (1.000*kW)", ")"])(
		"a row that is none is counted: %s",
		(line) => {
			const { values, counters } = decodeLine(line);
			expect(values).toEqual({});
			expect(nonZero(counters)).toEqual({ telegrams: 1, rowsMalformed: 1 });
		},
	);

	test("a continuation line belongs to a DSMR 3 row alone", () => {
		const row = "0-1:24.3.0(160410130000)(00)(60)(1)(0-1:24.2.1)(m3)";
		const gas = [{ channel: 1, volumeM3: 7890.693, time: "2016-04-10T11:00:00Z" }];
		expect(decodeLine(`${row}\r\n(07890.693)`, "dsmr5").values).toEqual({ mbus: gas });
		expect(decodeLine(`${row}(07890.693)`, "dsmr5").values).toEqual({ mbus: gas });
		for (const between of ["1-0:1.7.9(1)", "1-0:1.7.0()", "0-0:96.13.0()"]) {
			const { values, counters } = decodeLine(`${row}\r\n${between}\r\n(07890.693)`, "dsmr5");
			expect(values).toEqual({});
			expect(counters.rowsMalformed).toBe(1);
		}
	});

	test("an M-Bus channel that only says a bare number is left out", () => {
		expect(decodeLine("0-1:24.2.1(000101000000W)(00000000.0000)", "dsmr5").values).toEqual({});
	});
});
