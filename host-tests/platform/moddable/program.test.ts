import { describe, expect, test } from "vitest";
import { RADIO_AGAIN_MS } from "../../../src/services/provisioning/setup-portal.js";
import { BROKER, Dongle, HOME } from "../../support/dongle.js";
import { FakeFlash } from "../../support/fake-firmware-update.js";
import { RecordingStore } from "../../support/faulty-store.js";
import { swedishTelegram } from "../../support/telegrams.js";

const ALL_OUTPUTS = { ...HOME, ...BROKER, modbus: true, shelly: true, homewizard: true };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("the device's program", () => {
	test("starts, joins its network and answers", async () => {
		const dongle = await Dongle.connected();
		expect(dongle.status()).toMatchObject({
			wifi: { state: "connected" },
			supervisor: { state: "starting", safe: false, faults: 0, restarts: [{ cause: "power-on" }] },
		});
		expect(dongle.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
		expect([dongle.ports, dongle.restarts, dongle.announced]).toEqual([[80, 2323], [], []]);
	});

	test("reads its meter, knows the time from it, and asks a silent one anew", async () => {
		const dongle = await Dongle.connected();
		const startMs = Date.UTC(2027, 0, 15, 12);
		for (let i = 0; i < 9; i++) {
			dongle.send(swedishTelegram({ time: startMs + dongle.clock.monotonicMs() }));
			dongle.clock.advance(10_000);
		}
		expect(dongle.status()).toMatchObject({
			supervisor: { state: "good" },
			time: { source: "meter", meterClock: "unchecked" },
		});
		expect(JSON.parse(dongle.get("/api/v1/reading"))).toMatchObject({ energyImportWh: 2_721_126 });
		expect(dongle.asked).toEqual([true]);
		dongle.clock.advance(5 * MINUTE_MS);
		expect(dongle.asked.slice(0, 3)).toEqual([true, false, true]);
		expect(dongle.status()).toMatchObject({ supervisor: { state: "noTelegrams" } });
	});

	test("says what its receiver has noticed of the line: that tells a bad cable from a silent meter", async () => {
		const dongle = await Dongle.connected();
		for (const fault of ["framing", "framing", "framing", "parity", "parity", "break", "overflow"] as const) {
			dongle.noticeFault(fault);
		}
		expect(dongle.status()["p1Port"]).toMatchObject({ framing: 3, parity: 2, break: 1, overflow: 1, disconnected: 0 });
		const metrics = dongle.get("/metrics");
		expect(metrics).toContain('p1_port_faults_total{kind="framing"} 3');
		expect(metrics).toContain('p1_port_faults_total{kind="overflow"} 1');
	});

	test.each([
		["at once where the supply is not measured", undefined, 0],
		["at once where it is good", () => 5000, 0],
		["when the capacitor is charged", (nowMs: number) => Math.min(5000, nowMs * 2), 2200],
		["after 5 s with a divider that is broken", () => 0, 5000],
		[
			"after 5 s with a converter that fails",
			() => {
				throw new Error("the converter is broken");
			},
			5000,
		],
	])("turns the radio on %s", async (_name, milliVolts, expectedMs) => {
		const dongle = await Dongle.start(milliVolts === undefined ? {} : { milliVolts });
		while (dongle.wifi === undefined) dongle.clock.advance(100);
		expect(dongle.clock.monotonicMs() - 100).toBeLessThanOrEqual(expectedMs);
		expect(dongle.clock.monotonicMs()).toBeGreaterThanOrEqual(expectedMs);
	});

	test("draws nothing random before the radio is on, and opens the setup network at the first attempt", async () => {
		const dongle = await Dongle.start({ milliVolts: (nowMs) => Math.min(5000, nowMs * 2) });
		dongle.clock.advance(4000);
		expect(dongle.wifi?.ownNetwork).toMatchObject({ ssid: "P1-AABBCC", channel: 1 });
		expect(dongle.announced).toHaveLength(1);
		expect(dongle.announced[0]).toContain(`password ${dongle.wifi?.ownNetwork?.password},`);
		dongle.clock.advance(3 * RADIO_AGAIN_MS);
		expect(dongle.announced).toHaveLength(1);
	});
});

describe("flash of which nothing can be read", () => {
	test("the program starts, opens its setup network, and lets nobody choose another password", async () => {
		const store = new RecordingStore();
		store.read = () => "";
		const dongle = await Dongle.start({ store });
		dongle.clock.advance(10_000);
		expect([dongle.ports, dongle.restarts, dongle.announced.length]).toEqual([[80, 2323], [], 1]);
		expect(dongle.lines.filter((line) => line.startsWith("warning"))).toEqual([
			"warning: setting: The stored settings are damaged: the defaults stand.",
			"warning: the stored password cannot be read: nobody is let in before a new one is set",
		]);
	});
});

describe("a new image on trial whose requests to itself come to nobody", () => {
	test("takes one socket for them, and is content with others' requests", async () => {
		const flash = new FakeFlash();
		flash.state = "pending";
		const dongle = await Dongle.connected({ flash });
		let most = 0;
		for (let i = 0; i < 50; i++) {
			dongle.clock.advance(2000);
			most = Math.max(most, dongle.openFetches);
		}
		expect([most, dongle.fetches, flash.state]).toEqual([1, 6, "pending"]);
		for (let i = 0; i < 7; i++) dongle.get("/");
		dongle.clock.advance(10_000);
		expect([dongle.openFetches, flash.state]).toEqual([0, "valid"]);
	});
});

describe("a program that crashes", () => {
	async function crash(store: RecordingStore, times: number, resetReason = "panic"): Promise<Dongle> {
		for (let i = 1; i < times; i++) await Dongle.start({ store, resetReason });
		return Dongle.connected({ store, resetReason, settings: {} });
	}
	async function flash(): Promise<RecordingStore> {
		const store = new RecordingStore();
		const first = await Dongle.connected({ store, settings: ALL_OUTPUTS });
		expect([first.ports, first.mqttAttempts]).toEqual([[80, 502, 2323], 1]);
		first.clock.advance(MINUTE_MS);
		return store;
	}

	test("three times in a row starts with the page, the setup and updates only, and says so", async () => {
		const dongle = await crash(await flash(), 3);
		expect([dongle.ports, dongle.mqttAttempts]).toEqual([[80], 0]);
		expect(dongle.status()).toMatchObject({ supervisor: { safe: true, state: "fault" }, wifi: { state: "connected" } });
		expect(dongle.light.shown.some(([, colour]) => colour === "40,0,0")).toBe(true);
		expect(dongle.get("/")).toContain("<title>");
		expect(JSON.parse(dongle.get("/api/v1/settings"))).toMatchObject({ mqtt: true, modbus: true });
		expect(dongle.get("/api/v1/update")).toContain('"state":"idle"');
	});

	test("twice starts as ever", async () => {
		const dongle = await crash(await flash(), 2, "task-watchdog");
		expect(dongle.ports).toEqual([80, 502, 2323]);
	});

	test("tries the whole again after an hour, and forgets what was after a good one", async () => {
		const store = await flash();
		const dongle = await crash(store, 3);
		dongle.clock.advance(HOUR_MS);
		expect(dongle.restarts).toHaveLength(1);
		const next = await Dongle.connected({ store, resetReason: "software", settings: {} });
		expect(next.ports).toEqual([80, 502, 2323]);
		expect(next.status()["supervisor"]).toMatchObject({ safe: false });
		next.clock.advance(HOUR_MS);
		expect(next.restarts).toEqual([]);
		expect((await crash(store, 1)).ports).toEqual([80, 502, 2323]);
	});

	test("of which the first crash after another try is the last for an hour", async () => {
		const store = await flash();
		(await crash(store, 3)).clock.advance(HOUR_MS);
		await Dongle.start({ store, resetReason: "software" });
		expect((await crash(store, 1)).ports).toEqual([80]);
	});
});

describe("the end of the device's program", () => {
	test("dead timers: it restarts at once, since nothing would come later", async () => {
		const dongle = await Dongle.connected();
		dongle.areTimersDead = true;
		dongle.clock.advance(3 * MINUTE_MS);
		dongle.send(swedishTelegram());
		expect(dongle.restarts).toHaveLength(1);
		expect(dongle.store.values.get("restarts")).toContain("stuck-timers:");
	});

	test("a very long press forgets everything but the setup network's password, which stands on the case", async () => {
		const store = new RecordingStore();
		store.write("setupPass", "23456789abcd");
		const dongle = await Dongle.connected({ store });
		expect(dongle.wifi?.status).toBe("connected");
		dongle.button.set(true);
		dongle.clock.advance(20_000);
		dongle.button.set(false);
		dongle.clock.advance(5000);
		expect(dongle.restarts).toHaveLength(1);
		const next = await Dongle.start({ store, resetReason: "software" });
		next.clock.advance(3000);
		expect(next.wifi?.ownNetwork).toMatchObject({ password: "23456789abcd" });
		expect(next.lines.join()).not.toContain("23456789abcd");
	});

	test("a part that fails as it is closed does not keep it from restarting", async () => {
		const store = new RecordingStore();
		for (let i = 0; i < 2; i++) await Dongle.start({ store, resetReason: "panic" });
		const dongle = await Dongle.connected({ store, resetReason: "panic" });
		dongle.light.set = () => {
			throw new Error("the light is broken");
		};
		dongle.clock.advance(HOUR_MS + 5000);
		expect(dongle.restarts).toHaveLength(1);
		// The others have had their farewell: it did not take the longest.
		expect(dongle.restarts[0]).toBeLessThan(HOUR_MS + 1000);
	});
});
