import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { NetworkStatus } from "../../../src/services/network/network-status.js";
import { networkSettingsOf } from "../../../src/services/network/settings.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { HOME, NetworkBench } from "../../support/network-bench.js";

function statusOf({ network }: NetworkBench): Record<string, unknown> {
	const bytes = new Uint8Array(1024);
	const writer = new JsonWriter(bytes);
	new NetworkStatus(network).writeStatus(writer);
	expect(writer.overflowed).toBe(false);
	return JSON.parse(Buffer.from(bytes.subarray(0, writer.length)).toString()) as Record<string, unknown>;
}

const NONE = { wrongPassword: 0, notFound: 0, refused: 0, noAnswer: 0, noAddress: 0, lost: 0, radio: 0 };

describe("the status of the network", () => {
	test("before the radio is on", () => {
		expect(statusOf(new NetworkBench({ radioFaults: 1 }))).toEqual({
			state: "waiting",
			sinceS: 0,
			trying: false,
			gone: false,
			transmitPowerDbm: 0,
			powerCeilingDbm: 15,
			brownOuts: 0,
			attempts: 0,
			connections: 0,
			ended: NONE,
		});
	});

	test("connected again, after a brown-out and a loss", () => {
		const bench = new NetworkBench({ brownOutCount: 1 });
		const home = bench.air.add();
		bench.connect();
		home.kick(4);
		bench.clock.advance(10);
		bench.connect();
		bench.clock.advance(5000);
		expect(statusOf(bench)).toEqual({
			state: "connected",
			sinceS: 5,
			trying: false,
			gone: false,
			channel: 6,
			rssiDbm: -60,
			transmitPowerDbm: 8.5,
			powerCeilingDbm: 15,
			brownOuts: 1,
			attempts: 2,
			connections: 2,
			ended: { ...NONE, lost: 1 },
			lastEnded: { failure: "lost", reason: 4, text: "the access point saw no traffic for too long" },
		});
	});

	test("no secret is in it, nor a name", () => {
		const bench = new NetworkBench();
		bench.air.add();
		bench.connect();
		bench.try({ ssid: "other", password: "hunter2hunter2" });
		bench.clock.advance(100);
		const text = JSON.stringify(statusOf(bench));
		expect(text).toContain('"trying":true');
		for (const secret of [HOME.password, "hunter2"]) expect(text).not.toContain(secret);
	});
});

describe("what the settings say about the network", () => {
	test("without a name there are no credentials", () => {
		expect(networkSettingsOf(defaultSettings("device"))).toEqual({
			credentials: undefined,
			powerCeilingDbm: 15,
			isSleeping: true,
			goneAfterMs: 600_000,
		});
	});

	test("each is where it belongs", () => {
		const settings = {
			...defaultSettings("device"),
			wifiSsid: "home",
			wifiPass: "12345678",
			wifiPowerDbm: 20,
			wifiSleep: false,
			wifiSetupMin: 0,
		};
		expect(networkSettingsOf(settings)).toEqual({
			credentials: { ssid: "home", password: "12345678" },
			powerCeilingDbm: 20,
			isSleeping: false,
			goneAfterMs: 0,
		});
	});
});
