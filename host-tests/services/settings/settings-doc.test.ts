import { expect, test } from "vitest";
import { settingsDocument } from "../../support/settings-doc.js";

test("docs/settings.md says what the table of settings says (else run this test with -u)", async () => {
	await expect(settingsDocument()).toMatchFileSnapshot("../../../docs/settings.md");
});
