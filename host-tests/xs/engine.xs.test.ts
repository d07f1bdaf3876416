import { beforeAll, describe, expect, test } from "vitest";
import { buildXs, NATIVE_TARGET, xsHost } from "./build-xs-host.js";
import { runOnXs, XsRunError } from "./run.js";

// The harness itself: that its counters are exact, that they see what they must see, and that a failure is a failure.

/** Stand-in for real code: CRC-16/ARC by table over 700 bytes, the check value of which is known (0xbb3d for "123456789"). */
const CRC_LOOP = `
	const table = new Uint16Array(256);
	for (let index = 0; index < 256; index++) {
		let crc = index;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
		table[index] = crc;
	}
	function crc16(bytes: Uint8Array, end: number): number {
		let crc = 0;
		for (let offset = 0; offset < end; offset++) {
			crc = (crc >> 8) ^ (table[(crc ^ (bytes[offset] as number)) & 0xff] as number);
		}
		return crc;
	}
	const check = Uint8Array.of(0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39);
	const telegram = new Uint8Array(700);
	for (let offset = 0; offset < 700; offset++) telegram[offset] = (offset * 31) & 0x7f;
	const crcs = [crc16(check, 9), crc16(telegram, 700)];
`;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("xsHost", () => {
	test("gives the same program to callers that ask at once", async () => {
		const programs = await Promise.all([xsHost(), xsHost(), xsHost()]);
		expect(new Set(programs).size).toBe(1);
	});

	test("says what to install when there is no compiler", async () => {
		await expect(buildXs({ ...NATIVE_TARGET, compiler: "no-such-compiler" })).rejects.toThrow(/install a C compiler/);
	});
});

describe("counters", () => {
	test("XS and Node compute the same", async () => {
		const onNode: unknown = new Function(`${stripTypes(CRC_LOOP)}; return crcs;`)();
		const { json } = await runOnXs(`${CRC_LOOP} print(JSON.stringify(crcs));`);
		expect(json).toEqual(onNode);
		expect(json).toMatchObject([0xbb3d, expect.any(Number)]);
	});

	test("a loop over integers and typed arrays takes no slot and no chunk byte in 1,000 turns", async () => {
		const { json } = await runOnXs(
			`${CRC_LOOP} print(JSON.stringify(measure(1000, () => { crc16(telegram, 700); })));`,
		);
		expect(json).toMatchObject({ slots: 0, chunkBytes: 0 });
	});

	test("bytecodes are the same in every run", async () => {
		const driver = `${CRC_LOOP} print(String(measure(10, () => { crc16(telegram, 700); }).bytecodes));`;
		const first = await runOnXs(driver);
		const second = await runOnXs(driver, { fixedSlots: 20_000, fixedChunkBytes: 200_000 });
		expect(first.json).toBe(196_560);
		expect(second.json).toBe(196_560);
	});

	// Slots and chunk bytes per turn on a 64-bit build of XS 13.3; one row per kind of garbage that hot code might make.
	test.each([
		["an empty object", "({});", 1, 0],
		["a string built from a number", "'a' + turn;", 0, 72],
		["String.fromCharCode", "String.fromCharCode(65);", 0, 24],
		["a typed array", "new Uint8Array(16);", 7, 32],
		["subarray", "bytes.subarray(1);", 4, 0],
		["an array literal", "[1, 2, 3];", 2, 112],
		["destructuring", "{ const [first, second] = pair; if (first + second === 0) throw 0; }", 8, 0],
		["for-of over four bytes", "for (const byte of bytes) turn += byte;", 8, 0],
	])("%s is seen", async (_name, statement, slotsPerTurn, chunkBytesPerTurn) => {
		const { json } = await runOnXs(
			`const bytes = new Uint8Array(4); const pair = [1, 2]; let turn = 1;
			print(JSON.stringify(measure(1000, () => { ${statement} })));`,
		);
		expect(json).toMatchObject({ slots: 1000 * slotsPerTurn, chunkBytes: 1000 * chunkBytesPerTurn });
	});
});

describe("runOnXs", () => {
	test.each([
		["an exception", "null_().x; function null_(): any { return null; }", 5, /TypeError.*null/],
		["a rejected promise", "Promise.reject(new Error('late'));", 8, /Error: late/],
		["endless recursion", "function again(): number { return 1 + again(); } again();", 2, /stack overflow/],
		["a file that is not there", "readFile('/no/such/file');", 5, /cannot read \/no\/such\/file/],
	])("fails on %s", async (_name, driver, exitCode, message) => {
		const error = await failure(runOnXs(driver));
		expect(error.exitCode).toBe(exitCode);
		expect(error.stderr).toMatch(message);
	});

	test("ends an endless loop at the time limit", async () => {
		const error = await failure(runOnXs("for (;;);", { timeoutMs: 300 }));
		expect(error.exitCode).toBeNull();
	});

	test.each([
		["slots", "const kept: object[] = []; for (let turn = 0; turn < 20000; turn++) kept.push({});"],
		["chunks", "const kept: string[] = []; for (let turn = 0; turn < 20000; turn++) kept.push('text' + turn);"],
	])("a fixed heap that is too small for what is kept is an error: %s", async (_name, driver) => {
		const error = await failure(runOnXs(driver, { fixedSlots: 10_000, fixedChunkBytes: 100_000 }));
		expect(error.exitCode).toBe(1);
		expect(error.stderr).toMatch(/memory full/);
		await expect(runOnXs(driver)).resolves.toBeDefined();
	});

	test("a fixed heap is a limit on what is alive, not on what is allocated", async () => {
		const { json } = await runOnXs(
			"let made = 0; for (let turn = 0; turn < 100000; turn++) made += [turn].length; print(String(made));",
			{ fixedSlots: 6_000, fixedChunkBytes: 60_000 },
		);
		expect(json).toBe(100_000);
	});
});

async function failure(run: Promise<unknown>): Promise<XsRunError> {
	const outcome: unknown = await run.then(
		() => "no failure",
		(error: unknown) => error,
	);
	if (!(outcome instanceof XsRunError)) throw new Error(`expected a failed run, not ${String(outcome)}`);
	return outcome;
}

function stripTypes(source: string): string {
	return source.replace(/: Uint8Array|: number| as number/g, "");
}
