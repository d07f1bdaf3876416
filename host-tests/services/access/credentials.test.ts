import { describe, expect, test } from "vitest";
import { parseAuthorization } from "../../../src/services/access/credentials.js";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("parseAuthorization", () => {
	test.each([
		[`Basic ${base64("owner:pass word")}`, "pass word"],
		[`bAsIc   ${base64(":secret")}  `, "secret"],
		[`Basic ${base64("owner:a:b:c")}`, "a:b:c"],
		[`Basic ${base64("owner:pässwörd")}`, "pässwörd"],
		[`Basic ${base64("owner:")}`, ""],
	])("%s: the password %j", (value, password) => {
		expect(parseAuthorization(value)).toEqual({ kind: "basic", password: new TextEncoder().encode(password) });
	});

	test.each([
		["Bearer abc", "abc"],
		["BEARER  abc ", "abc"],
		["Bearer ", ""],
	])("%s: the token %j", (value, token) => {
		expect(parseAuthorization(value)).toEqual({ kind: "bearer", token });
	});

	test.each(["", "Basic", "Basic !!!", `Basic ${base64("no colon")}`, "Digest x", "abc", "Basicowner:x", " "])(
		"%j: nothing that counts",
		(value) => {
			expect(parseAuthorization(value)).toEqual({ kind: "malformed" });
		},
	);
});
