import { describe, expect, test } from "vitest";
import { NEW_CREDENTIALS_DELAY_MS } from "../../../src/services/network/network.js";
import { asSetupRadio, asSetupStation } from "../../../src/services/network/setup-adapters.js";
import { TRIAL_HOLD_MS } from "../../../src/services/network/trial.js";
import type { TrialResult as SetupResult } from "../../../src/services/provisioning/setup-station.js";
import type { AccessPointState } from "../../support/fake-air.js";
import { HOME, NetworkBench } from "../../support/network-bench.js";

const NEW = { ssid: "new", password: "battery staple" };
const NEW_AIR = { ...NEW, channel: 11, address: "10.0.0.7" };
/** A trial says its result within this. */
const RESULT_MS = 90_000;

function atHome(): NetworkBench {
	const bench = new NetworkBench();
	bench.air.add();
	bench.connect();
	bench.clock.advance(120_000);
	return bench;
}

function result(bench: NetworkBench): number {
	return bench.until(() => bench.results.length > 0, RESULT_MS);
}

describe("a trial of credentials", () => {
	test("connects with them, and stays when they are kept in the settings", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		expect(bench.try(NEW)).toBe(true);
		expect(bench.try(NEW)).toBe(false);
		result(bench);
		expect(bench.results).toEqual([{ ok: true, ipAddress: "10.0.0.7" }]);
		bench.apply({ credentials: NEW });
		bench.clock.advance(TRIAL_HOLD_MS + 3_600_000);
		expect([bench.network.ssid, bench.network.isTrying, bench.events]).toEqual([
			"new",
			false,
			["connected 192.168.1.50", "disconnected", "connected 10.0.0.7"],
		]);
	});

	test("stays when it is kept first and saved later", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.try(NEW);
		result(bench);
		bench.network.keepTrial();
		bench.apply({ credentials: NEW });
		bench.clock.advance(TRIAL_HOLD_MS + 3_600_000);
		expect([bench.network.ssid, bench.wifi.joins.length]).toEqual(["new", 2]);
	});

	const failures: readonly { failure: string; air: Partial<AccessPointState> | undefined; reason: number }[] = [
		{ failure: "not-found", air: undefined, reason: 201 },
		{ failure: "wrong-password", air: { ...NEW_AIR, password: "something else" }, reason: 15 },
		{ failure: "not-found", air: { ...NEW_AIR, password: "" }, reason: 201 },
		{ failure: "refused", air: { ...NEW_AIR, refusal: 5 }, reason: 5 },
		{ failure: "no-answer", air: { ...NEW_AIR, neededPowerDbm: 20 }, reason: 2 },
		{ failure: "no-address", air: { ...NEW_AIR, dhcp: false }, reason: 0 },
	];
	test.each(failures)("fails with $failure ($reason), and is home again", ({ failure, air, reason }) => {
		const bench = atHome();
		if (air !== undefined) bench.air.add(air);
		bench.try(NEW);
		result(bench);
		expect(bench.results).toMatchObject([{ ok: false, failure, reason }]);
		const [first] = bench.results;
		expect(first?.ok === false ? first.message : "").toMatch(/^[A-Z].*\.$/);
		expect(bench.connect(5000)).toBeLessThan(3000);
		expect([bench.network.ssid, bench.network.ipAddress]).toEqual(["home", "192.168.1.50"]);
		bench.clock.advance(3_600_000);
		expect(bench.results).toHaveLength(1);
	});

	test("one handshake that goes wrong is no result", () => {
		const bench = atHome();
		const other = bench.air.add({ ...NEW_AIR, password: "something else" });
		bench.try(NEW);
		bench.until(() => bench.network.record.counters.ended["wrong-password"] === 1, 20_000);
		other.set({ password: NEW.password });
		result(bench);
		expect(bench.results).toEqual([{ ok: true, ipAddress: "10.0.0.7" }]);
	});

	test("a driver that hangs does not hold the result back for ever", () => {
		const bench = atHome();
		bench.wifi.temper.hangs = true;
		bench.try(NEW);
		expect(result(bench)).toBeLessThan(RESULT_MS);
		bench.wifi.temper.hangs = false;
		expect(bench.results).toMatchObject([{ ok: false, failure: "no-answer" }]);
		bench.connect(120_000);
	});

	test("nobody keeps it: it goes home after three minutes", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.try(NEW);
		result(bench);
		bench.clock.advance(TRIAL_HOLD_MS - 1000);
		expect(bench.network.ssid).toBe("new");
		bench.clock.advance(11_000);
		expect([bench.network.ssid, bench.network.state]).toEqual(["home", "connected"]);
	});

	test.each([
		{ when: "while it joins", afterMs: 1000 },
		{ when: "after it has succeeded", afterMs: 30_000 },
	])("ends when somebody says so: $when", ({ afterMs }) => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.try(NEW);
		bench.clock.advance(afterMs);
		const results = bench.results.length;
		bench.network.endTrial();
		bench.clock.advance(0);
		expect(bench.connect(5000)).toBeLessThan(4000);
		expect([bench.network.ssid, bench.results.length]).toEqual(["home", results]);
	});

	test("without credentials in the settings a failed one ends in silence, off", () => {
		const bench = new NetworkBench({ settings: { credentials: undefined } });
		bench.clock.advance(1000);
		bench.try(NEW);
		result(bench);
		bench.clock.advance(3_600_000);
		expect([bench.network.state, bench.network.isTrying]).toEqual(["off", false]);
	});

	test("a connection that is lost before it is kept is made again", () => {
		const bench = atHome();
		const other = bench.air.add(NEW_AIR);
		bench.try(NEW);
		result(bench);
		other.kick(3);
		bench.clock.advance(20_000);
		expect([bench.network.ssid, bench.network.state, bench.results.length]).toEqual(["new", "connected", 1]);
	});

	test("others may be tried from the callback of the result", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.network.try({ ssid: "none", password: "12345678" }, () => void bench.try(NEW));
		result(bench);
		expect(bench.results).toEqual([{ ok: true, ipAddress: "10.0.0.7" }]);
	});
});

describe("new credentials in the settings", () => {
	test("are used in a moment, when the answer has left", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.apply({ credentials: NEW });
		bench.clock.advance(NEW_CREDENTIALS_DELAY_MS - 1);
		expect(bench.network.state).toBe("connected");
		bench.clock.advance(5000);
		expect([bench.network.ssid, bench.network.ipAddress]).toEqual(["new", "10.0.0.7"]);
	});

	test("those that worked are tried in turn with them until they have worked", () => {
		const bench = atHome();
		bench.apply({ credentials: NEW });
		bench.clock.advance(60_000);
		expect([bench.network.ssid, bench.network.state]).toEqual(["home", "connected"]);
		// The old router goes, the new one comes.
		const [home] = bench.air.accessPoints;
		home?.set({ isOn: false });
		bench.air.add(NEW_AIR);
		bench.until(() => bench.network.ssid === "new" && bench.network.state === "connected", 120_000);
		home?.set({ isOn: true });
		bench.air.accessPoints[1]?.set({ isOn: false });
		bench.clock.advance(600_000);
		expect([bench.network.ssid, bench.network.state]).not.toEqual(["home", "connected"]);
	});

	test("those that never worked are forgotten", () => {
		const bench = new NetworkBench({ settings: { credentials: { ssid: "typo", password: "12345678" } } });
		bench.air.add();
		bench.clock.advance(60_000);
		bench.apply({ credentials: HOME });
		bench.connect();
		expect(bench.wifi.joins.slice(-1).map(({ ssid }) => ssid)).toEqual(["home"]);
		bench.air.accessPoints[0]?.set({ isOn: false });
		const from = bench.wifi.joins.length;
		bench.clock.advance(600_000);
		expect(new Set(bench.wifi.joins.slice(from).map(({ ssid }) => ssid))).toEqual(new Set(["home"]));
	});

	test("none: it leaves, and it is time for the setup", () => {
		const bench = atHome();
		bench.apply({ credentials: undefined });
		bench.clock.advance(60_000);
		expect([bench.network.state, bench.events.at(-1)]).toEqual(["off", "disconnected"]);
		expect(bench.network.record.isGone).toBe(true);
	});

	test("take the place of a trial", () => {
		const bench = atHome();
		bench.air.add(NEW_AIR);
		bench.try({ ssid: "third", password: "12345678" });
		bench.clock.advance(500);
		bench.apply({ credentials: NEW });
		bench.clock.advance(10_000);
		expect([bench.network.ssid, bench.network.state, bench.results]).toEqual(["new", "connected", []]);
	});
});

describe("the network as the setup knows it", () => {
	test.each([
		{ air: NEW_AIR, expected: { kind: "connected", ipAddress: "10.0.0.7" } },
		{ air: { ...NEW_AIR, password: "something else" }, expected: { kind: "failed", reason: "wrong-password" } },
		{ air: { ...NEW_AIR, refusal: 5 }, expected: { kind: "failed", reason: "failed" } },
		{ air: { ...NEW_AIR, neededPowerDbm: 20 }, expected: { kind: "failed", reason: "weak-signal" } },
		{ air: { ...NEW_AIR, dhcp: false }, expected: { kind: "failed", reason: "no-address" } },
		{ air: { ...NEW_AIR, isOn: false }, expected: { kind: "failed", reason: "not-found" } },
	])("tries: $expected", ({ air, expected }) => {
		const bench = atHome();
		bench.air.add(air);
		const station = asSetupStation(bench.network);
		const results: SetupResult[] = [];
		expect(station.try(NEW, (each) => results.push(each))).toBe(true);
		bench.until(() => results.length > 0, RESULT_MS);
		expect(results).toEqual([expected]);
		if (expected.kind === "connected") {
			station.goBack();
			bench.clock.advance(0);
			bench.connect(5000);
		}
		bench.connect(5000);
		expect(station.ipAddress).toBe("192.168.1.50");
	});

	test("a radio that is not on yet refuses, and works later", () => {
		const bench = new NetworkBench({ radioFaults: 1, settings: { credentials: undefined } });
		const radio = asSetupRadio(bench.network);
		const open = (): boolean => radio.openAccessPoint({ ssid: "P1-ABCDEF", password: "12345678", channel: 1 });
		const scan = (): boolean =>
			radio.scan(
				() => {},
				() => {},
			);
		bench.clock.advance(1000);
		radio.closeAccessPoint();
		expect([open(), scan(), radio.isAccessPointOpen, radio.channel]).toEqual([false, false, false, undefined]);
		bench.clock.advance(60_000);
		expect([open(), scan(), radio.isAccessPointOpen]).toEqual([true, true, true]);
		radio.closeAccessPoint();
		expect(bench.wifi.isAccessPointOpen).toBe(false);
	});
});
