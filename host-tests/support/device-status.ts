import type { StatusSource } from "../../src/ports/status-source.js";
import { Led } from "../../src/services/supervisor/led.js";
import { DONGLE_STATES, type DongleState } from "../../src/services/supervisor/led-patterns.js";
import { RestartLog } from "../../src/services/supervisor/restarts.js";
import { Supervisor } from "../../src/services/supervisor/supervisor.js";
import { SupervisorStatus } from "../../src/services/supervisor/supervisor-status.js";
import { SupplyWatch } from "../../src/services/supply-watch.js";
import { TimeStatus } from "../../src/services/time/time-status.js";
import { FakeClock } from "./fake-clock.js";
import { RecordingStore } from "./faulty-store.js";
import { TimeBench } from "./time-bench.js";

/** The sections of the status that only a dongle has, with every member that they can have. */
export function deviceStatusSources(): readonly StatusSource[] {
	const time = new TimeBench({
		startUtcMs: Date.UTC(2027, 0, 1),
		meter: { fixedMinutes: 60 },
		profile: "se",
		hasServer: true,
	});
	time.telegrams(60_000);
	const clock = new FakeClock();
	const store = new RecordingStore();
	new RestartLog(store, "power-on").leave("update", 3600);
	const restarts = new RestartLog(store, "panic");
	const isCase = Object.fromEntries(DONGLE_STATES.map((state) => [state, () => false]));
	const supervisor = new Supervisor({
		clock,
		timers: clock,
		log: { info() {}, warn() {} },
		restarts,
		led: new Led({ light: undefined, timers: clock, mode: () => "on" }),
		isCase: isCase as Record<DongleState, () => boolean>,
		vitals: [],
		isBusy: () => false,
		restart() {},
	});
	const chip = { brownOutCount: 1, minimumSystemFreeBytes: 40_000 };
	return [
		new TimeStatus(time.keeper, { monotonicMs: () => 0, utcMs: () => time.wall.utcMs }),
		new SupervisorStatus({ supervisor, restarts, chip, faults: () => 0 }),
		new SupplyWatch({ readMilliVolts: () => 5012 }, clock),
	];
}
