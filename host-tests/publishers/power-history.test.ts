import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../src/core/json-writer.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { PowerHistoryApi, type PowerHistoryView } from "../../src/publishers/api/power-history.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeTcp } from "../support/fake-tcp.js";

type Run = { readonly startedAgoS: number; readonly powerW: readonly number[] };
type Body = { readonly intervalS: number; readonly runs: readonly Run[] };

/** Slots of 300 s from number `first` on; the last one is current, and began 12.345 s ago. */
function historyOf(powerW: readonly (number | undefined)[], first = 0): PowerHistoryView {
	const currentSlot = first + powerW.length - 1;
	return {
		slotMs: 300_000,
		firstSlot: first,
		currentSlot,
		meanW: (slot) => powerW[slot - first],
		startedAgoMs: (slot) => 12_345.6 + 300_000 * (currentSlot - slot),
	};
}

function bodyOf(history: PowerHistoryView, scratchBytes = 512, outputBytes = 1024, roomBytes?: number): Body {
	const tcp = new FakeTcp();
	const clock = new FakeClock();
	const faults: string[] = [];
	const server = new HttpServer({
		openListener: tcp.open,
		port: 80,
		router: new Router({ resources: [new PowerHistoryApi(history, new JsonWriter(new Uint8Array(scratchBytes)))] }),
		clock,
		timers: clock,
		limits: { outputBytes },
		onError: (code, detail) => faults.push(`${code}: ${detail}`),
		onFault: (where, error) => faults.push(`${where}: ${String(error)}`),
	});
	const peer = tcp.connect(roomBytes);
	// HTTP/1.0: no chunks in the body.
	peer.send("GET /api/v1/history/power HTTP/1.0\r\n\r\n");
	for (let i = 0; i < 500 && roomBytes !== undefined; i++) peer.take(roomBytes);
	server.close();
	expect(faults).toEqual([]);
	return JSON.parse(peer.received.split("\r\n\r\n")[1] ?? "");
}

/** What the runs say, as the history had it. */
function slotsOf({ runs }: Body, history: PowerHistoryView): (number | undefined)[] {
	const slots = new Array<number | undefined>(history.currentSlot - history.firstSlot + 1).fill(undefined);
	for (const { startedAgoS, powerW } of runs) {
		const at = history.currentSlot - history.firstSlot - Math.round((startedAgoS - 12.345) / 300);
		for (const [i, watts] of powerW.entries()) slots[at + i] = watts;
	}
	return slots;
}

describe("/api/v1/history/power", () => {
	test("runs without a gap, each with how long ago it began", () => {
		expect(bodyOf(historyOf([100, -200, undefined, 0, undefined]))).toEqual({
			intervalS: 300,
			runs: [
				{ startedAgoS: 1212.345, powerW: [100, -200] },
				{ startedAgoS: 312.345, powerW: [0] },
			],
		});
	});

	test.each([[[undefined]], [[undefined, undefined, undefined]]])("nothing yet: no runs (%j)", (powerW) => {
		expect(bodyOf(historyOf(powerW))).toEqual({ intervalS: 300, runs: [] });
	});

	test("whatever is there and however little the peer takes, it is JSON and all of it", () => {
		const slot = fc.option(fc.integer({ min: -99_999, max: 99_999 }), { nil: undefined, freq: 3 });
		fc.assert(
			fc.property(
				fc.array(slot, { minLength: 1, maxLength: 300 }),
				fc.integer({ min: 128, max: 600 }),
				fc.integer({ min: 100, max: 2000 }),
				(powerW, scratchBytes, roomBytes) => {
					const history = historyOf(powerW, 4711);
					expect(slotsOf(bodyOf(history, scratchBytes, 600, roomBytes), history)).toEqual(powerW);
				},
			),
			{ numRuns: 200 },
		);
	});
});
