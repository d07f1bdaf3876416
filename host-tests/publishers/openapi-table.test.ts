import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { VERSION } from "../../src/version.js";
import { OPENAPI_PATH } from "../support/openapi.js";
import { tableSchemas } from "../support/reading-schema.js";

// The parts of the file that follow from the table of OBIS codes, and the version, are put into it as they should be: the
// file then is as it was. After a change of the table: npx vitest run host-tests/publishers/openapi-table.test.ts -u
test("docs/http-api.yaml has the fields of the table, their units, the profiles and the version", async () => {
	const document = parseDocument(readFileSync(OPENAPI_PATH, "utf8"));
	expect(document.errors).toEqual([]);
	for (const [name, schema] of Object.entries(tableSchemas())) {
		document.setIn(["components", "schemas", name], document.createNode(schema));
	}
	document.setIn(["info", "version"], VERSION);
	await expect(document.toString({ lineWidth: 120 })).toMatchFileSnapshot(fileURLToPath(OPENAPI_PATH));
});
