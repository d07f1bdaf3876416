import { describe, expect, test } from "vitest";
import { Terminal } from "../../../src/platform/node/log.js";

const CLEAR = "\r\u001b[2K";

function record(options: { isTTY?: boolean; columns?: number } = {}) {
	const written: string[] = [];
	const terminal = new Terminal({ ...options, write: (text) => written.push(text) });
	return { terminal, take: () => written.splice(0).join("") };
}

describe("terminal", () => {
	test("without a terminal: plain lines, no status line, nothing at the end", () => {
		const { terminal, take } = record();
		terminal.info("one");
		terminal.status("status");
		terminal.warn("two");
		terminal.end();
		expect(take()).toBe("one\nwarning: two\n");
	});

	test("on a terminal: the status line stays below the lines and changes in place", () => {
		const { terminal, take } = record({ isTTY: true });
		terminal.status("a");
		expect(take()).toBe(`${CLEAR}a`);
		terminal.info("line");
		expect(take()).toBe(`${CLEAR}line\na`);
		terminal.status("a");
		expect(take()).toBe("");
		terminal.status("b");
		expect(take()).toBe(`${CLEAR}b`);
		terminal.end();
		terminal.info("after");
		expect(take()).toBe("\nafter\n");
	});

	test("a status line never wraps", () => {
		const { terminal, take } = record({ isTTY: true, columns: 10 });
		terminal.status("0123456789abc");
		expect(take()).toBe(`${CLEAR}012345678`);
	});

	test("what comes from outside cannot move the cursor or add lines", () => {
		const { terminal, take } = record({ isTTY: true });
		terminal.info("a\u001b[2Jb\r\nc\u009bd\u202ee");
		expect(take()).toBe("a?[2Jb??c?d?e\n");
	});
});
