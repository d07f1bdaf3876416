import { describe, expect, test } from "vitest";
import { ReadingChecks } from "./reading-checks.js";

// The judge of the load test: that it lets a believable meter pass, and sees each kind of fault.

type Change = Readonly<Record<string, unknown>>;

/** Reading `n` of a meter that takes 3,600 W, so 1 Wh a second, and speaks every second. */
function body(n: number, change: Change = {}): string {
	return JSON.stringify({
		time: new Date(1_700_000_000_000 + 1000 * n).toISOString(),
		energyImportWh: 1000 + n,
		energyExportWh: 500,
		powerImportW: 3600,
		powerExportW: 0,
		powerImportL1W: 3000,
		powerExportL1W: 0,
		powerImportL2W: 1601,
		powerExportL2W: 0,
		powerImportL3W: 0,
		powerExportL3W: 1001,
		...change,
	});
}

const etag = (n: number, run = "0011aabb"): string => `"${run}-${n}"`;

function see(checks: ReadingChecks, poller: number, n: number, change: Change = {}): void {
	checks.onReading(poller, etag(n), body(n, change), checks.newestVersion);
}

describe("ReadingChecks", () => {
	test("a believable meter passes, however often it is asked", () => {
		const checks = new ReadingChecks(2);
		for (let n = 1; n <= 200; n++) for (const poller of [0, 1, 0]) see(checks, poller, n);
		expect(checks.problems).toEqual([]);
		expect([checks.versions, checks.missing, checks.skippedByPollers]).toEqual([200, [], 0]);
		expect([checks.phasesChecked, checks.registersChecked]).toEqual([200, 199]);
	});

	test.each<[string, RegExp, (checks: ReadingChecks) => void]>([
		["no ETag of ours", /ETag "x"/, (checks) => checks.onReading(0, '"x"', body(1), 0)],
		["no ETag", /ETag undefined/, (checks) => checks.onReading(0, undefined, body(1), 0)],
		["half a body", /no JSON/, (checks) => checks.onReading(0, etag(1), body(1).slice(0, -9), 0)],
		[
			"two bodies for one version",
			/version 1 has two bodies/,
			(checks) => {
				see(checks, 0, 1);
				see(checks, 1, 1, { powerImportW: 3601 });
			},
		],
		[
			"an older version after a newer one",
			/version 1 was given when 2 had been/,
			(checks) => {
				see(checks, 0, 1);
				see(checks, 0, 2);
				see(checks, 0, 1);
			},
		],
		[
			"a time that goes back",
			/time goes back/,
			(checks) => {
				see(checks, 0, 1);
				see(checks, 0, 2, { time: "2001-01-01T00:00:00Z" });
			},
		],
		[
			"a register that goes back",
			/register goes back/,
			(checks) => {
				see(checks, 0, 1);
				see(checks, 0, 2, { energyExportWh: 499 });
			},
		],
		[
			"powers of two readings",
			/phases make 3600 W, the meter says 3604 W/,
			(checks) => see(checks, 0, 1, { powerImportW: 3604 }),
		],
		[
			"a register of another reading",
			/registers counted 5 Wh, the powers make 1\.00 Wh/,
			(checks) => {
				see(checks, 0, 1);
				see(checks, 0, 2, { energyImportWh: 1006 });
			},
		],
		[
			"another run of the program",
			/started again/,
			(checks) => {
				see(checks, 0, 1);
				checks.onReading(0, etag(1, "ffffffff"), body(1), 0);
			},
		],
		["304 for another version", /304 for "a" has the ETag "b"/, (checks) => checks.onNotModified('"a"', '"b"', 0)],
	])("%s is a problem", (_name, problem, happen) => {
		const checks = new ReadingChecks(2);
		happen(checks);
		expect(checks.problems).toEqual([expect.stringMatching(problem)]);
		expect(checks.problemCount).toBe(1);
	});

	test("what nobody saw is missing, what somebody saw is skipped by the others", () => {
		const checks = new ReadingChecks(2);
		for (const n of [3, 4, 8]) see(checks, 0, n);
		for (const n of [3, 6, 8]) see(checks, 1, n);
		expect(checks.missing).toEqual([5, 7]);
		expect(checks.skippedByPollers).toBe(3 + 2 + 1);
	});

	test("an older version is a problem only for those who asked after the newer one was given", () => {
		const checks = new ReadingChecks(3);
		see(checks, 0, 1);
		see(checks, 0, 2);
		checks.onReading(1, etag(1), body(1), 1);
		checks.onNotModified(etag(1), etag(1), 1);
		expect(checks.problems).toEqual([]);
		checks.onNotModified(etag(1), etag(1), 2);
		checks.onReading(2, etag(1), body(1), 2);
		expect(checks.problems).toHaveLength(2);
	});

	test("a phase that the meter does not have is no problem", () => {
		const checks = new ReadingChecks(1);
		see(checks, 0, 1, { powerImportL3W: undefined });
		expect([checks.phasesChecked, checks.problems.length]).toEqual([0, 0]);
	});

	test("registers by tariff are added up", () => {
		const checks = new ReadingChecks(1);
		const tariffs = { energyImportWh: undefined, energyImportTariff1Wh: 100, energyExportWh: 0 };
		for (let n = 1; n <= 5; n++) see(checks, 0, n, { ...tariffs, energyImportTariff2Wh: 1000 + n });
		expect([checks.registersChecked, checks.problems.length]).toEqual([4, 0]);
		see(checks, 0, 6, { ...tariffs, energyImportTariff2Wh: 900 });
		expect(checks.problems).toEqual([expect.stringMatching(/goes back/), expect.stringMatching(/counted -101 Wh/)]);
	});

	test("a meter without registers is not judged by them", () => {
		const checks = new ReadingChecks(1);
		for (let n = 1; n <= 5; n++) see(checks, 0, n, { energyImportWh: undefined });
		expect([checks.registersChecked, checks.problems.length]).toEqual([0, 0]);
	});

	test("after a reading that nobody saw, registers are compared from there on", () => {
		const checks = new ReadingChecks(1);
		for (const n of [1, 2, 3, 10, 11, 12]) see(checks, 0, n);
		expect([checks.registersChecked, checks.problems.length]).toEqual([4, 0]);
	});

	test("many problems are counted, the first are kept", () => {
		const checks = new ReadingChecks(1);
		for (let n = 0; n < 1000; n++) checks.note("x");
		expect([checks.problemCount, checks.problems.length]).toEqual([1000, 20]);
	});
});
