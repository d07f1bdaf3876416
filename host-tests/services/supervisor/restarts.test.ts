import { describe, expect, test } from "vitest";
import { RestartLog } from "../../../src/services/supervisor/restarts.js";
import { RecordingStore } from "../../support/faulty-store.js";

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
		const store = new RecordingStore();
		let writes = 0;
		const write = store.write.bind(store);
		store.write = (key, value) => {
			writes++;
			write(key, value);
		};
		for (let i = 0; i < 100; i++) {
			const log = new RestartLog(store, "interrupt-watchdog");
			log.save();
			log.save();
		}
		expect(writes).toBe(100);
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
		const crashed = new RestartLog(store, "panic");
		expect([crashed.stuckInARow, crashed.crashesInARow]).toEqual([0, 1]);
	});
});
