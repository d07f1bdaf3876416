import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { MqttMetrics } from "../../../src/publishers/metrics/mqtt-metrics.js";
import { ApiBench, FakeDevice } from "../../support/api-bench.js";
import { readCorpus } from "../../support/corpus.js";
import { everyRow } from "../../support/every-row.js";
import { telegramOf } from "../../support/telegram.js";

// Prometheus' own parser and linter, of Debian's package prometheus.
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
if (!hasPromtool) console.log("skipped: no promtool (apt-get install --no-install-recommends prometheus)");

/** What promtool has to say. */
function lint(exposition: string): string {
	const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
		input: exposition,
		encoding: "utf8",
	});
	return status === 0 ? "" : stdout + stderr;
}

const MQTT = {
	state: "connected",
	connects: 1,
	disconnects: 0,
	failures: 0,
	published: 10,
	superseded: 0,
	valuesPublished: 0,
};

function benchWith(telegram: string | Uint8Array): ApiBench {
	const device = new FakeDevice();
	device.memoryUse = { ...device.memoryUse, residentBytes: 50_000_000 };
	const api = new ApiBench({ hasStreams: true, device, metricsSources: [new MqttMetrics({ status: MQTT })] });
	api.ask("/nothing");
	for (let i = 0; i < 5; i++) {
		api.bench.port.receive(telegram);
		api.bench.clock.advance(1000);
	}
	return api;
}

describe.skipIf(!hasPromtool)("promtool", () => {
	test("finds fault with names that break its rules: the check can fail", () => {
		expect(lint("# HELP a_watt_hours_total x.\n# TYPE a_watt_hours_total counter\na_watt_hours_total 1\n")).toMatch(
			/base unit/,
		);
		expect(lint("nonsense")).toMatch(/error/);
	});

	test("has nothing to say about any row of the table", () => {
		for (const bytes of rowsTogether()) expect(lint(benchWith(bytes).ask("/metrics").body)).toBe("");
	});

	test.each([["se/"], ["nl-v5/"], ["be/"], ["lu/"]])("nor about a telegram of %s", (folder) => {
		const { bytes = new Uint8Array(0) } = readCorpus().find(({ name }) => name.startsWith(folder)) ?? {};
		const api = benchWith(bytes);
		expect(api.meter.reading).toBeDefined();
		expect(lint(api.ask("/metrics").body)).toBe("");
	});

	test("nor before the first telegram, nor when it is stale", () => {
		const api = benchWith("");
		expect(lint(api.ask("/metrics").body)).toBe("");
		api.bench.read();
		api.bench.clock.advance(60_000);
		expect(lint(api.ask("/metrics").body)).toBe("");
	});
});

/** All rows in as few telegrams as there are units for a row: a code may come once in each. */
function rowsTogether(): string[] {
	const telegrams: string[][] = [];
	for (const row of everyRow()) {
		const code = row.slice(0, row.indexOf("("));
		const free = telegrams.find((rows) => !rows.some((other) => other.startsWith(`${code}(`)));
		if (free === undefined) telegrams.push([row]);
		else free.push(row);
	}
	return telegrams.map((rows) => telegramOf(rows));
}
