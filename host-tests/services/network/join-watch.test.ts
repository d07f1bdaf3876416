import { describe, expect, test } from "vitest";
import { JoinWatch, SCAN_MS } from "../../../src/services/network/join-watch.js";
import { Led } from "../../../src/services/supervisor/led.js";
import { DONGLE_STATES, type DongleState } from "../../../src/services/supervisor/led-patterns.js";
import { RestartLog } from "../../../src/services/supervisor/restarts.js";
import { Supervisor } from "../../../src/services/supervisor/supervisor.js";
import { FakeLight } from "../../support/fake-light.js";
import { RecordingStore } from "../../support/faulty-store.js";
import { NetworkBench, type NetworkBenchOptions } from "../../support/network-bench.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Until the watch has scanned once: what has answered before is let pass, and there may be bad moments. */
const NOTICED_MS = 2 * SCAN_MS + 2 * MINUTE_MS;
const PATIENCES_MS = [0.5 * HOUR_MS, 2 * HOUR_MS, 8 * HOUR_MS, DAY_MS];

/** One run of a dongle, from its start until a restart: its network, its supervisor and what watches for a stuck radio. */
class Run {
	readonly bench: NetworkBench;
	isSetupInUse = false;
	restartedMs: number | undefined;

	constructor(store: RecordingStore, resetReason: string, options: NetworkBenchOptions = {}) {
		this.bench = new NetworkBench({ store, ...options });
		const { clock, network } = this.bench;
		const isSetupInUse = (): boolean => this.isSetupInUse;
		const watch = new JoinWatch({ network, timers: clock, isSetupInUse });
		const isCase = Object.fromEntries(DONGLE_STATES.map((state) => [state, () => false]));
		new Supervisor({
			clock,
			timers: clock,
			log: { info() {}, warn() {} },
			restarts: new RestartLog(store, resetReason),
			led: new Led({ light: new FakeLight(clock), timers: clock, mode: () => "off" }),
			isCase: isCase as Record<Exclude<DongleState, "good">, () => boolean>,
			vitals: [{ cause: "stuck-wifi", patienceMs: 1_800_000, growth: 4, isWell: () => watch.isWell }],
			isBusy: isSetupInUse,
			restart: () => {
				this.restartedMs = clock.monotonicMs();
			},
		});
	}

	/** Lets it run. @returns whether it has restarted. */
	runUntil(untilMs: number): boolean {
		const { clock } = this.bench;
		while (this.restartedMs === undefined && clock.monotonicMs() < untilMs) clock.advance(MINUTE_MS);
		return this.restartedMs !== undefined;
	}
}

type World = (bench: NetworkBench) => void;

const silence: World = () => {};
const neighbours: World = ({ air }) => void air.add({ ssid: "next door" });
const home: World = ({ air }) => void air.add();

/** A dongle in a world that stays as it is. @returns how long each run was that ended in a restart. */
function restartsIn(world: World, temper: Partial<NetworkBench["wifi"]["temper"]>, durationMs: number): number[] {
	const store = new RecordingStore();
	const runsMs: number[] = [];
	let leftMs = durationMs;
	for (let reason = "power-on"; ; reason = "software") {
		const run = new Run(store, reason);
		world(run.bench);
		run.bench.clock.advance(10_000);
		Object.assign(run.bench.wifi.temper, temper);
		for (const accessPoint of run.bench.air.accessPoints) accessPoint.kick(200);
		if (!run.runUntil(leftMs)) return runsMs;
		runsMs.push(run.restartedMs ?? 0);
		leftMs -= run.restartedMs ?? 0;
	}
}

describe("a radio that opens and joins nothing", () => {
	test.each<[string, World, Partial<NetworkBench["wifi"]["temper"]>]>([
		["hears nothing any more", home, { isDeaf: true }],
		["never ends an attempt, though the network is heard", home, { hangs: true }],
		["refuses every attempt, though the network is heard", home, { refusedJoins: 1e9 }],
		["refuses attempts and scans", home, { refusedJoins: 1e9, refusesRest: true }],
	])("that %s restarts the dongle after half an hour, then ever more patiently", (_name, world, temper) => {
		const runsMs = restartsIn(world, temper, 5 * DAY_MS);
		expect(runsMs).toHaveLength(7);
		for (const [index, runMs] of runsMs.entries()) {
			const patienceMs = PATIENCES_MS[Math.min(index, 3)] ?? 0;
			expect(runMs).toBeGreaterThanOrEqual(patienceMs);
			expect(runMs).toBeLessThan(patienceMs + NOTICED_MS);
		}
	});

	test("and is well after the restart, costs one", () => {
		const store = new RecordingStore();
		const first = new Run(store, "power-on");
		home(first.bench);
		first.bench.connect();
		first.bench.clock.advance(DAY_MS);
		first.bench.wifi.temper.isDeaf = true;
		first.bench.air.accessPoints[0]?.kick(200);
		expect(first.runUntil(DAY_MS + 2 * HOUR_MS)).toBe(true);
		expect(first.restartedMs).toBeGreaterThan(DAY_MS + 0.5 * HOUR_MS);
		expect(store.values.get("restarts")).toContain("stuck-wifi:");
		const second = new Run(store, "software");
		home(second.bench);
		expect(second.runUntil(7 * DAY_MS)).toBe(false);
		expect(second.bench.network.state).toBe("connected");
	});

	test("a month with the router off: none where others are heard, 32 where nobody is", () => {
		expect(restartsIn(neighbours, {}, 30 * DAY_MS)).toEqual([]);
		expect(restartsIn(silence, {}, 30 * DAY_MS)).toHaveLength(32);
	}, 60_000);

	test("a router that is off for almost half an hour, with nobody else around, costs none", () => {
		const run = new Run(new RecordingStore(), "power-on");
		const router = run.bench.air.add();
		for (let i = 0; i < 50; i++) {
			router.set({ isOn: false });
			expect(run.runUntil(run.bench.clock.monotonicMs() + 28 * MINUTE_MS)).toBe(false);
			router.set({ isOn: true });
			expect(run.runUntil(run.bench.clock.monotonicMs() + 10 * MINUTE_MS)).toBe(false);
		}
	});

	test.each<[string, Parameters<NetworkBench["air"]["add"]>[0]]>([
		["whose password is another one now", { password: "something else" }],
		["that turns the dongle away", { refusal: 5 }],
		["that gives no address", { dhcp: false }],
	])("a router %s has answered: no restart", (_name, state) => {
		expect(restartsIn(({ air }) => void air.add(state), {}, 3 * DAY_MS)).toEqual([]);
	});

	test("a dongle without Wi-Fi settings is not restarted, and does not scan", () => {
		const run = new Run(new RecordingStore(), "power-on", { settings: { credentials: undefined } });
		expect(run.runUntil(2 * DAY_MS)).toBe(false);
		expect(run.bench.wifi.scans).toBe(0);
	});

	test("while somebody uses the setup network it neither scans nor restarts; it does when that is over", () => {
		const run = new Run(new RecordingStore(), "power-on");
		run.isSetupInUse = true;
		expect(run.runUntil(DAY_MS)).toBe(false);
		expect(run.bench.wifi.scans).toBe(0);
		run.isSetupInUse = false;
		run.runUntil(DAY_MS + 20 * MINUTE_MS);
		run.isSetupInUse = true;
		expect(run.runUntil(2 * DAY_MS)).toBe(false);
		run.isSetupInUse = false;
		expect(run.runUntil(2 * DAY_MS + MINUTE_MS)).toBe(true);
	});

	test("a dongle that is connected never scans", () => {
		const run = new Run(new RecordingStore(), "power-on");
		home(run.bench);
		expect(run.runUntil(2 * DAY_MS)).toBe(false);
		expect(run.bench.wifi.scans).toBe(0);
	});
});
