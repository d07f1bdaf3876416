import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Backoff } from "../../src/services/backoff.js";

const LIMITS = { firstMs: 1000, capMs: 60_000 };

describe("backoff", () => {
	test.each([
		{ name: "lowest", random: 0, expected: [1000, 1000, 1000, 1000, 1000, 1000, 1000] },
		{ name: "middle", random: 0.5, expected: [1500, 2500, 4500, 8500, 16_500, 30_500, 30_500] },
		{ name: "highest", random: 1, expected: [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000] },
	])("draws between the first delay and a ceiling that doubles: $name", ({ random, expected }) => {
		const backoff = new Backoff({ ...LIMITS, random: () => random });
		expect(expected.map(() => backoff.nextDelayMs())).toEqual(expected);
	});

	test("starts over after reset", () => {
		const backoff = new Backoff({ ...LIMITS, random: () => 1 });
		for (let i = 0; i < 10; i++) backoff.nextDelayMs();
		backoff.reset();
		expect(backoff.nextDelayMs()).toBe(2000);
	});

	test.each([
		{ random: 0, expected: 30_000 },
		{ random: 1, expected: 60_000 },
	])("after jumpToCap draws from half the cap to the cap: random $random", ({ random, expected }) => {
		const backoff = new Backoff({ ...LIMITS, random: () => random });
		backoff.jumpToCap();
		expect([backoff.nextDelayMs(), backoff.nextDelayMs()]).toEqual([expected, expected]);
		backoff.reset();
		expect(backoff.nextDelayMs()).toBeLessThanOrEqual(2000);
	});

	test("whatever is drawn, each delay is a whole number between the first delay and the cap", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 5000 }),
				fc.integer({ min: 2, max: 500 }),
				fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 50 }),
				(firstMs, factor, draws) => {
					const capMs = firstMs * factor;
					let at = 0;
					const backoff = new Backoff({ firstMs, capMs, random: () => draws[at++] ?? 0 });
					for (let i = 0; i < draws.length; i++) {
						const delayMs = backoff.nextDelayMs();
						expect(Number.isInteger(delayMs)).toBe(true);
						expect(delayMs).toBeGreaterThanOrEqual(firstMs);
						expect(delayMs).toBeLessThanOrEqual(capMs);
					}
				},
			),
		);
	});
});
