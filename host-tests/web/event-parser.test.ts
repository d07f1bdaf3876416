import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventParser } from "../../web/event-parser.js";

function parse(...pieces: string[]): string[][] {
	const events: string[][] = [];
	const parser = new EventParser((...event) => events.push(event));
	for (const piece of pieces) parser.push(piece);
	return events;
}

const STREAM =
	'retry: 3000\n\nid: 7\nevent: reading\ndata: {"stale":false}\n\n:\n\nid: 8\nevent: reading\ndata: {}\n\n';
const EVENTS = [
	["reading", '{"stale":false}', "7"],
	["reading", "{}", "8"],
];

describe("EventParser", () => {
	test.each([
		["the dongle's stream", STREAM, EVENTS],
		["line ends of other servers", STREAM.replaceAll("\n", "\r\n"), EVENTS],
		["no name", "data: a\n\n", [["message", "a", ""]]],
		["data in several lines", "data: a\ndata:b\ndata:  c\n\n", [["message", "a\nb\n c", ""]]],
		["data without a value", "data\n\n", [["message", "", ""]]],
		[
			"the id stays, the name does not",
			"id: 1\nevent: x\ndata: a\n\ndata: b\n\n",
			[
				["x", "a", "1"],
				["message", "b", "1"],
			],
		],
		["a name without data is no event", "event: x\n\ndata: a\n\n", [["message", "a", ""]]],
		["fields that nobody knows", "colour: red\ndata: a\n\n", [["message", "a", ""]]],
		["an event that has not ended", "data: a\n", []],
	])("%s", (_name, text, events) => {
		expect(parse(text)).toEqual(events);
	});

	test("pieces may end anywhere", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 20 }), (cuts) => {
				const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
				expect(parse(...at.slice(1).map((end, index) => STREAM.slice(at[index], end)))).toEqual(EVENTS);
			}),
		);
	});

	test("a line without an end is not collected for ever", () => {
		const parser = new EventParser(() => {});
		expect(() => {
			for (let i = 0; i < 100; i++) parser.push("x".repeat(1000));
		}).toThrow("no stream of events");
	});
});
