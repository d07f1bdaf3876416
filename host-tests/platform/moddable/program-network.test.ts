import { describe, expect, test } from "vitest";
import { BROKER, Dongle, type DongleOptions, HOME } from "../../support/dongle.js";
import { RecordingStore } from "../../support/faulty-store.js";

/** Of Wi-Fi beside the setup network, which is open after so long (docs/reliability.md). */
const WAY_BACK_MS = 165_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("the device's program in its network", () => {
	test("days without the broker, the page opened now and then: the link is left alone", async () => {
		const dongle = await Dongle.connected({ settings: { ...HOME, ...BROKER } });
		for (let i = 0; i < 5; i++) {
			dongle.clock.advance(7 * HOUR_MS);
			expect(dongle.get("/")).toContain("<title>");
		}
		expect(dongle.mqttAttempts).toBeGreaterThan(1000);
		expect([dongle.wifi?.joins.length, dongle.restarts]).toEqual([1, []]);
		expect(dongle.status()["supervisor"]).toMatchObject({ faults: 0 });
	});

	test("the broker is called when Wi-Fi comes, not before, and again when it comes back", async () => {
		const dongle = await Dongle.start({ settings: { ...HOME, ...BROKER } });
		// Or the radio would seem to be stuck.
		dongle.air.add({ ssid: "next door" });
		dongle.clock.advance(HOUR_MS);
		expect(dongle.mqttAttempts).toBe(0);
		const home = dongle.air.add();
		const comesSoon = (): void => {
			for (let ms = 0; ms < WAY_BACK_MS && dongle.wifi?.status !== "connected"; ms += 10) dongle.clock.advance(10);
			expect(dongle.wifi?.status).toBe("connected");
			const before = dongle.mqttAttempts;
			dongle.clock.advance(2500);
			expect(dongle.mqttAttempts).toBe(before + 1);
		};
		comesSoon();
		dongle.clock.advance(HOUR_MS);
		home.set({ isOn: false });
		// Until its silence is noticed.
		dongle.clock.advance(60_000);
		const { mqttAttempts } = dongle;
		dongle.clock.advance(3 * HOUR_MS);
		expect(dongle.mqttAttempts).toBe(mqttAttempts);
		home.set({ isOn: true });
		comesSoon();
	});

	test("where the system keeps the network the broker is called at once", async () => {
		const dongle = await Dongle.start({ settings: BROKER, hasRadio: false });
		dongle.clock.advance(100);
		expect(dongle.mqttAttempts).toBe(1);
	});

	test("a link on which nothing passes is joined anew within ten minutes", async () => {
		const dongle = await Dongle.connected({ settings: { ...HOME, ...BROKER } });
		for (let minute = 0; minute < 120; minute++) {
			dongle.clock.advance(MINUTE_MS);
			dongle.get("/");
		}
		expect(dongle.wifi?.joins.length).toBe(1);
		const [home] = dongle.air.accessPoints;
		home?.set({ isCarrying: false });
		dongle.clock.advance(10 * MINUTE_MS);
		expect(dongle.wifi?.joins.length).toBe(2);
		expect(dongle.lines).toContain("warning: Wi-Fi: nothing answers, so the network is joined anew");
	});

	test("somebody who is heard keeps the link, also where the gateway has gone", async () => {
		const dongle = await Dongle.connected();
		dongle.clock.advance(30 * MINUTE_MS);
		const [home] = dongle.air.accessPoints;
		home?.set({ hasGateway: false });
		for (let minute = 0; minute < 600; minute++) {
			dongle.clock.advance(MINUTE_MS);
			dongle.get("/");
		}
		expect(dongle.wifi?.joins.length).toBe(1);
	});
});

describe("a device whose driver hangs", () => {
	async function hangs(options: DongleOptions): Promise<Dongle> {
		const dongle = await Dongle.connected(options);
		Object.assign(dongle.wifi?.temper ?? {}, { hangs: true });
		dongle.air.accessPoints[0]?.kick(200);
		return dongle;
	}

	test("is restarted once it has joined nothing for half an hour, though its network is heard", async () => {
		const store = new RecordingStore();
		const dongle = await hangs({ store });
		dongle.clock.advance(30 * MINUTE_MS);
		expect([dongle.restarts, dongle.announced.length]).toEqual([[], 1]);
		dongle.clock.advance(20 * MINUTE_MS);
		expect(dongle.restarts).toHaveLength(1);
		const next = await Dongle.connected({ store, resetReason: "software" });
		expect(next.status()["supervisor"]).toMatchObject({
			restarts: [{ cause: "power-on" }, { cause: "stuck-wifi", uptimeS: expect.any(Number) }],
		});
	});

	test("not while the setup network is used", async () => {
		const dongle = await hangs({});
		for (let minute = 0; minute < 120; minute++) {
			if (minute % 9 === 0) {
				dongle.button.set(true);
				dongle.clock.advance(7000);
				dongle.button.set(false);
			}
			dongle.clock.advance(MINUTE_MS);
		}
		expect(dongle.restarts).toEqual([]);
	});

	test("nor where the router is off and others are heard", async () => {
		const dongle = await Dongle.connected();
		dongle.air.add({ ssid: "next door" });
		dongle.air.accessPoints[0]?.set({ isOn: false });
		dongle.clock.advance(12 * HOUR_MS);
		expect(dongle.restarts).toEqual([]);
	});
});
