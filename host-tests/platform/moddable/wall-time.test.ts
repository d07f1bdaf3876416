import { describe, expect, test } from "vitest";
import { WallTime } from "../../../src/platform/moddable/wall-time.js";
import { FakeClock } from "../../support/fake-clock.js";

const NOON = Date.UTC(2027, 0, 1, 12);

function setUp(): { readonly clock: FakeClock; readonly wall: WallTime } {
	const clock = new FakeClock();
	clock.advance(1234);
	return { clock, wall: new WallTime(() => clock.monotonicMs()) };
}

describe("wallTime", () => {
	test("is unknown until it is set, and then goes on by itself", () => {
		const { clock, wall } = setUp();
		expect(wall.utcMs).toBeUndefined();
		wall.setUtcMs(NOON);
		expect(wall.utcMs).toBe(NOON);
		clock.advance(60_000);
		expect(wall.utcMs).toBe(NOON + 60_000);
	});

	test("goes forward at once", () => {
		const { wall } = setUp();
		wall.setUtcMs(NOON);
		wall.setUtcMs(NOON + 90_000);
		expect(wall.utcMs).toBe(NOON + 90_000);
	});

	test("stands still instead of going back by a minute, until the old time is reached", () => {
		const { clock, wall } = setUp();
		wall.setUtcMs(NOON);
		wall.setUtcMs(NOON - 60_000);
		expect(wall.utcMs).toBe(NOON);
		clock.advance(59_000);
		expect(wall.utcMs).toBe(NOON);
		clock.advance(2_000);
		expect(wall.utcMs).toBe(NOON + 1_000);
	});

	test("a clock that stands still and is set forward again goes on", () => {
		const { clock, wall } = setUp();
		wall.setUtcMs(NOON);
		wall.setUtcMs(NOON - 60_000);
		wall.setUtcMs(NOON + 5_000);
		clock.advance(1_000);
		expect(wall.utcMs).toBe(NOON + 6_000);
	});

	test("many small corrections back never add up to a step back", () => {
		const { clock, wall } = setUp();
		wall.setUtcMs(NOON);
		let shownMs = NOON;
		for (let i = 0; i < 100; i++) {
			clock.advance(1_000);
			wall.setUtcMs((wall.utcMs ?? 0) - 3_000);
			expect(wall.utcMs).toBeGreaterThanOrEqual(shownMs);
			shownMs = wall.utcMs ?? 0;
		}
	});

	test("goes back at once by an hour", () => {
		const { wall } = setUp();
		wall.setUtcMs(NOON);
		wall.setUtcMs(NOON - 3_600_000);
		expect(wall.utcMs).toBe(NOON - 3_600_000);
	});
});
