import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureMessage, failureOf, reasonText } from "../../../src/services/network/reasons.js";
import { CALM_MS, GOOD_CONNECTION_MS, RECONNECT_MS, Reconnect } from "../../../src/services/network/reconnect.js";
import type { JoinFailure } from "../../../src/services/network/types.js";
import { seededRandom } from "../../support/fake-clock.js";

const ALL: readonly JoinFailure[] = [
	"wrong-password",
	"not-found",
	"refused",
	"no-answer",
	"no-address",
	"lost",
	"radio",
];

describe("reconnect", () => {
	test("delays grow from one second to a minute, with jitter, and no further", () => {
		fc.assert(
			fc.property(
				fc.integer(),
				fc.array(fc.constantFrom(...ALL), { minLength: 1, maxLength: 40 }),
				(seed, failures) => {
					const reconnect = new Reconnect(seededRandom(seed));
					failures.forEach((failure, index) => {
						const delayMs = reconnect.delayAfterMs(failure, 0, false);
						expect(delayMs).toBeGreaterThanOrEqual(RECONNECT_MS.firstMs);
						expect(delayMs).toBeLessThanOrEqual(RECONNECT_MS.capMs);
						if (!failures.includes("wrong-password")) {
							expect(delayMs).toBeLessThanOrEqual(RECONNECT_MS.firstMs * 2 ** (index + 1));
						}
					});
				},
			),
		);
	});

	test("the first attempt after a good connection comes at once, on its channel, once", () => {
		const reconnect = new Reconnect(() => 0.999);
		for (let i = 0; i < 20; i++) reconnect.delayAfterMs("not-found", 0, false);
		reconnect.onConnected("home", 11);
		expect(reconnect.delayAfterMs("lost", GOOD_CONNECTION_MS, true)).toBeLessThanOrEqual(600);
		expect([reconnect.channelFor("home"), reconnect.channelFor("home")]).toEqual([11, undefined]);
		expect(reconnect.delayAfterMs("not-found", 0, false)).toBeLessThanOrEqual(2000);
		reconnect.hurry();
		expect(reconnect.channelFor("other")).toBeUndefined();
	});

	test("a connection that did not last is no reason to hurry", () => {
		const reconnect = new Reconnect(() => 0.5);
		for (let i = 0; i < 20; i++) reconnect.delayAfterMs("lost", 0, false);
		reconnect.onConnected("home", 11);
		expect(reconnect.delayAfterMs("lost", GOOD_CONNECTION_MS - 1, false)).toBeGreaterThan(20_000);
		expect(reconnect.channelFor("home")).toBeUndefined();
	});

	test("two wrong passwords in a row go straight to the longest delays", () => {
		const reconnect = new Reconnect(() => 0);
		expect([1, 2, 3].map(() => reconnect.delayAfterMs("wrong-password", 0, false))).toEqual([1000, 30_000, 30_000]);
		reconnect.reset();
		expect(reconnect.delayAfterMs("wrong-password", 0, false)).toBe(1000);
	});

	test("beside a setup network there is a minute at least between two searches", () => {
		for (const draw of [0, 0.5, 0.999]) {
			const reconnect = new Reconnect(() => draw);
			for (let i = 0; i < 20; i++) {
				const delayMs = reconnect.delayAfterMs("not-found", 0, true);
				expect(delayMs).toBeGreaterThanOrEqual(CALM_MS);
				expect(delayMs).toBeLessThanOrEqual(2 * CALM_MS);
			}
		}
	});
});

describe("reason codes", () => {
	test.each<[number, JoinFailure]>([
		[15, "wrong-password"],
		[202, "wrong-password"],
		[204, "wrong-password"],
		[201, "not-found"],
		[210, "not-found"],
		[211, "not-found"],
		[5, "refused"],
		[203, "refused"],
		[2, "no-answer"],
		[4, "no-answer"],
		[39, "no-answer"],
		[205, "no-answer"],
		[0, "no-answer"],
		[999, "no-answer"],
	])("%i is %s", (reason, failure) => {
		expect(failureOf(reason)).toBe(failure);
	});

	test("each has plain words, short enough for the status", () => {
		for (let reason = 0; reason < 256; reason++) {
			expect(reasonText(reason)).toMatch(/^[a-z].{3,70}[^.]$/);
		}
		expect(reasonText(77)).toBe("reason 77");
	});

	test.each(ALL)("%s has a sentence that says what a person can do", (failure) => {
		expect(failureMessage(failure)).toMatch(/^[A-Z].{20,}\.$/);
	});
});
