import { describe, expect, test } from "vitest";
import { GuessLimiter, MAX_ADDRESSES } from "../../../src/services/access/guess-limiter.js";
import { FakeClock } from "../../support/fake-clock.js";

const MINUTE_MS = 60_000;

function limiter(): { clock: FakeClock; limiter: GuessLimiter } {
	const clock = new FakeClock();
	clock.advance(123);
	return { clock, limiter: new GuessLimiter(clock) };
}

/** Seconds that one address waits after each of its mistakes, when it always guesses as soon as it may. */
function waitsOf(mistakes: number): number[] {
	const { clock, limiter: it } = limiter();
	// Not held up by what all addresses share.
	it.right("a");
	return Array.from({ length: mistakes }, () => {
		it.wrong("a");
		const waitMs = it.waitMs("a");
		clock.advance(waitMs);
		expect(it.waitMs("a")).toBe(0);
		return waitMs / 1000;
	});
}

describe("GuessLimiter", () => {
	test("one address: three mistakes are free, then the wait doubles, up to five minutes", () => {
		expect(waitsOf(14)).toEqual([0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
	});

	test("does not overflow, however many mistakes there are", () => {
		expect(waitsOf(2000).at(-1)).toBe(300);
	});

	test("the right password clears what was before", () => {
		const { clock, limiter: it } = limiter();
		for (let i = 0; i < 5; i++) it.wrong("a");
		clock.advance(it.waitMs("a"));
		it.right("a");
		for (let i = 0; i < 3; i++) it.wrong("a");
		expect(it.waitMs("a")).toBe(0);
	});

	test("half an hour without a mistake clears it, less does not", () => {
		for (const [minutes, expected] of [
			[29, 2000],
			[31, 0],
		] as const) {
			const { clock, limiter: it } = limiter();
			for (let i = 0; i < 4; i++) it.wrong("a");
			clock.advance(minutes * MINUTE_MS);
			it.wrong("a");
			expect(it.waitMs("a")).toBe(expected);
		}
	});

	test("one address does not make another wait before ten mistakes of all", () => {
		const { limiter: it } = limiter();
		for (let i = 0; i < 10; i++) it.wrong(`10.0.0.${i}`);
		expect(it.waitMs("192.0.2.1")).toBe(0);
		it.wrong("10.0.0.99");
		expect(it.waitMs("192.0.2.1")).toBe(1000);
	});

	test("many addresses share their mistakes: at most two guesses a minute in the long run", () => {
		const { clock, limiter: it } = limiter();
		let guesses = 0;
		for (let address = 0; clock.monotonicMs() < 60 * MINUTE_MS; address++) {
			const waitMs = it.waitMs(`10.1.${address >> 8}.${address & 255}`);
			if (waitMs > 0) {
				clock.advance(waitMs);
				continue;
			}
			it.wrong(`10.1.${address >> 8}.${address & 255}`);
			guesses++;
		}
		expect(guesses).toBeLessThan(10 + 5 + 120 + 1);
	});

	test("an address that was right before is not made to wait by others, only by itself", () => {
		const { limiter: it } = limiter();
		it.right("192.0.2.1");
		for (let i = 0; i < 1000; i++) it.wrong(`10.0.${i >> 8}.${i & 255}`);
		expect(it.waitMs("192.0.2.1")).toBe(0);
		expect(it.waitMs("192.0.2.2")).toBe(30_000);
		for (let i = 0; i < 4; i++) it.wrong("192.0.2.1");
		expect(it.waitMs("192.0.2.1")).toBe(1000);
	});

	test("of 10,000 addresses that were wrong the last 16 are remembered", () => {
		const { limiter: it } = limiter();
		for (let i = 0; i < 10_000; i++) it.wrong(String(i));
		for (let i = 1; i <= MAX_ADDRESSES; i++) expect(it.wrong(String(10_000 - i))).toBe(2);
		expect(it.wrong(String(10_000 - MAX_ADDRESSES - 1))).toBe(1);
	});

	test("of 10,000 addresses that were right 4 are trusted, so that there is room for 12 others", () => {
		const { limiter: it } = limiter();
		for (let i = 0; i < 10_000; i++) it.right(String(i));
		for (let round = 1; round <= 2; round++) {
			for (let i = 1; i <= MAX_ADDRESSES - 4; i++) expect(it.wrong(`other ${i}`)).toBe(round);
		}
		it.wrong("one more");
		expect(it.wrong("other 1")).toBe(1);
	});

	test("the address that was quiet for longest is forgotten first", () => {
		const { clock, limiter: it } = limiter();
		for (let i = 0; i < 4; i++) it.wrong("first");
		for (let i = 0; i < MAX_ADDRESSES - 2; i++) {
			clock.advance(10);
			it.wrong(`other ${i}`);
		}
		clock.advance(10);
		expect(it.wrong("first")).toBe(5);
		it.wrong("one more");
		it.wrong("and one more");
		expect(it.wrong("first")).toBe(6);
		expect(it.wrong("other 0")).toBe(1);
	});
});
