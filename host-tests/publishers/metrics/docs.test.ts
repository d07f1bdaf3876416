import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { MqttMetrics } from "../../../src/publishers/metrics/mqtt-metrics.js";
import { ApiBench, FakeDevice } from "../../support/api-bench.js";
import { everyRow } from "../../support/every-row.js";
import { type MetricFamily, parseExposition } from "../../support/prometheus.js";
import { telegramOf } from "../../support/telegram.js";

const DOCS = new URL("../../../docs/integrations/", import.meta.url);
const PAGE = new URL("prometheus.md", DOCS);
const DASHBOARD = new URL("grafana-dashboard.json", DOCS);
const METER_HEADING = "## Metrics of the meter\n\n";
const DONGLE_HEADING = "## Metrics of the dongle\n\n";
const END_HEADING = "## How this was checked\n";
const OWN = /^p1_(dongle|http|mqtt|stream|port|telegrams|odd_rows|reading|push_interval)_?/;

const MQTT = {
	state: "connected",
	connects: 1,
	disconnects: 0,
	failures: 0,
	published: 1,
	superseded: 0,
	valuesPublished: 0,
};

/** Every family that there is, as a scrape has it. */
function allFamilies(): Map<string, MetricFamily> {
	const device = new FakeDevice();
	device.memoryUse = { ...device.memoryUse, residentBytes: 1 };
	const families = new Map<string, MetricFamily>();
	const api = new ApiBench({ hasStreams: true, device, metricsSources: [new MqttMetrics({ status: MQTT })] });
	api.ask("/nothing");
	api.bench.read(5);
	for (const row of everyRow()) {
		const mbus = /^0-([1-4]):24\.[234]/.exec(row)?.[1];
		api.bench.port.receive(telegramOf(mbus === undefined ? [row] : [`0-${mbus}:24.1.0(003)`, row]));
		for (const [name, family] of parseExposition(api.ask("/metrics").body)) {
			const known = families.get(name)?.samples ?? [];
			families.set(name, { ...family, samples: [...known, ...family.samples] });
		}
	}
	return families;
}

function table(families: readonly MetricFamily[]): string {
	const rows = families.map(({ name, help, samples }) => {
		const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
		return [`\`${name}\``, labels.map((label) => `\`${label}\``).join(", "), help.replace(/\.$/, "")];
	});
	const cells = [["Name", "Labels", "What"], ["", "", ""], ...rows];
	const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	const lines = cells.map((row, index) =>
		widths.map((width, column) => (index === 1 ? "-".repeat(width) : (row[column] ?? "").padEnd(width))).join(" | "),
	);
	return lines.map((line) => `| ${line} |`).join("\n");
}

/** Expressions of a page's code blocks, of its rules and of the dashboard. */
function expressions(): string[] {
	const page = readFileSync(PAGE, "utf8");
	const queries = [...page.matchAll(/```promql\n([^`]+)\n```/g)].map(([, query = ""]) => query);
	const inline = [...page.matchAll(/`(sum by [^`]+)`/g)].map(([, query = ""]) => query);
	const rules = [...page.matchAll(/```yaml\n(groups:[^`]+)```/g)].flatMap(([, yaml = ""]) => {
		const { groups } = parse(yaml) as { groups: { rules: { expr: string }[] }[] };
		return groups.flatMap((group) => group.rules.map(({ expr }) => expr));
	});
	type Panel = { targets: { expr: string }[] };
	const { panels } = JSON.parse(readFileSync(DASHBOARD, "utf8")) as { panels: Panel[] };
	const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll("$__range", "1h")));
	return [...queries, ...inline, ...rules, ...shown];
}

describe("docs/integrations/prometheus.md", () => {
	test("has every metric with its labels", async () => {
		const families = [...allFamilies().values()];
		const page = readFileSync(PAGE, "utf8");
		const [before = "", rest = ""] = page.split(METER_HEADING);
		const [comment = ""] = rest.split("\n", 1);
		const after = page.slice(page.indexOf(END_HEADING));
		const meter = families.filter(({ name }) => !OWN.test(name));
		const dongle = families.filter(({ name }) => OWN.test(name));
		expect(meter.length).toBeGreaterThan(50);
		expect(dongle.length).toBeGreaterThan(30);
		const made = `${before}${METER_HEADING}${comment}\n\n${table(meter)}\n\n${DONGLE_HEADING}${table(dongle)}\n\n${after}`;
		await expect(made).toMatchFileSnapshot(fileURLToPath(PAGE));
	});

	test("and the dashboard ask for metrics that there are", () => {
		const known = new Set(allFamilies().keys());
		const asked = expressions().flatMap((expression) => expression.match(/\bp1_[a-z0-9_]+/g) ?? []);
		expect(asked.length).toBeGreaterThan(30);
		expect(asked.filter((name) => !known.has(name))).toEqual([]);
	});
});

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
if (!hasPromtool) console.log("skipped: no promtool (apt-get install --no-install-recommends prometheus)");

describe.skipIf(!hasPromtool)("promtool", () => {
	let directory: string;
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-promtool-"));
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const check = (kind: string, content: string): number | null => {
		const path = join(directory, `${kind}.yml`);
		writeFileSync(path, content);
		return spawnSync("promtool", ["check", kind, path]).status;
	};

	test("understands every query", () => {
		const rules = (list: readonly string[]) =>
			stringify({ groups: [{ name: "all", rules: list.map((expr, i) => ({ record: `query_${i}`, expr })) }] });
		expect(check("rules", rules(expressions()))).toBe(0);
		expect(check("rules", rules(["sum by ("]))).toBe(1);
	});

	test("understands the configuration", () => {
		const page = readFileSync(PAGE, "utf8");
		const [, config = ""] = /```yaml\n(scrape_configs:[^`]+)```/.exec(page) ?? [];
		expect(check("config", config)).toBe(0);
	});
});
