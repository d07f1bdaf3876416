import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crc16 } from "../../../src/core/crc16.js";
import { Decoder } from "../../../src/core/decoder.js";
import { ReadingSource } from "../../../src/publishers/mqtt/reading-source.js";
import { ReadingDocument } from "../../../src/services/reading-document.js";

const TELEGRAMS = new URL("../../telegrams/", import.meta.url).pathname;
const decoder = new TextDecoder();

type Decoded = { readonly source: ReadingSource; push(bytes: Uint8Array): void; json(): Record<string, unknown> };

function decode(): Decoded {
	const document = new ReadingDocument();
	const meter = new Decoder({ onReading: (reading) => document.onReading(reading) });
	const keeper = {
		get reading() {
			return meter.latest;
		},
	};
	const source = new ReadingSource(keeper, document);
	return {
		source,
		push: (bytes) => {
			meter.push(bytes);
			meter.flush();
		},
		json: () => JSON.parse(decoder.decode(source.stateBytes.subarray(0, source.stateLength))),
	};
}

/** Every value that has a topic, by the end of that topic. */
function valuesOf(source: ReadingSource): Record<string, string> {
	const values: Record<string, string> = {};
	for (let index = 0; index < source.valueCount; index++) {
		const length = source.writeValue(index);
		expect(length >= 0).toBe(!Number.isNaN(source.valueMark(index)));
		if (length < 0) continue;
		const name = source.valueName(index);
		expect(values, `two values for ${name}`).not.toHaveProperty([name]);
		values[name] = decoder.decode(source.valueBytes.subarray(0, length));
	}
	return values;
}

/** The same from the JSON: every scalar but those that are about the telegram as a whole. */
function valuesInJson(json: Record<string, unknown>): Record<string, string> {
	const values: Record<string, string> = {};
	const add = (prefix: string, object: object, without: readonly string[]): void => {
		for (const [name, value] of Object.entries(object)) {
			if (without.includes(name) || typeof value === "object") continue;
			// The JSON text of a string without its quotes; numbers compare by value, printed the shortest way by both.
			values[prefix + name] = typeof value === "string" ? JSON.stringify(value).slice(1, -1) : String(value);
		}
	};
	add("", json, ["stale", "profile", "identification", "time", "meterTime", "tariff"]);
	for (const channel of (json.mbus ?? []) as { channel: number }[]) {
		add(`mbus/${channel.channel}/`, channel, ["channel", "medium"]);
	}
	return values;
}

function withCrc(body: string): Uint8Array {
	const bytes = new TextEncoder().encode(`${body}!`);
	const crc = crc16(bytes, 0, bytes.length).toString(16).toUpperCase().padStart(4, "0");
	return new TextEncoder().encode(`${body}!${crc}\r\n`);
}

const telegram = (...rows: string[]): Uint8Array => withCrc(`/XXX5METER\r\n\r\n${rows.join("\r\n")}\r\n`);

describe("mqtt reading source", () => {
	const files = readdirSync(TELEGRAMS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt"));

	test.each(files.sort())("%s: each value has the name and number of the JSON, and none is left out", (file) => {
		const { source, push, json } = decode();
		push(readFileSync(join(TELEGRAMS, file)));
		if (source.stateLength === 0) {
			expect(valuesOf(source)).toEqual({});
			return;
		}
		const expected = valuesInJson(json());
		// Long texts are in the state only.
		for (const [name, text] of Object.entries(expected)) if (text.length > 126) delete expected[name];
		expect(valuesOf(source)).toEqual(expected);
	});

	test("docs/mqtt-topics.md shows what a meter gives", () => {
		const page = readFileSync(new URL("../../../docs/mqtt-topics.md", import.meta.url), "utf8");
		const { source, push } = decode();
		push(readFileSync(join(TELEGRAMS, "se/lgf-e360-b.txt")));
		const json = decoder.decode(source.stateBytes.subarray(0, source.stateLength));
		expect(page.replaceAll("\n", "")).toContain(`\`\`\`json${json}\`\`\``);
		push(readFileSync(join(TELEGRAMS, "nl-v5/ene-t210d-a.txt")));
		const values = valuesOf(source);
		const shown = [...page.matchAll(/^p1\/value\/(\S+) (.+)$/gm)];
		expect(shown.length).toBeGreaterThan(3);
		for (const [, name = "", text] of shown) expect(values[name], name).toBe(text);
	});

	test("before the first telegram there is nothing", () => {
		const { source } = decode();
		expect(source.stateLength).toBe(0);
		expect(valuesOf(source)).toEqual({});
	});

	test.each([
		{ row: "1-0:1.8.0(00012345.678*kWh)", name: "energyImportWh", text: "12345678" },
		{ row: "1-0:1.7.0(0001.980*kW)", name: "powerImportW", text: "1980" },
		{ row: "1-0:32.7.0(230.7*V)", name: "voltageL1V", text: "230.7" },
		{ row: "0-0:96.1.1(4B384547303034303436333935353037)", name: "equipmentIdentifier", text: "K8EG004046395507" },
	])("$row becomes $name $text", ({ row, name, text }) => {
		const { source, push } = decode();
		push(telegram("0-0:1.0.0(260131120000W)", row));
		expect(valuesOf(source)).toEqual({ [name]: text });
	});

	test("a gas meter's values stand under its channel, with the time of the register", () => {
		const { source, push } = decode();
		push(
			telegram(
				"1-3:0.2.8(50)",
				"0-0:1.0.0(260131120000W)",
				"0-1:24.1.0(003)",
				"0-1:96.1.0(4730303339303031)",
				"0-1:24.2.1(260131110000W)(00112.384*m3)",
			),
		);
		expect(valuesOf(source)).toMatchObject({
			"mbus/1/deviceType": "3",
			"mbus/1/equipmentIdentifier": "G0039001",
			"mbus/1/volumeM3": "112.384",
			"mbus/1/time": "2026-01-31T10:00:00Z",
		});
	});

	test("marks differ exactly for the values that differ, the meter's time not counted", () => {
		const { source, push } = decode();
		const marks = (): number[] => Array.from({ length: source.valueCount }, (_, index) => source.valueMark(index));
		const rows = (time: string, powerKw: string, message: string): Uint8Array =>
			telegram(
				`0-0:1.0.0(${time})`,
				"1-0:1.8.0(00012345.678*kWh)",
				`1-0:1.7.0(${powerKw}*kW)`,
				`0-0:96.13.0(${message})`,
			);
		push(rows("260131120000W", "01.980", "4142"));
		const first = marks();
		push(rows("260131120010W", "01.980", "4142"));
		expect(marks()).toEqual(first);
		push(rows("260131120020W", "01.981", "4142"));
		const second = marks();
		const changed = (a: number[], b: number[]): string[] =>
			a.flatMap((mark, index) => (Object.is(mark, b[index]) ? [] : [source.valueName(index)]));
		expect(changed(first, second)).toEqual(["powerImportW"]);
		push(rows("260131120030W", "01.981", "4143"));
		expect(changed(second, marks())).toEqual(["textMessage"]);
	});

	test("the same digits in another unit are another value", () => {
		const { source, push } = decode();
		const rows = (value: string): Uint8Array =>
			telegram("0-0:1.0.0(260131120000W)", "0-1:24.1.0(004)", `0-1:24.2.1(260131110000W)(${value})`);
		push(rows("00005.000*m3"));
		const index = Array.from({ length: source.valueCount }, (_, i) => i).find(
			(i) => source.writeValue(i) === 1 && source.valueName(i) === "mbus/1/volumeM3",
		);
		expect(index).toBeDefined();
		const inM3 = source.valueMark(index ?? 0);
		push(rows("00.005*GJ"));
		expect(source.valueName(index ?? 0)).toBe("mbus/1/energyGJ");
		expect(source.valueMark(index ?? 0)).not.toBe(inM3);
	});
});
