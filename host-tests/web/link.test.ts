import { beforeEach, describe, expect, test } from "vitest";
import { Link } from "../../web/link.js";
import { parseStatus } from "../../web/status.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeDongle } from "./support/fake-dongle.js";
import { statusText } from "./support/reading-text.js";

let clock: FakeClock;
let dongle: FakeDongle;
let link: Link;
/** What the page was told, in order. */
let told: string[];

/** Lets answers arrive. */
async function settle(): Promise<void> {
	for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Time passes; what is answered meanwhile arrives. */
async function pass(durationMs: number): Promise<void> {
	for (let ms = 0; ms < durationMs; ms += 100) {
		clock.advance(100);
		await settle();
	}
}

async function start(): Promise<void> {
	link.start();
	await settle();
}

function statusOf(sequence: number): void {
	dongle.status = parseStatus(statusText({ reading: { sequence, ageS: 0.5, stale: false, pushIntervalS: 2 } }));
}

beforeEach(() => {
	clock = new FakeClock();
	dongle = new FakeDongle();
	told = [];
	link = new Link({
		dongle,
		clock,
		timers: clock,
		onState: (state) => told.push(state),
		onReading: (text, sequence, isPushed) => told.push(`${text} ${sequence} ${isPushed ? "pushed" : "there before"}`),
		onStatus: () => {},
	});
});

describe("a dongle with a stream", () => {
	test("readings come by it; the first one may have been there for a while", async () => {
		await start();
		dongle.stream.onReading("a", 1);
		dongle.stream.onReading("b", 2);
		expect(told).toEqual(["polling", "streaming", "a 1 there before", "b 2 pushed"]);
		expect(dongle.etags).toEqual([]);
	});

	test("the status is asked for every ten seconds", async () => {
		await start();
		expect(dongle.statusCount).toBe(1);
		for (let second = 0; second < 60; second++) {
			dongle.stream.onReading("a", 1);
			await pass(1000);
		}
		expect(dongle.statusCount).toBe(7);
		expect(dongle.opened).toHaveLength(1);
	});

	test("when it ends and the dongle is there, it is opened again", async () => {
		await start();
		dongle.stream.onError();
		await pass(1000);
		expect(dongle.opened).toHaveLength(2);
		expect(told).toEqual(["polling", "streaming", "polling", "streaming"]);
	});

	test("one that says nothing although new telegrams are counted is opened again", async () => {
		await start();
		dongle.stream.onReading("a", 1);
		statusOf(9);
		await pass(10_000);
		expect(dongle.opened).toHaveLength(1);
		statusOf(19);
		await pass(10_000);
		expect(dongle.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
		dongle.stream.onReading("b", 19);
		expect(told.at(-1)).toBe("b 19 there before");
	});

	test("one that is only a telegram behind is left alone", async () => {
		await start();
		for (let sequence = 1; sequence < 10; sequence++) {
			dongle.stream.onReading("a", sequence);
			statusOf(sequence + 1);
			await pass(10_000);
		}
		expect(dongle.opened).toHaveLength(1);
	});

	test("a meter that is silent is no reason to open it again", async () => {
		await start();
		dongle.stream.onReading("a", 1);
		await pass(300_000);
		expect(dongle.opened).toHaveLength(1);
		expect(told.at(-1)).toBe("a 1 there before");
	});
});

describe("a dongle that is gone", () => {
	test("the page says so once, asks again with growing pauses of at most ten seconds, and goes on when it is back", async () => {
		await start();
		dongle.status = undefined;
		dongle.streams = "refused";
		dongle.stream.onError();
		await pass(400);
		expect(told).toEqual(["polling", "streaming", "polling", "lost"]);
		const before = dongle.statusCount;
		await pass(60_000);
		expect(dongle.statusCount - before).toBe(8);
		expect(told.at(-1)).toBe("lost");
		expect(dongle.opened).toHaveLength(1);
		statusOf(1);
		dongle.streams = "open";
		await pass(10_000);
		expect(told.slice(4)).toEqual(["polling", "streaming"]);
	});

	test("one that does not break the connection is found out by the heartbeat", async () => {
		await start();
		dongle.status = undefined;
		await pass(10_000);
		expect(told.at(-1)).toBe("lost");
		expect(dongle.opened.every(({ isClosed }) => isClosed)).toBe(true);
	});

	test("from the start", async () => {
		dongle.status = undefined;
		await start();
		expect(told).toEqual(["lost"]);
	});

	test("whoever looks at the page again need not wait", async () => {
		dongle.status = undefined;
		await start();
		await pass(30_000);
		statusOf(1);
		link.wake();
		await settle();
		expect(told).toEqual(["lost", "polling", "streaming"]);
	});

	test("nothing is asked twice at once", async () => {
		link.start();
		link.wake();
		link.wake();
		await settle();
		expect(dongle.statusCount).toBe(1);
	});
});

describe("a dongle whose streams are taken", () => {
	beforeEach(() => {
		dongle.streams = "refused";
	});

	test("readings are polled at the meter's pace, with what is known of them", async () => {
		await start();
		expect(told).toEqual(["polling", "first undefined there before"]);
		dongle.reading = { kind: "unchanged" };
		await pass(2000);
		dongle.reading = { kind: "reading", text: "second", etag: '"2"' };
		await pass(2000);
		expect(told.at(-1)).toBe("second undefined there before");
		await pass(2000);
		expect(dongle.etags).toEqual([undefined, '"1"', '"1"', '"2"']);
	});

	test.each([
		["a meter that is fast", 0.05, 1000],
		["a meter that is slow", 300, 10_000],
		["a meter whose pace is not known", undefined, 5000],
	])("within bounds: %s", async (_name, pushIntervalS, pollMs) => {
		dongle.status = parseStatus(statusText({ reading: { sequence: 1, ageS: 0, stale: false, pushIntervalS } }));
		await start();
		const before = dongle.etags.length;
		await pass(20_000);
		expect(dongle.etags.length - before).toBe(20_000 / pollMs);
	});

	test("the stream is tried again every half minute", async () => {
		await start();
		await pass(29_000);
		expect(dongle.opened).toHaveLength(1);
		dongle.streams = "open";
		await pass(3000);
		expect(told.at(-1)).toBe("streaming");
		const polled = dongle.etags.length;
		await pass(20_000);
		expect(dongle.etags).toHaveLength(polled);
	});

	test("a poll that fails asks for the status at once", async () => {
		await start();
		dongle.reading = { kind: "failed" };
		dongle.status = undefined;
		await pass(2100);
		expect(told.at(-1)).toBe("lost");
	});

	test("there is nothing to poll before the first telegram", async () => {
		dongle.status = parseStatus(statusText());
		await start();
		await pass(9000);
		expect(dongle.etags).toEqual([]);
		statusOf(1);
		await pass(6000);
		expect(dongle.etags.length).toBeGreaterThan(0);
	});
});

describe("a dongle that wants a password", () => {
	test("is locked, and opens as soon as the page has it", async () => {
		dongle.status = "locked";
		await start();
		expect(told).toEqual(["locked"]);
		statusOf(1);
		link.wake();
		await settle();
		expect(told).toEqual(["locked", "polling", "streaming"]);
	});

	test("a session that ends locks it again", async () => {
		await start();
		dongle.status = "locked";
		await pass(10_000);
		expect(told.at(-1)).toBe("locked");
		expect(dongle.opened.every(({ isClosed }) => isClosed)).toBe(true);
	});
});

describe("close", () => {
	test("ends everything, timers included, also in the middle of a question", async () => {
		await start();
		link.wake();
		link.close();
		link.close();
		dongle.status = undefined;
		await pass(60_000);
		expect(told).toEqual(["polling", "streaming"]);
		expect(clock.timerCount).toBe(0);
		expect(dongle.opened.every(({ isClosed }) => isClosed)).toBe(true);
	});
});
