import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { Led } from "../../../src/services/supervisor/led.js";
import { DONGLE_STATES, type DongleState, LED_PATTERNS } from "../../../src/services/supervisor/led-patterns.js";
import { RestartLog } from "../../../src/services/supervisor/restarts.js";
import { GOOD_RUN_MS, Supervisor } from "../../../src/services/supervisor/supervisor.js";
import { SupervisorStatus } from "../../../src/services/supervisor/supervisor-status.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeLight } from "../../support/fake-light.js";
import { RecordingStore } from "../../support/faulty-store.js";

const PATIENCE_MS = 15 * 60_000;

class SupervisorBench {
	readonly clock = new FakeClock();
	readonly light = new FakeLight(this.clock);
	readonly cases = new Set<DongleState>();
	readonly restarts: RestartLog;
	readonly supervisor: Supervisor;
	restarted = 0;
	/** Whether the last restart may wait for timers. */
	hasTimers: boolean | undefined;
	isWell = true;
	isBusy = false;
	readonly growth: number;

	constructor(store: RecordingStore = new RecordingStore(), resetReason = "power-on", growth = 2) {
		this.growth = growth;
		this.restarts = new RestartLog(store, resetReason);
		const states = DONGLE_STATES.filter((state) => state !== "good");
		const isCase = Object.fromEntries(states.map((state) => [state, () => this.cases.has(state)]));
		this.supervisor = new Supervisor({
			clock: this.clock,
			timers: this.clock,
			log: { info() {}, warn() {} },
			restarts: this.restarts,
			led: new Led({ light: this.light, timers: this.clock, mode: () => "on" }),
			isCase: isCase as Record<Exclude<DongleState, "good">, () => boolean>,
			vitals: [{ cause: "stuck-radio", patienceMs: PATIENCE_MS, growth: this.growth, isWell: () => this.isWell }],
			isBusy: () => this.isBusy,
			restart: (hasTimers) => {
				this.restarted++;
				this.hasTimers = hasTimers;
			},
		});
	}
}

describe("the supervisor", () => {
	test("shows the most important of what is the case", () => {
		const bench = new SupervisorBench();
		for (const state of DONGLE_STATES) if (state !== "good") bench.cases.add(state);
		for (const state of DONGLE_STATES) {
			bench.clock.advance(1000);
			expect(bench.supervisor.state).toBe(state);
			const { red, green, blue } = LED_PATTERNS[state];
			expect(bench.light.shown.some(([, colour]) => colour === `${red},${green},${blue}`)).toBe(true);
			bench.cases.delete(state);
		}
	});

	test("knows since when", () => {
		const bench = new SupervisorBench();
		bench.clock.advance(10_000);
		bench.cases.add("mqttDown");
		bench.clock.advance(61_000);
		expect(bench.supervisor.state).toBe("mqttDown");
		expect(bench.supervisor.stateS).toBe(60);
	});

	test("restarts what is stuck, when patience ends, and writes it down", () => {
		const store = new RecordingStore();
		const bench = new SupervisorBench(store);
		bench.isWell = false;
		bench.clock.advance(PATIENCE_MS - 1000);
		expect(bench.restarted).toBe(0);
		bench.clock.advance(3000);
		expect(bench.restarted).toBe(1);
		expect(new RestartLog(store, "software").restarts.at(-1)).toEqual({ cause: "stuck-radio", uptimeS: 901 });
	});

	test("what recovers in between is not stuck", () => {
		const bench = new SupervisorBench();
		for (let i = 0; i < 20; i++) {
			bench.isWell = i % 2 === 0;
			bench.clock.advance(PATIENCE_MS - 2000);
		}
		expect(bench.restarted).toBe(0);
	});

	test("never restarts in a loop: a radio that is dead for a month restarts it about once a day", () => {
		const store = new RecordingStore();
		const runsMs: number[] = [];
		let elapsedMs = 0;
		for (let reason = "power-on"; elapsedMs < 30 * 86_400_000; reason = "software") {
			const bench = new SupervisorBench(store, reason);
			bench.isWell = false;
			while (bench.restarted === 0) bench.clock.advance(60_000);
			runsMs.push(bench.clock.monotonicMs());
			elapsedMs += bench.clock.monotonicMs();
		}
		expect(runsMs.slice(0, 4).map((runMs) => Math.floor(runMs / PATIENCE_MS))).toEqual([1, 2, 4, 8]);
		expect(runsMs.length).toBeLessThan(45);
	});

	test("a vital says how its patience grows, up to a day", () => {
		const store = new RecordingStore();
		const runs: number[] = [];
		for (let reason = "power-on"; runs.length < 6; reason = "software") {
			const bench = new SupervisorBench(store, reason, 4);
			bench.isWell = false;
			while (bench.restarted === 0) bench.clock.advance(60_000);
			runs.push(Math.floor(bench.clock.monotonicMs() / PATIENCE_MS));
		}
		expect(runs).toEqual([1, 4, 16, 64, 96, 96]);
	});

	test("waits for an update to be written", () => {
		const bench = new SupervisorBench();
		bench.isWell = false;
		bench.isBusy = true;
		bench.clock.advance(2 * PATIENCE_MS);
		expect(bench.restarted).toBe(0);
		bench.isBusy = false;
		bench.clock.advance(1000);
		expect(bench.restarted).toBe(1);
	});

	test("restarts once only, also when flash refuses", () => {
		const store = new RecordingStore();
		const bench = new SupervisorBench(store);
		store.failure = new Error("flash");
		bench.supervisor.restart("settings");
		bench.supervisor.restart("update");
		expect(bench.restarted).toBe(1);
	});

	test("telegrams notice that the timers have died", () => {
		const bench = new SupervisorBench();
		bench.clock.advance(1000);
		bench.supervisor.onReading();
		expect(bench.restarted).toBe(0);
		bench.supervisor.close();
		bench.clock.advance(121_000);
		bench.supervisor.onReading();
		expect([bench.restarted, bench.hasTimers]).toEqual([1, false]);
		expect(bench.restarts.restarts.at(-1)?.cause).toBe("stuck-timers");
	});

	test("a run is a good one after an hour: crashes before it are forgotten, also when flash refuses", () => {
		const store = new RecordingStore();
		new SupervisorBench(store, "panic");
		const bench = new SupervisorBench(store, "panic");
		bench.clock.advance(GOOD_RUN_MS - 1000);
		expect(store.values.get("restarts")).toMatch(/^2 2;/);
		bench.clock.advance(1000);
		expect(store.values.get("restarts")).toMatch(/^2 0;/);
		const other = new SupervisorBench(store, "panic");
		store.failure = new Error("flash");
		other.clock.advance(2 * GOOD_RUN_MS);
		expect(other.restarted).toBe(0);
	});

	test("a safe start is followed by another try after an hour, unless somebody is at it", () => {
		const store = new RecordingStore();
		for (let i = 0; i < 2; i++) new RestartLog(store, "panic");
		const bench = new SupervisorBench(store, "panic");
		bench.isBusy = true;
		bench.clock.advance(2 * GOOD_RUN_MS);
		expect(bench.restarted).toBe(0);
		bench.isBusy = false;
		bench.clock.advance(1000);
		expect([bench.restarted, bench.hasTimers]).toEqual([1, true]);
		const next = new SupervisorBench(store, "software");
		expect([next.restarts.isSafe, next.restarts.restarts.at(-1)?.cause]).toEqual([false, "retry"]);
		next.clock.advance(2 * GOOD_RUN_MS);
		expect([next.restarted, new RestartLog(store, "panic").isSafe]).toEqual([0, false]);
	});

	test("a program that always crashes after a minute does so once an hour", () => {
		const store = new RecordingStore();
		let crashes = 0;
		let elapsedMs = 0;
		for (let reason = "power-on"; elapsedMs < 7 * 86_400_000; ) {
			const bench = new SupervisorBench(store, reason);
			const runMs = bench.restarts.isSafe ? GOOD_RUN_MS : 60_000;
			bench.clock.advance(runMs);
			elapsedMs += runMs;
			reason = bench.restarted > 0 ? "software" : "panic";
			if (reason === "panic") crashes++;
		}
		expect(crashes).toBeLessThanOrEqual(7 * 24 + 3);
	});

	test.each([
		["panic", 0],
		["power-on", 30_000],
		["brown-out", 30_000],
	])("a start by %s is written down after %i ms", (reason, afterMs) => {
		const store = new RecordingStore();
		const bench = new SupervisorBench(store, reason);
		bench.clock.advance(Math.max(0, afterMs - 1000));
		expect(store.values.has("restarts")).toBe(afterMs === 0);
		bench.clock.advance(1000);
		expect(store.values.has("restarts")).toBe(true);
	});

	test("has its section in the status", () => {
		const bench = new SupervisorBench();
		bench.clock.advance(2000);
		const bytes = new Uint8Array(1024);
		const writer = new JsonWriter(bytes);
		const chip = { brownOutCount: 2, minimumSystemFreeBytes: 40_000 };
		const { supervisor, restarts } = bench;
		new SupervisorStatus({ supervisor, restarts, chip, faults: () => 3 }).writeStatus(writer);
		expect(JSON.parse(Buffer.from(bytes.subarray(0, writer.length)).toString())).toEqual({
			state: "good",
			stateS: 1,
			safe: false,
			faults: 3,
			brownOuts: 2,
			minimumSystemFreeBytes: 40_000,
			starts: 1,
			restarts: [{ cause: "power-on" }],
		});
	});
});
