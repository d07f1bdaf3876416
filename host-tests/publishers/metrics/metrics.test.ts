import { describe, expect, test } from "vitest";
import { METRICS_TYPE } from "../../../src/publishers/metrics/metrics.js";
import { VERSION } from "../../../src/version.js";
import { ApiBench, type ApiBenchOptions, FakeDevice, requestText } from "../../support/api-bench.js";
import { everyRow } from "../../support/every-row.js";
import { parseResponses } from "../../support/http-harness.js";
import { type MetricFamily, parseExposition, sampleValues } from "../../support/prometheus.js";
import { corpusTelegram, powerTelegram, telegramOf } from "../../support/telegram.js";

const PATH = "/metrics";

function bench(options: ApiBenchOptions = {}): ApiBench {
	return new ApiBench({ hasStreams: true, ...options });
}

function scrape(api: ApiBench): Map<string, MetricFamily> {
	const { status, headers, body } = api.ask(PATH);
	expect([status, headers.get("content-type")]).toEqual([200, METRICS_TYPE]);
	return parseExposition(body);
}

/** Families that come from the meter's values. */
function meterFamilies(families: ReadonlyMap<string, MetricFamily>): string[] {
	const own = /^p1_(dongle|http|mqtt|stream|port|telegrams|odd_rows|reading|push_interval)_?/;
	return [...families.keys()].filter((name) => !own.test(name));
}

describe("/metrics", () => {
	test("has the values of a Swedish meter in base units", () => {
		const api = bench();
		// Its CRC was checked with the decoder's corpus tests; the numbers below are those of the file.
		api.bench.port.receive(corpusTelegram("se/aidon-6534-a.txt"));
		const families = scrape(api);
		const values = (name: string) => sampleValues(families.get(name));
		const text = Buffer.from(corpusTelegram("se/aidon-6534-a.txt")).toString("latin1");
		const row = (code: string): number => Number(new RegExp(`^${code}\\(([0-9.]+)\\*`, "m").exec(text)?.[1]);
		expect(values("p1_energy_joules_total")).toEqual({
			"direction=import": Math.round(row("1-0:1.8.0") * 1000) * 3600,
			"direction=export": Math.round(row("1-0:2.8.0") * 1000) * 3600,
		});
		expect(values("p1_power_watts")).toEqual({
			"direction=import": Math.round(row("1-0:1.7.0") * 1000),
			"direction=export": Math.round(row("1-0:2.7.0") * 1000),
		});
		expect(values("p1_phase_voltage_volts")).toEqual({
			"phase=L1": row("1-0:32.7.0"),
			"phase=L2": row("1-0:52.7.0"),
			"phase=L3": row("1-0:72.7.0"),
		});
		expect(values("p1_phase_current_amperes")["phase=L3"]).toBe(row("1-0:71.7.0"));
		expect(values("p1_phase_power_watts")["phase=L2,direction=import"]).toBe(Math.round(row("1-0:41.7.0") * 1000));
		expect(values("p1_reactive_energy_varseconds_total")["direction=import"]).toBe(
			Math.round(row("1-0:3.8.0") * 1000) * 3600,
		);
		expect(families.get("p1_meter_info")?.samples).toEqual([
			{ labels: { profile: "se", identification: "ADN9 6534" }, value: 1 },
		]);
		expect(values("p1_meter_timestamp_seconds")[""]).toBe(Date.parse("2024-01-08T15:49:40Z") / 1000);
	});

	test("has the registers of M-Bus devices, each in its unit", () => {
		const api = bench();
		api.bench.port.receive(
			telegramOf([
				"0-1:24.1.0(003)",
				"0-1:24.2.1(240108164500W)(01234.567*m3)",
				"0-1:24.4.0(1)",
				"0-2:24.1.0(012)",
				"0-2:24.2.1(240108160000W)(1.234567*GJ)",
				"0-3:24.1.0(002)",
				"0-3:24.2.1(240108160000W)(00012.345*kWh)",
				"0-4:24.2.1(240108160000W)(00001.000*m3)",
			]),
		);
		const families = scrape(api);
		expect(sampleValues(families.get("p1_mbus_volume_cubic_meters_total"))).toEqual({
			"channel=1,medium=gas": 1234.567,
			"channel=4": 1,
		});
		expect(sampleValues(families.get("p1_mbus_energy_joules_total"))).toEqual({
			"channel=2,medium=heat": 1_234_567_000,
			"channel=3,medium=electricity": 12_345 * 3600,
		});
		expect(sampleValues(families.get("p1_mbus_register_timestamp_seconds"))["channel=1,medium=gas"]).toBe(
			Date.parse("2024-01-08T15:45:00Z") / 1000,
		);
		expect(sampleValues(families.get("p1_mbus_valve_state"))).toEqual({ "channel=1,medium=gas": 1 });
	});

	test("before the first telegram there is nothing of the meter, and no age", () => {
		const families = scrape(bench());
		expect(meterFamilies(families)).toEqual([]);
		expect(families.has("p1_reading_age_seconds")).toBe(false);
		expect(families.has("p1_reading_stale")).toBe(false);
		expect(families.has("p1_push_interval_seconds")).toBe(false);
		expect(sampleValues(families.get("p1_telegrams_accepted_total"))).toEqual({ "": 0 });
	});

	test("what the meter does not send is absent, not 0", () => {
		const api = bench();
		api.bench.port.receive(powerTelegram(1234));
		expect(meterFamilies(scrape(api))).toEqual(["p1_meter_info", "p1_power_watts", "p1_meter_timestamp_seconds"]);
		expect(sampleValues(scrape(api).get("p1_power_watts"))).toEqual({ "direction=import": 1234 });
	});

	test("of a stale reading only its age is left, until the next", () => {
		const api = bench();
		api.bench.read(5);
		expect(meterFamilies(scrape(api))).toContain("p1_power_watts");
		api.bench.clock.advance(60_500);
		const families = scrape(api);
		expect(meterFamilies(families)).toEqual([]);
		expect(sampleValues(families.get("p1_reading_age_seconds"))).toEqual({ "": 60.5 });
		expect(sampleValues(families.get("p1_reading_stale"))).toEqual({ "": 1 });
		api.bench.port.receive(powerTelegram(1));
		expect(sampleValues(scrape(api).get("p1_power_watts"))).toEqual({ "direction=import": 1 });
		expect(sampleValues(scrape(api).get("p1_reading_stale"))).toEqual({ "": 0 });
	});

	test("tells how the line does", () => {
		const api = bench();
		api.bench.port.link(true, "there");
		api.bench.read(5, 10_000);
		api.bench.port.receive(powerTelegram(1).replace("kW", "kX"));
		api.bench.port.receive("noise");
		api.bench.port.fault("overflow");
		const families = scrape(api);
		const values = (name: string) => sampleValues(families.get(name));
		expect(values("p1_telegrams_accepted_total")).toEqual({ "": 5 });
		expect(values("p1_telegrams_rejected_total")).toMatchObject({ "reason=crc-mismatch": 1, "reason=crc-missing": 0 });
		expect(values("p1_push_interval_seconds")).toEqual({ "": 10 });
		expect(values("p1_port_connected")).toEqual({ "": 1 });
		expect(values("p1_port_faults_total")).toMatchObject({ "kind=overflow": 1, "kind=parity": 0 });
		expect(values("p1_port_noise_bytes_total")).toEqual({ "": 5 });
	});

	test("tells how the dongle does, and what it does not know is absent", () => {
		const device = new FakeDevice();
		const api = bench({ device });
		api.bench.clock.advance(3_723_900);
		api.ask("/nothing");
		let families = scrape(api);
		const values = (name: string) => sampleValues(families.get(name));
		expect(families.get("p1_dongle_info")?.samples).toEqual([
			{ labels: { version: VERSION, model: "bench" }, value: 1 },
		]);
		expect(values("p1_dongle_uptime_seconds")).toEqual({ "": 3723 });
		expect(values("p1_dongle_heap_used_bytes")).toEqual({ "": 61_234 });
		expect(values("p1_dongle_wifi_signal_dbm")).toEqual({ "": -61 });
		expect(values("p1_http_errors_total")).toEqual({ "status=404": 1 });
		expect(values("p1_http_requests_total")).toEqual({ "": 2 });
		expect(values("p1_http_connections")).toEqual({ "": 1 });
		expect(families.has("p1_dongle_resident_memory_bytes")).toBe(false);
		device.memoryUse = { residentBytes: 1_000_000.5 };
		device.linkState = { kind: "host", connected: false };
		families = scrape(api);
		expect(values("p1_dongle_resident_memory_bytes")).toEqual({ "": 1_000_000 });
		expect(values("p1_dongle_network_connected")).toEqual({ "": 0 });
		expect(families.has("p1_dongle_wifi_signal_dbm")).toBe(false);
		expect(families.has("p1_dongle_heap_used_bytes")).toBe(false);
	});

	test("tells how the streams do", () => {
		const api = bench();
		const slow = api.telegramNet.connect(10);
		api.telegramNet.connect();
		api.bench.read(2);
		expect(slow.state).toBe("reset");
		const families = scrape(api);
		expect(sampleValues(families.get("p1_stream_clients"))).toEqual({
			"stream=tcp": 1,
			"stream=websocket": 0,
			"stream=events": 0,
		});
		expect(sampleValues(families.get("p1_stream_clients_dropped_total"))).toEqual({
			"stream=events": 0,
			"stream=tcp": 1,
			"stream=websocket": 0,
		});
		expect(sampleValues(families.get("p1_stream_readings_skipped_total"))).toEqual({ "stream=events": 0 });
	});

	test("a label keeps its quotes, and what is no ASCII is no label", () => {
		const api = bench();
		const telegram = telegramOf(["1-0:1.7.0(0001.230*kW)"], 'A"B\\C\xe5');
		api.bench.port.receive(Uint8Array.from(telegram, (character) => character.charCodeAt(0)));
		expect(scrape(api).get("p1_meter_info")?.samples[0]?.labels).toMatchObject({ identification: 'A"B\\C?' });
	});

	test("a register that has no exact number in joules is absent", () => {
		const api = bench();
		// 2^53 J are 2.5 TWh: no meter's register, but nothing in a telegram says so.
		api.bench.port.receive(telegramOf(["1-0:1.8.0(2501999792.983*kWh)", "1-0:2.8.0(2501999792.984*kWh)"]));
		expect(sampleValues(scrape(api).get("p1_energy_joules_total"))).toEqual({
			"direction=import": 2_501_999_792_983 * 3600,
		});
	});

	test("HEAD has the type, and no body", () => {
		const api = bench();
		const { status, headers, body } = api.ask(PATH, { method: "HEAD" });
		expect([status, headers.get("content-type"), body]).toEqual([200, METRICS_TYPE, ""]);
	});
});

describe("a scraper that takes little at a time", () => {
	/** Two telegrams of which no value is the same. */
	const telegrams = [1, 2].map((n) =>
		telegramOf(
			["1.8.0", "2.8.0", "3.8.0", "4.8.0", "1.8.1", "1.8.2"]
				.map((code) => `1-0:${code}(${n}000.000*kWh)`.replace(/(?<=[34]\.8\.0\S+)kWh/, "kvarh"))
				.concat(["1.7.0", "2.7.0", "21.7.0", "41.7.0", "61.7.0", "1.4.0"].map((code) => `1-0:${code}(${n}.000*kW)`))
				.concat(["32.7.0", "52.7.0", "72.7.0"].map((code) => `1-0:${code}(${n}00.0*V)`)),
		),
	);
	const [ONE = "", TWO = ""] = telegrams;
	const LIMITS = { outputBytes: 4096, maxConnections: 4 };

	/** Values of the meter in an answer; 1 in any unit of {@link ONE} is 1, of {@link TWO} 2. */
	function numbers(families: Map<string, MetricFamily>): Set<string> {
		const values = meterFamilies(families)
			.filter((name) => name !== "p1_meter_info")
			.flatMap((name) => families.get(name)?.samples ?? []);
		return new Set(values.map(({ value }) => String(value)[0] ?? "").map((digit) => (digit === "7" ? "2" : digit)));
	}

	test("gets the values of one reading, whatever comes meanwhile", () => {
		const api = bench({ limits: LIMITS });
		api.bench.port.receive(ONE);
		const whole = scrape(api);
		const peer = api.tcp.connect(0);
		peer.send(requestText(PATH));
		for (let turn = 0; turn < 400; turn++) {
			peer.take(50);
			if (turn % 10 === 0) api.bench.port.receive(TWO);
		}
		const families = parseExposition(parseResponses(peer.received)[0]?.body ?? "");
		expect(meterFamilies(families)).toEqual(meterFamilies(whole));
		expect(numbers(families)).toEqual(numbers(whole));
		expect(sampleValues(families.get("p1_telegrams_accepted_total"))[""]).toBeGreaterThan(1);
	});

	test("is cut off, and gets no mix, when another scrape takes a newer reading", () => {
		const api = bench({ limits: { ...LIMITS, outputBytes: 3200 } });
		const MANY = everyRow().filter((row) => row.startsWith("1-0:"));
		api.bench.port.receive(telegramOf(["0-0:96.1.4(50217)", ...MANY]));
		const peer = api.tcp.connect(400);
		peer.send(requestText(PATH));
		api.bench.port.receive(corpusTelegram("se/aidon-6534-a.txt"));
		const other = scrape(api);
		expect(other.get("p1_meter_info")?.samples[0]?.labels.profile).toBe("se");
		peer.take(100_000);
		expect(peer.state).toBe("reset");
		expect(peer.received).toContain('profile="be"');
		expect(peer.received).not.toContain("p1_dongle_info");
		expect(() => parseResponses(peer.received)).toThrow();
		expect(api.faults).toEqual([]);
	});

	test("two scrapes of the same reading do not disturb each other", () => {
		const api = bench({ limits: LIMITS });
		api.bench.port.receive(ONE);
		const peers = [api.tcp.connect(0), api.tcp.connect(0)];
		for (const peer of peers) peer.send(requestText(PATH));
		for (let turn = 0; turn < 400; turn++) for (const peer of peers) peer.take(50);
		for (const peer of peers) {
			expect(numbers(parseExposition(parseResponses(peer.received)[0]?.body ?? ""))).toEqual(numbers(scrape(api)));
		}
	});

	test("a source that needs more than there is room for is a fault of the program, not a wrong answer", () => {
		const api = bench({ limits: { outputBytes: 700 } });
		api.bench.read();
		const peer = api.tcp.connect();
		peer.send(requestText(PATH));
		expect(peer.state).toBe("reset");
		expect(api.faults.join()).toMatch(/metrics: part \d+ needs more than/);
	});
});
