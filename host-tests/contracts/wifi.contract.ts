import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Wifi, WifiNetwork, WifiOptions } from "../../src/ports/wifi.js";
import type { FakeAccessPoint, FakeAir } from "../support/fake-air.js";

/** A radio in a simulated air, and the time in both. */
export type WifiBench = {
	readonly air: FakeAir;
	open(options: WifiOptions): Wifi;
	advance(durationMs: number): void;
	/** Timers that the radio has set. */
	readonly timerCount: number;
};

const HOME = { ssid: "home", password: "correct horse" };
/** Longer than any attempt takes. */
const ENOUGH_MS = 15_000;

/** Holds an implementation of {@link Wifi} to what the port promises. */
export function describeWifiContract(name: string, createBench: () => WifiBench): void {
	describe(`Wi-Fi contract: ${name}`, () => {
		let bench: WifiBench;
		let home: FakeAccessPoint;
		let wifi: Wifi;
		let changes: string[];

		beforeEach(() => {
			bench = createBench();
			home = bench.air.add();
			changes = [];
			wifi = bench.open({
				radio: { transmitPowerDbm: 8, powerSave: "minimum", legacyRates: false },
				onChanged: () => changes.push(`${wifi.status} ${wifi.ipAddress ?? "-"}`),
			});
		});
		afterEach(() => wifi.close());

		const connect = (): void => {
			expect(wifi.join(HOME)).toBe(true);
			bench.advance(ENOUGH_MS);
			expect(wifi.status).toBe("connected");
		};

		test("does nothing before it is asked to", () => {
			bench.advance(60_000);
			expect([wifi.status, wifi.ipAddress, wifi.rssiDbm, wifi.channel, wifi.disconnectReason, changes]).toEqual([
				"idle",
				undefined,
				undefined,
				undefined,
				0,
				[],
			]);
		});

		test("joins, and tells of the way to an address, never from within the call", () => {
			expect(wifi.join(HOME)).toBe(true);
			expect([wifi.status, changes]).toEqual(["joining", []]);
			bench.advance(ENOUGH_MS);
			expect([wifi.status, wifi.ipAddress, wifi.rssiDbm, wifi.channel]).toEqual(["connected", "192.168.1.50", -60, 6]);
			expect(changes.at(-1)).toBe("connected 192.168.1.50");
			expect(changes).toContain("associated -");
		});

		test("is connected with an IPv4 address and not before", () => {
			home.set({ dhcp: false });
			wifi.join(HOME);
			bench.advance(60_000);
			expect([wifi.status, wifi.ipAddress, wifi.rssiDbm]).toEqual(["associated", undefined, -60]);
			home.set({ dhcp: true });
			bench.advance(ENOUGH_MS);
			expect([wifi.status, wifi.ipAddress]).toEqual(["connected", "192.168.1.50"]);
		});

		test.each([
			{ what: "no such network", join: { ssid: "away", password: "12345678" }, reasons: [201] },
			{ what: "a wrong password", join: { ssid: "home", password: "wrong password" }, reasons: [15, 202, 204] },
		])("ends one attempt with its reason: $what", ({ join, reasons }) => {
			expect(wifi.join(join)).toBe(true);
			bench.advance(ENOUGH_MS);
			expect(wifi.status).toBe("idle");
			expect(reasons).toContain(wifi.disconnectReason);
			expect(changes.at(-1)).toBe("idle -");
			bench.advance(600_000);
			expect(wifi.status).toBe("idle");
		});

		test("does not come back by itself after it has lost the access point", () => {
			connect();
			home.set({ isOn: false });
			bench.advance(ENOUGH_MS);
			home.set({ isOn: true });
			bench.advance(600_000);
			expect([wifi.status, wifi.disconnectReason, wifi.rssiDbm, wifi.ipAddress]).toEqual([
				"idle",
				200,
				undefined,
				undefined,
			]);
		});

		test("says so when the address is gone, and when there is one again", () => {
			connect();
			home.set({ dhcp: false });
			home.endLeases();
			bench.advance(ENOUGH_MS);
			expect([wifi.status, wifi.ipAddress, changes.at(-1)]).toEqual(["associated", undefined, "associated -"]);
			home.set({ dhcp: true, address: "10.0.0.9" });
			bench.advance(ENOUGH_MS);
			expect([wifi.status, wifi.ipAddress, changes.at(-1)]).toEqual(["connected", "10.0.0.9", "connected 10.0.0.9"]);
		});

		test("says so when the address is another", () => {
			connect();
			home.set({ address: "10.0.0.9" });
			home.endLeases();
			bench.advance(ENOUGH_MS);
			expect([wifi.ipAddress, changes.at(-1)]).toEqual(["10.0.0.9", "connected 10.0.0.9"]);
		});

		test("leaves, and stays away", () => {
			connect();
			wifi.leave();
			expect([wifi.status, wifi.ipAddress]).toEqual(["idle", undefined]);
			bench.advance(600_000);
			expect([wifi.status, changes.at(-1)]).toEqual(["idle", "idle -"]);
		});

		test("leaving does not end the attempt that follows it", () => {
			connect();
			wifi.leave();
			expect(wifi.join(HOME)).toBe(true);
			expect(wifi.status).toBe("joining");
			bench.advance(ENOUGH_MS);
			expect(wifi.status).toBe("connected");
		});

		test("a new attempt replaces the one that runs, and the connection that there is", () => {
			bench.air.add({ ssid: "guests", password: "", channel: 11, address: "10.1.1.1" });
			wifi.join({ ssid: "home", password: "wrong password" });
			bench.advance(1000);
			connect();
			expect(wifi.join({ ssid: "guests", password: "" })).toBe(true);
			expect([wifi.status, wifi.ipAddress]).toEqual(["joining", undefined]);
			bench.advance(ENOUGH_MS);
			expect([wifi.status, wifi.ipAddress, wifi.channel]).toEqual(["connected", "10.1.1.1", 11]);
		});

		test("a channel that is hinted finds the network that is there", () => {
			expect(wifi.join({ ...HOME, channel: 6 })).toBe(true);
			bench.advance(ENOUGH_MS);
			expect(wifi.status).toBe("connected");
		});

		test("a wrong hint ends the attempt or finds the network all the same", () => {
			wifi.join({ ...HOME, channel: 1 });
			bench.advance(ENOUGH_MS);
			expect(["connected", "idle"]).toContain(wifi.status);
			if (wifi.status === "idle") expect(wifi.disconnectReason).toBe(201);
		});

		test("scans, one at a time, beside a connection", () => {
			bench.air.add({ ssid: "guests", password: "", channel: 11, rssiDbm: -80 });
			connect();
			const heard: WifiNetwork[] = [];
			let doneCount = 0;
			const scan = (): boolean =>
				wifi.scan(
					(network) => heard.push(network),
					() => doneCount++,
				);
			expect([scan(), scan(), heard.length, doneCount]).toEqual([true, false, 0, 0]);
			bench.advance(ENOUGH_MS);
			expect(heard.sort((a, b) => a.channel - b.channel)).toEqual([
				{ ssid: "home", rssiDbm: -60, channel: 6, needsPassword: true },
				{ ssid: "guests", rssiDbm: -80, channel: 11, needsPassword: false },
			]);
			expect([doneCount, wifi.status, scan()]).toEqual([1, "connected", true]);
		});

		test("does not scan while it joins; an attempt ends a scan", () => {
			let doneCount = 0;
			const scan = (): boolean =>
				wifi.scan(
					() => {},
					() => doneCount++,
				);
			wifi.join(HOME);
			expect(scan()).toBe(false);
			bench.advance(ENOUGH_MS);
			expect(scan()).toBe(true);
			connect();
			expect(doneCount).toBe(1);
			expect(scan()).toBe(true);
		});

		test("knows whether the gateway has answered since it was asked, and only while connected", () => {
			expect(wifi.askGateway()).toBe(false);
			connect();
			const ask = (): boolean => {
				bench.advance(1000);
				return wifi.askGateway();
			};
			expect([ask(), ask(), ask()]).toEqual([false, true, true]);
			home.set({ isCarrying: false });
			expect([ask(), ask(), wifi.status]).toEqual([true, false, "connected"]);
			home.set({ isCarrying: true, hasGateway: false });
			expect([ask(), ask()]).toEqual([false, false]);
			home.set({ hasGateway: true });
			ask();
			wifi.leave();
			expect(ask()).toBe(false);
		});

		test("transmit power is rounded down to what the driver has, and stays in its range", () => {
			expect(wifi.transmitPowerDbm).toBe(7);
			expect([wifi.setTransmitPower(20), wifi.transmitPowerDbm]).toEqual([true, 20]);
			expect([wifi.setTransmitPower(1), wifi.setTransmitPower(21), wifi.transmitPowerDbm]).toEqual([false, false, 20]);
		});

		test("a network of its own stands beside the connection, and closes", () => {
			connect();
			expect(wifi.isAccessPointOpen).toBe(false);
			expect(wifi.openAccessPoint({ ssid: "P1-ABCDEF", password: "12345678", channel: 6 })).toBe(true);
			expect([wifi.isAccessPointOpen, wifi.status]).toEqual([true, "connected"]);
			wifi.closeAccessPoint();
			expect([wifi.isAccessPointOpen, wifi.status]).toEqual([false, "connected"]);
		});

		test.each([
			{ what: "no name", ssid: "", password: "12345678", channel: 6 },
			{ what: "a password that WPA2 does not take", ssid: "P1-ABCDEF", password: "1234567", channel: 6 },
			{ what: "no such channel", ssid: "P1-ABCDEF", password: "12345678", channel: 14 },
		])("opens no network of its own with $what", ({ ssid, password, channel }) => {
			expect(wifi.openAccessPoint({ ssid, password, channel })).toBe(false);
			expect(wifi.isAccessPointOpen).toBe(false);
		});

		test.each(["join", "scan", "connected"] as const)("no callback comes after close: %s", (during) => {
			if (during === "join") wifi.join(HOME);
			if (during === "connected") connect();
			const late: string[] = [];
			if (during === "scan") {
				wifi.scan(
					() => late.push("network"),
					() => late.push("done"),
				);
			}
			const told = changes.length;
			wifi.close();
			wifi.close();
			home.kick(3);
			bench.advance(600_000);
			expect([changes.length - told, late, wifi.status, bench.timerCount]).toEqual([0, [], "idle", 0]);
			expect([wifi.join(HOME), wifi.setTransmitPower(8), wifi.transmitPowerDbm]).toEqual([false, false, 0]);
		});
	});
}
