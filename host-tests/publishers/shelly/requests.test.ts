import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRequest } from "../../../src/publishers/shelly/request.js";
import { parseSmallJson } from "../../../src/publishers/shelly/small-json.js";
import { bytesOf } from "../../support/fake-tcp.js";

const parse = (text: string): unknown => parseSmallJson(bytesOf(text), 0, text.length);
const request = (text: string): unknown => parseRequest(bytesOf(text), 0, text.length);

describe("small JSON", () => {
	test.each([
		{ text: '{"id":1,"method":"EM.GetStatus","params":{"id":0}}' },
		{ text: "[]" },
		{ text: "null" },
		{ text: '"å"' },
		{ text: `"${"x".repeat(510)}"` },
		{ text: '{"a":{"b":{"c":{"d":{"e":{"f":{"g":{}}}}}}}}' },
	])("$text", ({ text }) => {
		expect(parse(text)).toEqual(JSON.parse(text));
	});

	test.each([
		{ what: "nothing", text: "" },
		{ what: "no JSON", text: "hame" },
		{ what: "half of it", text: '{"id":1,"method":"EM.Get' },
		{ what: "something after it", text: "{} {}" },
		{ what: "513 bytes", text: `"${"x".repeat(511)}"` },
		{ what: "nine objects in each other", text: `${'{"a":'.repeat(9)}1${"}".repeat(9)}` },
		{ what: "brackets without end", text: "[".repeat(512) },
		{ what: "brackets behind a text that seems to close them", text: `["${"]".repeat(200)}",${"[".repeat(200)}` },
	])("$what is none", ({ text }) => {
		expect(parse(text)).toBeUndefined();
	});

	test("reads its span of a larger buffer alone", () => {
		expect(parseSmallJson(bytesOf('xx{"a":1}yy'), 2, 9)).toEqual({ a: 1 });
	});
});

describe("request frame", () => {
	const frame = { id: 1, src: "me", method: "EM.GetStatus", params: { id: 0 } };

	test.each([
		{ frame, componentId: 0 },
		{ frame: { ...frame, id: "abc" }, componentId: 0 },
		{ frame: { ...frame, id: -7 }, componentId: 0 },
		{ frame: { ...frame, jsonrpc: "2.0", extra: [1] }, componentId: 0 },
		{ frame: { ...frame, params: undefined }, componentId: 0 },
		{ frame: { ...frame, params: {} }, componentId: 0 },
		{ frame: { ...frame, params: { id: 3 } }, componentId: 3 },
		{ frame: { ...frame, params: { id: "0" } }, componentId: Number.NaN },
		{ frame: { ...frame, params: { id: 0.5 } }, componentId: Number.NaN },
		{ frame: { ...frame, params: { id: -1 } }, componentId: Number.NaN },
		{ frame: { ...frame, params: { id: null } }, componentId: Number.NaN },
		{ frame: { ...frame, params: null }, componentId: Number.NaN },
		{ frame: { ...frame, params: [0] }, componentId: Number.NaN },
	])("$frame is for component $componentId", ({ frame, componentId }) => {
		const { id, src, method } = frame;
		expect(request(JSON.stringify(frame))).toEqual({ id, src, method, componentId });
	});

	test.each([
		{ ...frame, id: undefined },
		{ ...frame, id: null },
		{ ...frame, id: 1.5 },
		{ ...frame, id: 1e300 },
		{ ...frame, id: "x".repeat(65) },
		{ ...frame, id: [1] },
		{ ...frame, method: undefined },
		{ ...frame, method: 5 },
		{ ...frame, method: "x".repeat(65) },
		[frame],
		"EM.GetStatus",
		17,
		null,
	])("%j is none", (value) => {
		expect(request(JSON.stringify(value))).toBeUndefined();
	});

	test.each([undefined, 5, null, {}, "x".repeat(65)])("src %j is nobody", (src) => {
		expect(request(JSON.stringify({ ...frame, src }))).toMatchObject({ src: undefined });
	});

	test("no bytes make it throw", () => {
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.json().map(bytesOf)), (bytes) => {
				const parsed = parseRequest(bytes, 0, bytes.length);
				if (parsed !== undefined) expect(parsed.method).toBeTypeOf("string");
			}),
		);
	});
});
