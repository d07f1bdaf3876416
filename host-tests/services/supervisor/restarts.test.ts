import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { CRASHES_TO_SAFE, RETRY, RestartLog } from "../../../src/services/supervisor/restarts.js";
import { safeSettings } from "../../../src/services/supervisor/safe-settings.js";
import { RecordingStore } from "../../support/faulty-store.js";

class CountingStore extends RecordingStore {
	writes = 0;

	override write(key: string, value: string): void {
		this.writes++;
		super.write(key, value);
	}
}

describe("restartLog", () => {
	test("keeps why a deliberate restart was made, and how long the run had lasted", () => {
		const store = new RecordingStore();
		new RestartLog(store, "power-on").save();
		new RestartLog(store, "task-watchdog").leave("settings", 3600.9);
		const log = new RestartLog(store, "software");
		expect(log.restarts).toEqual([
			{ cause: "power-on", uptimeS: -1 },
			{ cause: "task-watchdog", uptimeS: -1 },
			{ cause: "settings", uptimeS: 3600 },
		]);
		expect(log.starts).toBe(3);
	});

	test("a crash between a deliberate restart and its start is kept too", () => {
		const store = new RecordingStore();
		new RestartLog(store, "power-on").leave("update", 60);
		const log = new RestartLog(store, "panic");
		expect(log.restarts.map(({ cause }) => cause)).toEqual(["power-on", "update", "panic"]);
	});

	test("a software restart that nobody wrote down is called that", () => {
		const store = new RecordingStore();
		new RestartLog(store, "power-on").save();
		expect(new RestartLog(store, "software").restarts.at(-1)).toEqual({ cause: "software", uptimeS: -1 });
	});

	test("keeps the last eight, in less than 300 bytes, with one write for each start", () => {
		const store = new CountingStore();
		for (let i = 0; i < 100; i++) {
			const log = new RestartLog(store, "interrupt-watchdog");
			log.save();
			log.save();
		}
		expect(store.writes).toBe(100);
		const log = new RestartLog(store, "power-on");
		expect(log.restarts).toHaveLength(8);
		expect(log.starts).toBe(101);
		expect(store.values.get("restarts")?.length).toBeLessThan(300);
	});

	test("a deliberate restart is one write too, the start after it none", () => {
		const store = new RecordingStore();
		new RestartLog(store, "power-on").leave("update", 60);
		store.failure = new Error("no write is expected");
		const log = new RestartLog(store, "software");
		log.save();
		expect(log.restarts.at(-1)?.cause).toBe("update");
	});

	test.each(["", ";;;", "x;y:z;:", "5;panic", "1e99;panic:1e99", "!"])("stands %j in its place", (text) => {
		const store = new RecordingStore();
		store.write("restarts", text);
		expect(new RestartLog(store, "software").restarts).toEqual([{ cause: "software", uptimeS: -1 }]);
	});

	test("a store that cannot be read is an empty one", () => {
		const store = new RecordingStore();
		store.read = () => {
			throw new Error("flash");
		};
		expect(new RestartLog(store, "panic").restarts).toHaveLength(1);
	});

	test("counts what was stuck in a row, until a good run", () => {
		const store = new RecordingStore();
		const leave = (uptimeS: number): number => {
			new RestartLog(store, "software").leave("stuck-radio", uptimeS);
			return new RestartLog(store, "software").stuckInARow;
		};
		new RestartLog(store, "power-on").leave("settings", 5);
		expect([leave(900), leave(1800), leave(200_000), leave(900)]).toEqual([1, 2, 0, 1]);
		expect(new RestartLog(store, "panic").stuckInARow).toBe(0);
	});
});

/** Starts one after the other with what the chip says; whether each of them was a safe one. Those of the supply have lasted. */
function starts(store: RecordingStore, ...reasons: readonly string[]): boolean[] {
	return reasons.map((reason) => {
		const log = new RestartLog(store, reason);
		if (reason === "power-on" || reason === "brown-out" || reason === "external") log.save();
		return log.isSafe;
	});
}

describe("crashes in a row", () => {
	test.each([["panic"], ["task-watchdog"], ["interrupt-watchdog"], ["software"]])(
		"the third start by %s in a row is a safe one, although nobody came to write anything down",
		(reason) => {
			const store = new RecordingStore();
			expect(starts(store, "power-on", reason, reason, reason, reason)).toEqual([false, false, false, true, true]);
			expect(new RestartLog(store, reason).restarts.map(({ cause }) => cause)).toEqual([
				"power-on",
				...Array(5).fill(reason),
			]);
		},
	);

	test.each([["power-on"], ["external"], ["brown-out"]])("%s begins a new row", (reason) => {
		const store = new RecordingStore();
		expect(starts(store, "panic", "panic", reason, "panic", "panic")).toEqual(Array(5).fill(false));
	});

	test.each([["settings"], ["update"], ["stuck-radio"]])("so does a restart of our own: %s", (cause) => {
		const store = new RecordingStore();
		starts(store, "panic", "panic", "panic");
		new RestartLog(store, "panic").leave(cause, 60);
		expect(starts(store, "software", "panic", "panic")).toEqual([false, false, false]);
	});

	test("and a good run", () => {
		const store = new RecordingStore();
		starts(store, "panic");
		new RestartLog(store, "panic").forgetCrashes();
		expect(starts(store, "panic", "panic", "panic")).toEqual([false, false, true]);
	});

	test("after another try the first crash leads back", () => {
		const store = new RecordingStore();
		starts(store, "panic", "panic");
		new RestartLog(store, "panic").leave(RETRY, 3600);
		expect(starts(store, "software", "panic")).toEqual([false, true]);
	});

	test("a new image that crashes on trial is left by the bootloader before: the old one starts as ever", () => {
		const store = new RecordingStore();
		starts(store, "panic", "panic");
		new RestartLog(store, "panic").leave("update", 60);
		expect(starts(store, "software", "panic")).toEqual([false, false]);
	});

	test("a loop of crashes does not wear out flash", () => {
		const store = new CountingStore();
		for (let i = 0; i < 5000; i++) new RestartLog(store, "panic").save();
		expect(store.writes).toBeLessThanOrEqual(1001);
		expect(starts(store, "panic", "power-on")).toEqual([true, false]);
	});

	test("what is left of the settings is what the page, the setup and the update need", () => {
		const all = { ...defaultSettings("device"), mqtt: true, modbus: true, shelly: true, homewizard: true };
		const safe = safeSettings(all);
		const off = Object.entries(safe).filter(([key, value]) => value !== all[key as keyof typeof all]);
		const outputs = ["mqtt", "homewizard", "telegram", "modbus", "shelly"];
		expect(Object.fromEntries(off)).toEqual(Object.fromEntries(outputs.map((key) => [key, false])));
		expect(CRASHES_TO_SAFE).toBe(3);
	});
});
