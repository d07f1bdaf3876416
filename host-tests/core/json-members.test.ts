import { expect, test } from "vitest";
import { writeFlagMember, writeNumberMember, writeTextMember } from "../../src/core/json-members.js";
import { JsonWriter } from "../../src/core/json-writer.js";

test("members with a text, a number and a flag; a number that is not known is left out", () => {
	const bytes = new Uint8Array(128);
	const writer = new JsonWriter(bytes);
	writer.openObject();
	writeTextMember(writer, "state", "good");
	writeNumberMember(writer, "steps", 0);
	writeNumberMember(writer, "ageS", undefined);
	writeFlagMember(writer, "open", false);
	writer.closeObject();
	expect(Buffer.from(bytes.subarray(0, writer.length)).toString()).toBe('{"state":"good","steps":0,"open":false}');
});
