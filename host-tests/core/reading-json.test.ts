import { describe, expect, test } from "vitest";
import { Decoder } from "../../src/core/decoder.js";
import { JsonWriter } from "../../src/core/json-writer.js";
import { writeReading } from "../../src/core/reading-json.js";
import { ascii, decodeAll, readingObject, telegramOf } from "../support/decode-all.js";

function decodeLines(lines: string[], identification?: string): Record<string, unknown> {
	const {
		stale,
		identification: found,
		...rest
	} = decodeAll([ascii(telegramOf(lines, identification))]).readings[0] ?? {};
	return rest;
}

describe("reading as JSON", () => {
	test.each([
		[2, "electricity"],
		[3, "gas"],
		[4, "heat"],
		[12, "heat"],
		[6, "warmWater"],
		[7, "water"],
		[10, "cooling"],
		[11, "cooling"],
		[99, undefined],
	])("M-Bus device type %d is %s", (deviceType, medium) => {
		const [entry] = decodeLines([`0-2:24.1.0(${deviceType})`]).mbus as Record<string, unknown>[];
		expect(entry).toEqual(medium === undefined ? { channel: 2, deviceType } : { channel: 2, deviceType, medium });
	});

	test("an M-Bus meter has what its telegram says: Dutch and Belgian identifiers, volume or energy, with or without time", () => {
		const { mbus } = decodeLines([
			"0-1:24.1.0(003)",
			"0-1:96.1.0(4730303235303033323736383535353135)",
			"0-1:24.2.1(220901150000S)(04836.851*m3)",
			"0-2:24.1.0(004)",
			"0-2:96.1.1(37464C4F32313139303333373333)",
			"0-2:96.1.2(353431)",
			"0-2:24.4.0(1)",
			"0-2:24.2.1(00012.345*GJ)",
			"0-3:24.2.3(211024195005S)(03775.342*m3)",
			"0-4:24.2.1(220901150000S)(00001.500*kWh)",
			"1-3:0.2.8(50)",
		]);
		expect(mbus).toEqual([
			{
				channel: 1,
				deviceType: 3,
				medium: "gas",
				equipmentIdentifier: "G0025003276855515",
				volumeM3: 4836.851,
				time: "2022-09-01T13:00:00Z",
			},
			{
				channel: 2,
				deviceType: 4,
				medium: "heat",
				equipmentIdentifier: "7FLO2119033733",
				connectionIdentifier: "541",
				valveState: 1,
				energyGJ: 12.345,
			},
			{ channel: 3, volumeM3: 3775.342, time: "2021-10-24T17:50:05Z" },
			{ channel: 4, energyWh: 1500, time: "2022-09-01T13:00:00Z" },
		]);
	});

	test.each([
		["FLU5\\1", ["0-0:96.14.0(0001)"], "be", "normal"],
		["FLU5\\1", ["0-0:96.14.0(0002)"], "be", "low"],
		["KFM5", ["1-3:0.2.8(42)", "0-0:96.14.0(0001)"], "dsmr4", "low"],
		["KFM5", ["1-3:0.2.8(50)", "0-0:96.14.0(0002)"], "dsmr5", "normal"],
		["KFM5", ["1-3:0.2.8(50)", "0-0:96.14.0(0003)"], "dsmr5", undefined],
		["XYZ5", ["0-0:96.14.0(0001)"], "p1", undefined],
	])("%s with %j is %s, tariff %s", (identification, lines, profile, tariff) => {
		const reading = decodeLines(lines, identification);
		expect(reading.profile).toBe(profile);
		expect(reading.tariff).toBe(tariff);
	});

	test.each([
		["Lux5\\253", [], "lu"],
		["ESO5\\0", [], "lt"],
		["ISK5", ["1-0:0.2.8(1EA43311)"], "lt"],
		["ISK5", ["1-0:16.24.0(00.024*kW)"], "lt"],
		["XYZ5", ["0-0:96.1.4(50217)"], "be"],
		["XYZ5", ["0-0:96.1.1(4530)"], "p1"],
		["XYZ5", ["0-0:96.1.0(4530)"], "p1"],
		["XYZ5", ["0-0:42.0.0(4530)"], "p1"],
		["XYZ5", ["1-0:1.8.1(1.000*kWh)"], "p1"],
		["XYZ5", ["1-0:1.8.0(1.000*kWh)"], "se"],
		["XYZ5", [], "se"],
	])("%s with %j is profile %s", (identification, lines, profile) => {
		expect(decodeLines(lines, identification).profile).toBe(profile);
	});

	test.each([
		["(1)(0-0:96.7.19)(230723125646S)(0000000712*s)", [{ endTime: "2023-07-23T10:56:46Z", durationS: 712 }]],
		["(0)(0-0:96.7.19)", []],
		["(0)", []],
		["()", []],
		["(1)(0-0:96.7.19)(230723125646S)", []],
		["(1)(0-0:96.7.19)(230723125646S)(0000000712*s", []],
		["(2)(0-0:96.7.19)(000000000000W)(5*s)(230723125646S)(7*s)", [{ endTime: "2023-07-23T10:56:46Z", durationS: 7 }]],
		["(2)(0-0:96.7.19)(230723125646S)(5)(230723125646S)(x*s)", []],
	])("power failure log %s", (groups, expected) => {
		expect(decodeLines([`1-0:99.97.0${groups}`, "1-3:0.2.8(50)"]).powerFailureLog).toEqual(expected);
	});

	const PEAK = "(230701000000S)(230615191500S)(03.695*kW)";
	test.each([
		[
			`(1)(1-0:1.6.0)(1-0:1.6.0)${PEAK}`,
			[{ time: "2023-06-30T22:00:00Z", maximumTime: "2023-06-15T17:15:00Z", maximumDemandImportW: 3695 }],
		],
		["(0)(1-0:1.6.0)(1-0:1.6.0)", []],
		[`(1)(1-0:1.6.0)(1-0:1.6.0)${PEAK.slice(0, 15)}`, []],
		[`(1)(1-0:1.6.0)(1-0:1.6.0)${PEAK.slice(0, 30)}`, []],
		["(1)(1-0:1.6.0)(1-0:1.6.0)(0)(230615191500S)(03.695*kW)", []],
		["(1)(1-0:1.6.0)(1-0:1.6.0)(230701000000S)(0)(03.695*kW)", []],
		["(1)(1-0:1.6.0)(1-0:1.6.0)(230701000000S)(230615191500S)(03.695*kWh)", []],
		["(230701000000S)(000040.777*kWh)", undefined],
		["(1)(1-0:1.6.1)(1-0:1.6.0)", undefined],
		["(1)(1-0:1.6.0)(1-0:1.6.1)", undefined],
		["(1)(1-0:1.6.0)", undefined],
		["(1)", undefined],
		["x", undefined],
	])("demand history %s", (groups, expected) => {
		expect(decodeLines([`0-0:98.1.0${groups}`], "FLU5\\1").demandHistory).toEqual(expected);
	});

	test("says when it is stale, and when it does not fit", () => {
		let texts: Record<string, unknown>[] = [];
		const decoder = new Decoder({
			onReading(reading) {
				texts = [readingObject(reading, false), readingObject(reading, true)];
				const writer = new JsonWriter(new Uint8Array(20));
				expect(writeReading(writer, reading, false)).toBe(false);
			},
		});
		decoder.push(ascii(telegramOf(["1-0:1.7.0(0004.190*kW)"])));
		expect(texts.map((text) => text.stale)).toEqual([false, true]);
	});

	test("bytes outside ASCII in a telegram whose CRC holds become escapes", () => {
		expect(decodeLines(["0-0:96.13.0(\xe5\x01)"]).textMessage).toBe("\xe5\x01");
	});
});

describe("a telegram without CRC", () => {
	const LINES = ["0-0:96.1.1(4B38)", "1-0:1.8.1(1.000*kWh)", "1-0:1.7.0(0001.19*kW)"];
	const bare = (lines: readonly string[]) => ascii(`/ISk5\r\n\r\n${lines.map((line) => `${line}\r\n`).join("")}!\r\n`);

	test("is believed when it looks like DSMR 2.2 or 3", () => {
		expect(decodeAll([bare(LINES)]).readings[0]).toMatchObject({ profile: "dsmr2", powerImportW: 1190 });
		expect(decodeAll([bare(LINES)], { profile: "dsmr2" }).readings).toHaveLength(1);
	});

	test.each([
		["a clock row", [...LINES, "0-0:1.0.0(221215155050W)"]],
		["a version row", [...LINES, "1-3:0.2.8(42)"]],
		["a Belgian version row", [...LINES, "0-0:96.1.4(50217)"]],
		["a total register", [...LINES, "1-0:1.8.0(1.000*kWh)"]],
		["no tariff register", [LINES[0] as string, LINES[2] as string]],
		["no identifier", LINES.slice(1)],
	])("is not believed with %s: its CRC was lost", (_name, lines) => {
		expect(decodeAll([bare(lines)])).toMatchObject({ readings: [], errors: [{ code: "crc-missing" }] });
	});

	test("is not believed on a port that has sent a CRC, nor when the profile demands one", () => {
		const good = ascii(telegramOf(["1-0:1.7.0(0004.190*kW)"]));
		expect(decodeAll([good, bare(LINES)]).errors).toMatchObject([{ code: "crc-missing" }]);
		expect(decodeAll([bare(LINES)], { profile: "dsmr5" }).errors).toMatchObject([{ code: "crc-missing" }]);
	});

	test.each([
		["a malformed row", "***"],
		["a malformed value", "1-0:2.7.0(0000.0x*kW)"],
		["a value without its unit", "1-0:2.7.0(0000.00)"],
		["a repeated code", "1-0:1.7.0(0001.19*kW)"],
	])("is rejected whole for %s", (_name, line) => {
		const { readings, errors, counters } = decodeAll([bare([...LINES, line])]);
		expect(readings).toEqual([]);
		expect(errors).toMatchObject([{ code: "malformed-row" }]);
		expect(counters.malformedRow).toBe(1);
	});

	test("is believed only when it is as long as the one before, then and from then on", () => {
		const short = bare(LINES);
		const long = bare([...LINES, "1-0:2.7.0(0000.00*kW)"]);
		const { readings, errors, counters } = decodeAll([short, short, long, long, short, short]);
		expect(readings).toHaveLength(4);
		const change = long.length - short.length;
		expect(errors).toMatchObject([
			{ code: "unconfirmed", expected: short.length, actual: short.length + change },
			{ code: "unconfirmed", expected: long.length, actual: long.length - change },
		]);
		expect(counters.unconfirmed).toBe(2);
	});

	test("has no time in the hour that autumn repeats, and all else (telegrams/nl-v2/iskra-mt382-b.txt)", () => {
		const gas = (stamp: string) => [...LINES, `0-2:24.3.0(${stamp})(00)(60)(1)(0-2:24.2.1)(m3)\r\n(13368.864)`];
		const channel = { channel: 2, volumeM3: 13368.864 };
		expect(decodeAll([bare(gas("211031020000"))]).readings[0]).toMatchObject({ mbus: [channel] });
		expect(decodeAll([bare(gas("211031030000"))]).readings[0]).toMatchObject({
			mbus: [{ ...channel, time: "2021-10-31T02:00:00Z" }],
		});
		expect(decodeAll([bare(gas("211331030000"))]).errors).toMatchObject([{ code: "malformed-row" }]);
	});
});
