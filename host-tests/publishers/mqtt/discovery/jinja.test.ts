import { describe, expect, test } from "vitest";
import { learnFrom, writeDocuments } from "../../../support/announcements.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { liveEntities, readAnnouncement } from "../../../support/home-assistant.js";
import { hasJinja, type JinjaJob, renderJinja } from "../../../support/jinja.js";
import { renderTemplate } from "../../../support/value-template.js";

const telegram = ascii(telegramOf(everyRow()));
const { known, jsons } = learnFrom(telegram);
const [whole = {}] = jsons;
const documents = writeDocuments(known);

function templates(): string[] {
	const found = new Set<string>();
	for (const { topic, payload } of documents) {
		for (const { value_template: template, availability = [] } of liveEntities(
			readAnnouncement(topic, payload),
		).values()) {
			for (const text of [template, ...availability.map((entry) => entry.value_template)]) {
				if (text !== undefined) found.add(String(text));
			}
		}
	}
	return [...found];
}

/** What each template has to make something of. */
const states: { readonly name: string; readonly json: Record<string, unknown> }[] = [
	{ name: "a reading with every row", json: whole },
	{ name: "a reading with nothing", json: { stale: false, profile: "p1", identification: "X" } },
	{ name: "a stale reading", json: { ...whole, stale: true } },
	{ name: "M-Bus devices without a value", json: { stale: false, mbus: [{ channel: 1 }, { channel: 3 }] } },
	{ name: "zeros", json: { stale: false, powerImportW: 0, powerExportW: 0, energyImportWh: 0, voltageL1V: 0 } },
	{ name: "only import", json: { stale: false, powerImportW: 5 } },
	{ name: "a long text", json: { stale: false, textMessage: "ab".repeat(500), identification: 'q"\\\n{{1}}' } },
];

const isThere = hasJinja();
if (!isThere) console.log("skipped: no python3-jinja2 (apt-get install --no-install-recommends python3-jinja2)");

describe.skipIf(!isThere)("templates in Jinja itself", () => {
	test("give the same as the tests' own evaluator, and no warning", { timeout: 60_000 }, () => {
		const found = templates();
		expect(found.length).toBeGreaterThan(150);
		const jobs: JinjaJob[] = states.flatMap(({ json }) =>
			found.map((template) => ({ template, json: JSON.stringify(json) })),
		);
		// Without the default it would say something.
		const [bare, ...results] = renderJinja([{ template: "{{value_json.powerImportW}}", json: "{}" }, ...jobs]);
		expect(bare).toMatchObject({ text: "", warnings: [expect.stringContaining("powerImportW")] });
		for (const [index, { template, json }] of jobs.entries()) {
			const expected = { text: renderTemplate(template, JSON.parse(json)), warnings: [] };
			expect({ template, json: json.slice(0, 100), ...results[index] }).toEqual({
				template,
				json: json.slice(0, 100),
				...expected,
			});
		}
	});
});
