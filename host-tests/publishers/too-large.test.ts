import { describe, expect, test } from "vitest";
import { MqttPublisher } from "../../src/publishers/mqtt/publisher.js";
import { ReadingSource } from "../../src/publishers/mqtt/reading-source.js";
import { ApiBench } from "../support/api-bench.js";
import { FakeClock, seededRandom } from "../support/fake-clock.js";
import { FakeMqtt } from "../support/fake-mqtt.js";
import { powerTelegram, telegramOf } from "../support/telegram.js";

// A reading that has no room for its JSON: nobody may go on with the one before.

const LARGE = telegramOf(["0-0:1.0.0(240108164940W)", "1-0:1.7.0(0000.002*kW)", `0-0:96.13.0(${"41".repeat(300)})`]);
const FITS = powerTelegram(1);

function bench(): ApiBench {
	return new ApiBench({ documentBytes: 200, hasStreams: true, meter: { profile: "se" } });
}

describe("a reading that is larger than its document", () => {
	test("HTTP says so, the status counts it, and the next one that fits is there", () => {
		const api = bench();
		api.bench.port.receive(FITS);
		expect(api.json("/api/v1/reading")).toMatchObject({ powerImportW: 1 });
		api.bench.port.receive(LARGE);
		expect(api.ask("/api/v1/reading").status).toBe(500);
		expect(api.json("/api/v1/status")).toMatchObject({ reading: { sequence: 2, stale: false, tooLarge: 1 } });
		expect(api.ask("/api/v1/telegram").body).toBe(LARGE);
		api.bench.port.receive(FITS);
		expect(api.json("/api/v1/reading")).toMatchObject({ powerImportW: 1 });
		expect(api.json("/api/v1/status")).toMatchObject({ reading: { tooLarge: 1 } });
	});

	test("a 304 for the reading before is not given", () => {
		const api = bench();
		api.bench.port.receive(FITS);
		const etag = api.ask("/api/v1/reading").headers.get("etag");
		api.bench.port.receive(LARGE);
		expect(api.ask("/api/v1/reading", { headers: [`If-None-Match: ${etag}`] }).status).toBe(500);
	});

	test("the broker's retained state is no longer the one before, in every session and each time", () => {
		const api = bench();
		const clock = new FakeClock();
		const mqtt = new FakeMqtt(clock);
		const publisher = new MqttPublisher({
			connectMqtt: mqtt.connect,
			clock,
			timers: clock,
			random: seededRandom(1),
			log: { info() {}, warn() {} },
			broker: { host: "broker", port: 1883, clientId: "p1" },
			source: new ReadingSource(api.bench.meter, api.document),
		});
		publisher.start();
		clock.advance(mqtt.latencyMs);
		for (let round = 0; round < 3; round++) {
			api.bench.port.receive(FITS);
			publisher.onReading();
			expect(JSON.parse(mqtt.retained.get("p1/state") ?? "")).toMatchObject({ stale: false, powerImportW: 1 });
			api.bench.port.receive(LARGE);
			publisher.onReading();
			expect(mqtt.retained.get("p1/state")).toBe('{"stale":true}');
		}
		publisher.stop();
	});

	test("a stream of events is told", () => {
		const api = bench();
		const peer = api.tcp.connect();
		peer.send("GET /api/v1/events HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
		api.bench.port.receive(FITS);
		api.bench.port.receive(LARGE);
		expect(peer.received).toMatch(/id: 1\n.*"powerImportW":1.*\n\nid: 2\nevent: reading\ndata: {"stale":true}\n\n$/s);
	});
});
