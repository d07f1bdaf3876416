import { describe, expect, test } from "vitest";
import { createCounters } from "../../../src/core/errors.js";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { HttpCounters } from "../../../src/http/counters.js";
import type { MeterView } from "../../../src/publishers/api/views.js";
import { DongleMetrics } from "../../../src/publishers/metrics/dongle-metrics.js";
import { Exposition } from "../../../src/publishers/metrics/exposition.js";
import { gauge } from "../../../src/publishers/metrics/family.js";
import { HttpMetrics } from "../../../src/publishers/metrics/http-metrics.js";
import { MeterMetrics } from "../../../src/publishers/metrics/meter-metrics.js";
import { MAX_SOURCE_BYTES, type MetricsSource } from "../../../src/publishers/metrics/metrics-source.js";
import { MqttMetrics } from "../../../src/publishers/metrics/mqtt-metrics.js";
import { StreamMetrics } from "../../../src/publishers/metrics/stream-metrics.js";
import { FakeDevice } from "../../support/api-bench.js";
import { FakeClock } from "../../support/fake-clock.js";
import { type MetricFamily, parseExposition, sampleValues } from "../../support/prometheus.js";

const MUCH = Number.MAX_SAFE_INTEGER;

function write(source: MetricsSource): { text: string; families: Map<string, MetricFamily> } {
	const bytes = new Uint8Array(16_384);
	const out = new Exposition(new JsonWriter(bytes));
	out.begin(bytes.length);
	source.writeMetrics(out);
	expect(out.hasOverflowed).toBe(false);
	const text = Buffer.from(bytes.subarray(0, out.length)).toString();
	return { text, families: parseExposition(text) };
}

const counters = createCounters();
for (const name of Object.keys(counters) as (keyof typeof counters)[]) counters[name] = MUCH;
const METER: MeterView = {
	reading: undefined,
	stale: true,
	readingAgeMs: MUCH,
	pushIntervalMs: MUCH,
	counters,
	portFaults: { overflow: MUCH, framing: MUCH, parity: MUCH, break: MUCH, disconnected: MUCH },
	connected: false,
	linkDetail: "",
	lineFormat: undefined,
};

function busyServer(): HttpMetrics {
	const statistics = new HttpCounters();
	for (const name of ["accepted", "refused", "evicted", "requests", "timeouts", "faults"] as const)
		statistics[name] = MUCH;
	// As many as the server has names for, and more.
	for (let status = 400; status < 430; status++) statistics.errorsByStatus.set(status, MUCH);
	return new HttpMetrics(() => ({ statistics, openConnections: MUCH }));
}

const STATUS = { connects: MUCH, disconnects: 1, failures: 2, published: 3, superseded: 4, valuesPublished: 5 };
const STREAM = { counters: { clients: MUCH, accepted: MUCH, refused: MUCH, dropped: MUCH, skipped: MUCH } };

describe("sources of metrics", () => {
	test.each<[string, MetricsSource]>([
		["the meter", new MeterMetrics(METER)],
		["the dongle", new DongleMetrics(new FakeDevice(), new FakeClock())],
		["HTTP", busyServer()],
		["MQTT", new MqttMetrics({ status: { state: "connected", ...STATUS } })],
		["the streams", new StreamMetrics({ tcp: STREAM, websocket: STREAM, events: STREAM })],
	])("%s has room for its largest numbers, and writes them exactly", (_what, source) => {
		const { text, families } = write(source);
		expect(text.length).toBeLessThanOrEqual(MAX_SOURCE_BYTES);
		expect(families.size).toBeGreaterThan(3);
	});

	test.each([
		["connected", 1],
		["awaiting-retry", 0],
		["connecting", 0],
	])("MQTT that is %s is %i", (state, value) => {
		const { families } = write(new MqttMetrics({ status: { state, ...STATUS } }));
		expect(sampleValues(families.get("p1_mqtt_connected"))).toEqual({ "": value });
		expect(sampleValues(families.get("p1_mqtt_states_published_total"))).toEqual({ "": 3 });
	});
});

describe("exposition", () => {
	const FAMILY = gauge("a_metric", "One.");

	function lines(write: (out: Exposition) => void, limit = 1000): string {
		const bytes = new Uint8Array(1000);
		const out = new Exposition(new JsonWriter(bytes));
		out.begin(limit);
		out.open(FAMILY);
		write(out);
		return `${Buffer.from(bytes.subarray(0, out.length)).toString()}${out.hasOverflowed ? "…" : ""}`;
	}

	const HEAD = "# HELP a_metric One.\n# TYPE a_metric gauge\n";

	test.each([
		[0, 0, "0"],
		[-61, 0, "-61"],
		[230_700, 3, "230.7"],
		[1, 3, "0.001"],
		[-1500, 3, "-1.5"],
		[MUCH, 0, "9007199254740991"],
		[MUCH, 3, "9007199254740.991"],
	])("writes %d with %i decimals as %s", (value, decimals, text) => {
		expect(lines((out) => out.sample(value, decimals))).toBe(`${HEAD}a_metric ${text}\n`);
	});

	test("a family without samples leaves no trace", () => {
		expect(lines((out) => out.sample(undefined))).toBe("");
	});

	test.each([
		['quote " and backslash \\', 'quote \\" and backslash \\\\'],
		["line\nend", "line\\nend"],
		["\x00\x1f\x7f\xe5\u20ac", "?????"],
	])("escapes %j", (label, escaped) => {
		const text = lines((out) => {
			out.beginSample();
			out.literal(Buffer.from("{l="));
			out.labelText(label);
			out.literal(Buffer.from("}"));
			out.endSample(1);
		});
		expect(text).toBe(`${HEAD}a_metric{l="${escaped}"} 1\n`);
	});

	test("says that it had no room, at whatever byte, and takes back what it was told to", () => {
		const whole = lines((out) => out.sample(123));
		for (let limit = 0; limit <= whole.length; limit++) {
			expect(lines((out) => out.sample(123), limit).endsWith("…")).toBe(limit < whole.length);
			const text = lines((out) => {
				out.sample(123);
				out.truncate(0);
			}, limit);
			expect(text).toBe("");
		}
	});

	test("a sample of no family is a slip of the program", () => {
		expect(() => new Exposition(new JsonWriter(new Uint8Array(10))).sample(1)).toThrow("a sample without family");
	});
});
