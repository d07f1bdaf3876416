import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDecode } from "../../../../src/platform/node/decode/decode-command.js";
import { corpusTelegram, powerTelegram, telegramOf } from "../../../support/telegram.js";

const ROOT = join(import.meta.dirname, "../../../..");
const HEAD = "0-0:1.0.0(240108164940W)";

type Outcome = { readonly status: number; readonly lines: readonly string[]; readonly errors: string };

async function decode(args: readonly string[], input: string | Uint8Array = ""): Promise<Outcome> {
	let out = "";
	let errors = "";
	const status = await runDecode(args, {
		stdin: Readable.from(input.length === 0 ? [] : [Buffer.from(input)]),
		writeOut: async (text) => {
			out += text;
		},
		writeError: (text) => {
			errors += text;
		},
	});
	return { status, lines: out.split("\n").slice(0, -1), errors };
}

function parse(lines: readonly string[]): unknown[] {
	return lines.map((line) => JSON.parse(line) as unknown);
}

describe("decode command", () => {
	let directory: string;
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-decode-"));
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const file = (name: string, content: string | Uint8Array): string => {
		const path = join(directory, name);
		writeFileSync(path, content);
		return path;
	};

	test("one line per telegram, in order, also for rejected ones, and exit status 1", async () => {
		const good = powerTelegram(1);
		const bad = `${powerTelegram(2).slice(0, -6)}0000\r\n`;
		const { status, lines, errors } = await decode([], `noise${good}${bad}${powerTelegram(3)}`);
		expect(parse(lines)).toMatchObject([
			{ ok: true, profile: "se", identification: "TST5 meter", reading: { powerImportW: 1 } },
			{ ok: false, error: { code: "crc-mismatch", offset: 5 + good.length + bad.length - 6, expected: "0000" } },
			{ ok: true, reading: { powerImportW: 3 } },
		]);
		expect(lines[1]).toMatch(/"actual":"[0-9A-F]{4}"}}$/);
		expect(status).toBe(1);
		expect(errors).toBe("");
	});

	test("without --obis there are no objects; the reading is not stale", async () => {
		const { status, lines } = await decode([], powerTelegram(5));
		expect(Object.keys(JSON.parse(lines[0] ?? "") as object)).toEqual(["ok", "profile", "identification", "reading"]);
		expect(parse(lines)).toMatchObject([{ reading: { stale: false } }]);
		expect(status).toBe(0);
	});

	test.each([
		{ name: "nothing", input: "" },
		{ name: "noise", input: "\0\0hello\r\n" },
	])("an input of $name: no-telegram, exit status 1", async ({ input }) => {
		expect(await decode([], input)).toEqual({
			status: 1,
			lines: ['{"ok":false,"error":{"code":"no-telegram"}}'],
			errors: "",
		});
	});

	test.each([
		{
			name: "a telegram that is cut off",
			input: powerTelegram(1).slice(0, 40),
			error: { code: "telegram-truncated", offset: 40 },
		},
		{
			name: "a missing CRC",
			input: `/X\r\n\r\n${HEAD}\r\n!\r\n`,
			error: { code: "crc-missing", offset: 33 },
		},
		{
			name: "a line of 2400 bytes",
			input: telegramOf([`0-0:96.13.0(${"3".repeat(2400)})`]),
			error: { code: "line-too-long", offset: 2319, expected: 2304, actual: 2305 },
		},
	])("$name: the error says where", async ({ input, error }) => {
		const { status, lines } = await decode([], input);
		expect(parse(lines.slice(0, 1))).toEqual([{ ok: false, error }]);
		expect(status).toBe(1);
	});

	test("a last telegram without its line end is decoded", async () => {
		const { status, lines } = await decode([], powerTelegram(7).trimEnd());
		expect(parse(lines)).toMatchObject([{ ok: true, reading: { powerImportW: 7 } }]);
		expect(status).toBe(0);
	});

	test("several files and standard input, in the order given; offsets count from the start of each", async () => {
		const bad = "/X\r\n\r\n!0000\r\n";
		const first = file("first.txt", powerTelegram(1) + bad);
		const second = file("second.txt", bad);
		const { lines } = await decode([first, "-", second], powerTelegram(2));
		expect(parse(lines)).toMatchObject([
			{ reading: { powerImportW: 1 } },
			{ error: { offset: powerTelegram(1).length + 7 } },
			{ reading: { powerImportW: 2 } },
			{ error: { offset: 7 } },
		]);
	});

	test("a file that is missing or no file is named on standard error, the others are decoded, exit status 1", async () => {
		const good = file("good.txt", powerTelegram(1));
		const missing = join(directory, "missing.txt");
		const { status, lines, errors } = await decode([missing, directory, good]);
		expect(parse(lines)).toMatchObject([{ ok: true }]);
		expect(errors).toBe(`decode: ${missing}: no such file\ndecode: ${directory}: that is a directory, not a file\n`);
		expect(status).toBe(1);
	});

	test.each([
		{ args: ["--obsi"], says: /unknown option '--obsi'\n\(Did you mean --obis\?\)/ },
		{ args: ["--profile", "dsmr9"], says: /'dsmr9' is invalid.*auto, se, dsmr2/ },
		{ args: ["--profile"], says: /argument missing/ },
	])("$args: exit status 2 and nothing on standard output", async ({ args, says }) => {
		const { status, lines, errors } = await decode(args, powerTelegram(1));
		expect({ status, lines }).toEqual({ status: 2, lines: [] });
		expect(errors).toMatch(says);
	});

	test("--help goes to standard output with exit status 0", async () => {
		const { status, lines, errors } = await decode(["--help"]);
		expect({ status, errors }).toEqual({ status: 0, errors: "" });
		expect(lines.join("\n")).toMatch(/--obis[\s\S]*exit status/i);
	});

	test("--profile forces the kind of port: another rule for the meter's time", async () => {
		const summer = telegramOf(["0-0:1.0.0(240708164940S)"]);
		const times = async (...args: string[]): Promise<unknown[]> => parse((await decode(args, summer)).lines);
		expect(await times()).toMatchObject([{ profile: "se", reading: { time: "2024-07-08T15:49:40Z" } }]);
		expect(await times("--profile", "p1")).toMatchObject([
			{ profile: "p1", reading: { time: "2024-07-08T14:49:40Z" } },
		]);
	});

	describe("--obis", () => {
		const list = async (...rows: string[]): Promise<unknown> => {
			const { lines } = await decode(["--obis"], telegramOf([HEAD, ...rows]));
			return parse(lines)[0];
		};

		test.each([
			{ row: "1-0:1.8.0(00010117.368*kWh)", object: { value: 10_117_368, unit: "Wh" } },
			{ row: "1-0:1.8.0(99999999.999*kWh)", object: { value: 99_999_999_999, unit: "Wh" } },
			{ row: "1-0:32.7.0(230.7*V)", object: { value: 230_700, unit: "mV" } },
			{ row: "1-0:16.7.0(-01.500*kW)", object: { value: -1500, unit: "W" } },
			{ row: "1-0:13.7.0(0.987)", object: { value: 0.987 } },
			{ row: "0-0:96.7.21(00039)", object: { value: 39 } },
			{ row: "0-0:17.0.0(16500)", object: { value: 16_500 } },
			{ row: "1-0:1.7.0(0.1)", object: { value: 0.1 } },
			{ row: "1-0:1.7.0()", object: {} },
			{
				row: "0-1:24.2.1(240108164500W)(00012.345*m3)",
				object: { timestamp: "2024-01-08T15:45:00Z", value: 12_345, unit: "dm3" },
			},
			{
				row: "0-2:24.2.1(240108164500W)(00001.5*GJ)",
				object: { timestamp: "2024-01-08T15:45:00Z", value: 1_500_000, unit: "kJ" },
			},
			{ row: "0-1:24.2.1(12.345*m3)", object: { value: 12_345, unit: "dm3" } },
			{
				row: "0-1:24.3.0(240108164500)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00012.345)",
				object: { timestamp: "2024-01-08T15:45:00Z", value: 12_345, unit: "dm3" },
			},
			{ row: "1-1:31.4.0(040*A)(-050*A)", object: { values: [40_000, -50_000], unit: "mA" } },
			{ row: "0-0:96.13.0(48656C6C6F)", object: { value: "48656C6C6F", text: "Hello" } },
			{ row: "0-0:96.13.0(00)", object: { value: "00" } },
			{ row: "0-0:96.13.0()", object: { value: "" } },
			{ row: "0-0:96.1.4(50217)", object: { value: "50217" } },
			{
				row: "1-0:99.97.0(1)(0-0:96.7.19)(240101000000W)(0000000240*s)",
				object: { groups: ["1", "0-0:96.7.19", "240101000000W", "0000000240*s"] },
			},
			{ row: "1-0:99.97.0()", object: { groups: [""] } },
		])("$row", async ({ row, object }) => {
			const code = row.slice(0, row.indexOf("("));
			expect(await list(row)).toMatchObject({ objects: { [code]: object }, unknown: [], malformed: [] });
			const { objects } = (await list(row)) as { objects: Record<string, unknown> };
			expect(objects[code]).toEqual(object);
			expect(objects["0-0:1.0.0"]).toEqual({ value: "2024-01-08T15:49:40Z" });
		});

		test("codes that the table does not have are listed once, in order; the values stay out", async () => {
			const { objects, unknown } = (await list(
				"9-9:9.9.9(1)",
				"1-0:1.7.0(0001.000*kW)",
				"0-0:9.9.9(1)",
				"9-9:9.9.9(2)",
			)) as {
				objects: Record<string, unknown>;
				unknown: string[];
			};
			expect(unknown).toEqual(["9-9:9.9.9", "0-0:9.9.9"]);
			expect(Object.keys(objects)).toEqual(["0-0:1.0.0", "1-0:1.7.0"]);
		});

		test.each([
			{ row: "1-0:1.7.0(12.x*kW)", object: undefined },
			{ row: "1-0:1.7.0(12.1*kWh)", object: undefined },
			{ row: "1-0:1.8.0(-00001.000*kWh)", object: undefined },
			{ row: "1-0:1.7.0(1*kW)(2*kW)", object: undefined },
			{ row: "1-0:1.7.0*255(0001.000*kW)", object: undefined },
			{ row: "0-1:24.2.1(241308164500W)(00012.345*m3)", object: { value: 12_345, unit: "dm3" } },
		])("$row is malformed", async ({ row, object }) => {
			const { objects, malformed } = (await list(row)) as { objects: Record<string, unknown>; malformed: string[] };
			const code = row.slice(0, row.indexOf("("));
			expect(malformed).toEqual([code]);
			expect(objects[code]).toEqual(object);
		});

		test("of a repeated code the first row that is believed stands", async () => {
			expect(await list("1-0:1.7.0(x)", "1-0:1.7.0(0001.000*kW)", "1-0:1.7.0(0002.000*kW)")).toMatchObject({
				objects: { "1-0:1.7.0": { value: 1000, unit: "W" } },
				malformed: ["1-0:1.7.0"],
			});
		});
	});

	test("a capture of 20 MB passes as a stream", async () => {
		const telegram = Buffer.from(corpusTelegram("se/lgf-e360-a.txt"));
		const count = Math.ceil(20_000_000 / telegram.length);
		const path = file("large.txt", Buffer.alloc(count * telegram.length, telegram));
		let lines = 0;
		let longest = 0;
		const status = await runDecode([path], {
			stdin: Readable.from([]),
			writeOut: async (text) => {
				longest = Math.max(longest, text.length);
				lines += text.split("\n").length - 1;
			},
			writeError: () => {},
		});
		expect({ status, lines }).toEqual({ status: 0, lines: count });
		expect(longest).toBeLessThan(500_000);
	});

	test("as a program: standard input to standard output, and `| head -1` is no error", async () => {
		const command = `"${process.execPath}" --import tsx src/platform/node/decode.ts; echo "status $?" >&2`;
		const child = spawn("sh", ["-c", `{ ${command}; } | head -1`], { cwd: ROOT });
		child.stdin.on("error", () => {});
		child.stdin.end(powerTelegram(42).repeat(3000));
		let out = "";
		let errors = "";
		child.stdout.on("data", (chunk) => {
			out += String(chunk);
		});
		child.stderr.on("data", (chunk) => {
			errors += String(chunk);
		});
		await new Promise((resolve) => child.on("close", resolve));
		expect(parse(out.split("\n").slice(0, -1))).toMatchObject([{ ok: true, reading: { powerImportW: 42 } }]);
		expect(errors).toBe("status 0\n");
	});
});
