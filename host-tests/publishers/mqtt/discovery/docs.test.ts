import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { announce, entitiesOf } from "../../../support/announcements.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { dutchTelegram, swedishTelegram } from "../../../support/telegrams.js";

const page = readFileSync(new URL("../../../../docs/integrations/home-assistant.md", import.meta.url), "utf8");

const identifiers = (...telegrams: Uint8Array[]): string[] =>
	telegrams.flatMap((telegram) =>
		[...entitiesOf(announce(telegram).documents).values()].map((entity) => entity.default_entity_id ?? ""),
	);

test("docs/integrations/home-assistant.md names entities that there are", () => {
	const known = identifiers(
		ascii(telegramOf(everyRow())),
		swedishTelegram(),
		dutchTelegram(),
		dutchTelegram({ mbus: { deviceType: 7, register_dm3: 1 } }),
	);
	const named = [...page.matchAll(/`((?:binary_)?sensor\.\w+)`/g)].map(([, name]) => name);
	expect(named.length).toBeGreaterThan(15);
	for (const name of named) expect(known).toContain(name);
});

test("its table has every entity of a Swedish meter, the first of each kind by its identifier", () => {
	const table = page.slice(page.indexOf("## What you see"), page.indexOf("- **Unavailable**"));
	const kinds = new Set(
		identifiers(swedishTelegram()).map((name) => name.replace(/_l[123]$/, "_l1").replace(/export(_l1)?$/, "import$1")),
	);
	for (const kind of kinds) if (!/reactive_power_import_l1/.test(kind)) expect(table).toContain(kind);
});
