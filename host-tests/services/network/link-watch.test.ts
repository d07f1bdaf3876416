import { describe, expect, test } from "vitest";
import { LinkWatch, LOOK_MS, SILENT_LOOKS } from "../../../src/services/network/link-watch.js";
import { SUSPECT_PAUSE_MS } from "../../../src/services/network/network.js";
import type { FakeAccessPoint } from "../../support/fake-air.js";
import { NetworkBench } from "../../support/network-bench.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From when nothing passes any more: what is under way, an answer from before, and the silence itself. */
const NOTICED_MS = (SILENT_LOOKS + 3) * LOOK_MS;

class WatchBench extends NetworkBench {
	readonly home: FakeAccessPoint = this.air.add();
	/** As the sockets count it. */
	received = 0;

	constructor() {
		super();
		new LinkWatch({ network: this.network, timers: this.clock, received: () => this.received });
		this.connect();
		this.clock.advance(HOUR_MS);
	}

	/** Attempts to join since the start; the first one is that of the start. */
	get joins(): number {
		return this.network.record.counters.attempts;
	}

	/** A page is polled this often; nothing else comes in. */
	poll(everyMs: number): void {
		this.clock.every(everyMs, () => {
			if (this.network.state === "connected" && this.home.state.isCarrying) this.received++;
		});
	}
}

describe("linkWatch", () => {
	test.each([
		["the page is polled now and then", (bench: WatchBench) => bench.poll(7 * HOUR_MS)],
		["nobody asks for anything", () => {}],
		[
			"the page is polled each minute, and no gateway answers",
			(bench: WatchBench) => {
				bench.home.set({ hasGateway: false });
				bench.poll(60_000);
			},
		],
	])("a month without a broker, where %s: the link is left alone", (_name, prepare) => {
		const bench = new WatchBench();
		prepare(bench);
		bench.clock.advance(30 * DAY_MS);
		expect([bench.joins, bench.events]).toEqual([1, ["connected 192.168.1.50"]]);
	});

	test("a gateway that never answers is not missed", () => {
		const bench = new NetworkBench();
		bench.air.add({ hasGateway: false });
		new LinkWatch({ network: bench.network, timers: bench.clock, received: () => 0 });
		bench.connect();
		bench.clock.advance(30 * DAY_MS);
		expect(bench.network.record.counters.attempts).toBe(1);
	});

	test("a link on which nothing passes is made anew within minutes", () => {
		const bench = new WatchBench();
		bench.poll(30_000);
		bench.clock.advance(HOUR_MS);
		bench.home.set({ isCarrying: false });
		expect(bench.until(() => bench.network.state !== "connected", HOUR_MS)).toBeLessThanOrEqual(NOTICED_MS);
		// The access point had forgotten the key, for example: joining puts it right.
		bench.home.set({ isCarrying: true });
		bench.connect();
		bench.clock.advance(DAY_MS);
		expect(bench.joins).toBe(2);
	});

	test("also where nobody was ever heard but the gateway", () => {
		const bench = new WatchBench();
		bench.home.set({ isCarrying: false });
		expect(bench.until(() => bench.network.state !== "connected", HOUR_MS)).toBeLessThanOrEqual(NOTICED_MS);
	});

	test("joining that does not help is tried once an hour, no more", () => {
		const bench = new WatchBench();
		bench.home.set({ isCarrying: false });
		bench.clock.advance(7 * DAY_MS);
		const perWeek = bench.joins - 1;
		expect(perWeek).toBeLessThanOrEqual((7 * DAY_MS) / SUSPECT_PAUSE_MS);
		expect(perWeek).toBeGreaterThan(150);
	});

	test("a lost question or four are no silence", () => {
		const bench = new WatchBench();
		for (let i = 0; i < 100; i++) {
			bench.home.set({ hasGateway: false });
			bench.clock.advance((SILENT_LOOKS - 1) * LOOK_MS);
			bench.home.set({ hasGateway: true });
			bench.clock.advance(2 * LOOK_MS);
		}
		expect(bench.joins).toBe(1);
	});

	test("a gateway that has gone, while the page is polled now and then: at most one needless join in an hour", () => {
		const bench = new WatchBench();
		bench.poll(20 * 60_000);
		bench.home.set({ hasGateway: false });
		bench.clock.advance(DAY_MS);
		expect(bench.joins - 1).toBeLessThanOrEqual(24);
	});
});
