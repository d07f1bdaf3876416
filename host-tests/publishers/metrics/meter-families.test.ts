import { describe, expect, test } from "vitest";
import { KIND, METER_SLOTS, SLOT_ACCEPTS, SLOT_FACTS, SLOT_KIND, SLOT_UNIT } from "../../../src/core/obis-table.js";
import { UNIT, UNITS } from "../../../src/core/units.js";
import { METER_FAMILIES } from "../../../src/publishers/metrics/meter-families.js";
import { ApiBench } from "../../support/api-bench.js";
import { readCorpus } from "../../support/corpus.js";
import { everyRow } from "../../support/every-row.js";
import { parseExposition } from "../../support/prometheus.js";
import { telegramOf } from "../../support/telegram.js";

/** Numbers that say nothing over time. */
const NO_METRIC = ["p1Version"];

/** Suffix that a family of a unit has. */
const SUFFIXES: Readonly<Record<number, string>> = {
	[UNIT.Wh]: "_joules_total",
	[UNIT.varh]: "_varseconds_total",
	[UNIT.VAh]: "_voltampereseconds_total",
	[UNIT.W]: "_watts",
	[UNIT.var]: "_vars",
	[UNIT.VA]: "_voltamperes",
	[UNIT.mV]: "_volts",
	[UNIT.mA]: "_amperes",
	[UNIT.mHz]: "_hertz",
	[UNIT.s]: "_seconds",
	[UNIT.milli]: "_ratio",
	[UNIT.time]: "_timestamp_seconds",
};

describe("table of the meter's metrics", () => {
	test("has every number that a reading may have, in each of its units, once", () => {
		const expected: string[] = [];
		for (let slot = 0; slot < METER_SLOTS; slot++) {
			const name = SLOT_FACTS[slot]?.name ?? "";
			const kind = SLOT_KIND[slot];
			const unit = SLOT_UNIT[slot];
			if (unit === UNIT.text || kind === KIND.log || NO_METRIC.includes(name)) continue;
			for (let accepted = 0; accepted < UNITS.length; accepted++) {
				if (accepted === unit || ((SLOT_ACCEPTS[slot] ?? 0) >> accepted) & 1) expected.push(`${name} ${accepted}`);
			}
		}
		const listed = METER_FAMILIES.flatMap(({ samples, unit }) =>
			samples.map(({ slot }) => `${SLOT_FACTS[slot]?.name} ${unit}`),
		);
		expect(listed.sort()).toEqual(expected.sort());
	});

	test("its names end in the base unit, and in _total for what only grows", () => {
		for (const { name, unit, isCounter } of METER_FAMILIES) {
			const text = Buffer.from(name).toString();
			const suffix = SUFFIXES[unit] ?? "";
			expect([text, text.endsWith(suffix)]).toEqual([text, true]);
			expect([text, text.endsWith("_total")]).toEqual([text, isCounter]);
		}
	});

	test("labels follow from the names of the quantities", () => {
		for (const { samples } of METER_FAMILIES) {
			for (const { slot, labels } of samples) {
				const { name = "" } = SLOT_FACTS[slot] ?? {};
				const text = Buffer.from(labels ?? []).toString();
				const expected: string[] = [];
				// The Companion Standards call 1-0:31.4.0 the threshold of L1.
				const phase = /L[123]$/.exec(name)?.[0] ?? (name === "fuseThreshold" ? "L1" : undefined);
				if (phase !== undefined) expected.push(`phase="${phase}"`);
				const direction = /Import|Export/.exec(name)?.[0];
				if (direction !== undefined) expected.push(`direction="${direction.toLowerCase()}"`);
				for (const key of ["Tariff", "Quadrant", "relay"]) {
					const number = new RegExp(`${key}([1-4])`).exec(name)?.[1];
					if (number !== undefined) expected.push(`${key.toLowerCase()}="${number}"`);
				}
				expect([name, text]).toEqual([name, expected.length === 0 ? "" : `{${expected.join(",")}}`]);
			}
		}
	});
});

/** What a JSON member has in base units, by the suffix of its name. */
function baseValue(name: string, value: number | string): number {
	if (typeof value === "string") return Date.parse(value) / 1000;
	const [, factor = 1] =
		(
			[
				[/(Wh|VAh|Varh)$/, 3600],
				[/GJ$/, 1e9],
			] as const
		).find(([unit]) => unit.test(name)) ?? [];
	return Math.round(value * factor * 1000) / 1000;
}

/** Numbers and instants of a reading's JSON, those of M-Bus devices included, in base units. */
function numbersOf(reading: Record<string, unknown>): number[] {
	const { mbus = [], powerFailureLog: _log, demandHistory: _history, p1Version: _version, ...rest } = reading;
	const numbers: number[] = [];
	for (const object of [rest, ...(mbus as Record<string, unknown>[])]) {
		for (const [name, value] of Object.entries(object)) {
			if (["channel", "deviceType"].includes(name)) continue;
			const isInstant = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
			if (typeof value === "number" || isInstant) numbers.push(baseValue(name, value));
		}
	}
	return numbers.sort((a, b) => a - b);
}

function metricNumbers(api: ApiBench): number[] {
	const own = /^p1_(dongle|http|mqtt|stream|port|telegrams|odd_rows|reading|push_interval)_?|^p1_meter_info$/;
	const families = parseExposition(api.ask("/metrics").body);
	return [...families.values()]
		.filter(({ name }) => !own.test(name))
		.flatMap(({ samples }) => samples.map(({ value }) => value))
		.sort((a, b) => a - b);
}

describe("/metrics has the numbers of /api/v1/reading", () => {
	test("with every row of the table, in every unit that it may have", () => {
		const api = new ApiBench({ hasStreams: true });
		for (const row of everyRow()) {
			api.bench.port.receive(telegramOf([row]));
			expect([row, metricNumbers(api)]).toEqual([row, numbersOf(api.json("/api/v1/reading"))]);
		}
	});

	test("with every telegram of the corpus", () => {
		let count = 0;
		for (const { name, bytes } of readCorpus()) {
			const api = new ApiBench({ hasStreams: true });
			api.bench.port.receive(bytes);
			if (api.meter.reading === undefined) continue;
			count++;
			expect([name, metricNumbers(api)]).toEqual([name, numbersOf(api.json("/api/v1/reading"))]);
			api.close();
		}
		expect(count).toBeGreaterThan(40);
	}, 60_000);
});
