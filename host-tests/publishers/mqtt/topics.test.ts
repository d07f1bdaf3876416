import { describe, expect, test } from "vitest";
import { BASE_TOPIC_MAX_LENGTH, parseBaseTopic, topicsUnder } from "../../../src/publishers/mqtt/topics.js";

describe("base topic", () => {
	test.each(["p1", "house/p1", "a/b/c", "P1-a1b2c3", "x".repeat(BASE_TOPIC_MAX_LENGTH), "p1/$x", "!~"])(
		"takes %s",
		(text) => {
			expect(parseBaseTopic(text)).toEqual({ ok: true, baseTopic: text });
		},
	);

	test.each([
		{ text: "", code: "empty", offset: 0 },
		{ text: "x".repeat(BASE_TOPIC_MAX_LENGTH + 1), code: "too-long", offset: BASE_TOPIC_MAX_LENGTH },
		{ text: "$SYS/p1", code: "reserved", offset: 0 },
		{ text: "p1/#", code: "bad-character", offset: 3 },
		{ text: "+/p1", code: "bad-character", offset: 0 },
		{ text: "p 1", code: "bad-character", offset: 1 },
		{ text: "p\u00001", code: "bad-character", offset: 1 },
		{ text: "p\n", code: "bad-character", offset: 1 },
		{ text: "hus/mätare", code: "bad-character", offset: 5 },
		{ text: "/p1", code: "empty-level", offset: 0 },
		{ text: "p1/", code: "empty-level", offset: 2 },
		{ text: "a//b", code: "empty-level", offset: 2 },
	])("refuses $text: $code at $offset", ({ text, code, offset }) => {
		expect(parseBaseTopic(text)).toMatchObject({ ok: false, error: { code, offset } });
	});

	test("names the topics under it", () => {
		expect(topicsUnder("house/p1")).toEqual({
			base: "house/p1",
			state: "house/p1/state",
			status: "house/p1/status",
			valuePrefix: "house/p1/value/",
		});
	});
});
