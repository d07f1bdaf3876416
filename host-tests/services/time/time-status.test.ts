import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { TimeStatus } from "../../../src/services/time/time-status.js";
import { TimeBench } from "../../support/time-bench.js";

function statusOf(time: TimeBench): unknown {
	const bytes = new Uint8Array(512);
	const writer = new JsonWriter(bytes);
	const clock = { monotonicMs: () => time.clock.monotonicMs(), utcMs: () => time.wall.utcMs };
	new TimeStatus(time.keeper, clock).writeStatus(writer);
	expect(writer.overflowed).toBe(false);
	return JSON.parse(Buffer.from(bytes.subarray(0, writer.length)).toString());
}

describe("the status of the time", () => {
	test("says that nothing is known", () => {
		const time = new TimeBench({ startUtcMs: Date.UTC(2027, 0, 1) });
		expect(statusOf(time)).toEqual({ source: "none", meterClock: "absent", server: "off", steps: 0 });
	});

	test("says by how much a meter is wrong that the time server contradicts", () => {
		const meter = { fixedMinutes: 60, aheadMs: -3_600_000 };
		const time = new TimeBench({ startUtcMs: Date.UTC(2027, 0, 1), meter, profile: "se", hasServer: true });
		time.telegrams(60_000);
		expect(statusOf(time)).toEqual({
			utc: "2027-01-01T00:01:00Z",
			source: "server",
			meterClock: "wrong",
			meterAheadS: expect.closeTo(-3600, -1),
			server: "answered",
			serverFailures: 0,
			serverAgeS: 51,
			steps: 0,
		});
	});
});
