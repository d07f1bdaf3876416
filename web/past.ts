import type { DayCurve } from "./day-curve.js";
import { asObject, numberOf, parseObject } from "./json.js";

/** A stretch of time and the mean power in it. */
export type Stretch = { readonly startMs: number; readonly endMs: number; readonly powerW: number };

/** What the dongle remembers, at the time of its answer; undefined when it is not what it should be. @param nowMs - since 1970. */
export function parsePowerHistory(text: string, nowMs: number): readonly Stretch[] | undefined {
	const history = parseObject(text);
	const intervalS = numberOf(history, "intervalS");
	const runs = history?.runs;
	if (intervalS === undefined || intervalS <= 0 || !Array.isArray(runs)) return undefined;
	const stretches: Stretch[] = [];
	for (const run of runs) {
		const object = asObject(run);
		const startedAgoS = numberOf(object, "startedAgoS");
		const powers = object?.powerW;
		if (startedAgoS === undefined || !Array.isArray(powers)) return undefined;
		for (const [index, powerW] of powers.entries()) {
			if (typeof powerW !== "number") return undefined;
			const startMs = nowMs - 1000 * (startedAgoS - index * intervalS);
			stretches.push({ startMs, endMs: startMs + 1000 * intervalS, powerW });
		}
	}
	return stretches;
}

/** A gap that is worth a question: twice what one value of the dongle's is about. */
const GAP_MS = 600_000;
/** While the dongle is asked; it answers within seconds or not at all. */
const MAX_WAITING = 100;
/** All its connections may be in use for a moment. */
const MAX_TRIES = 5;

/**
 * Fills today's curve: with the readings as they come, and with what the dongle remembers of the time before the page was opened,
 * or was asleep.
 */
export class CurveFeed {
	readonly #curve: DayCurve;
	readonly #ask: () => Promise<string | undefined>;
	readonly #nowMs: () => number;
	#isAsking = false;
	#tries = 0;
	/** Readings that came since the dongle was asked, to be added behind what it says; undefined: nobody waits for that. */
	#waiting: { readonly timeMs: number; readonly powerW: number }[] | undefined;
	#askedMs = Number.NEGATIVE_INFINITY;
	#latestMs = Number.NEGATIVE_INFINITY;

	/** @param ask - for the JSON of what is remembered; never rejects. @param nowMs - since 1970. */
	constructor(curve: DayCurve, ask: () => Promise<string | undefined>, nowMs: () => number) {
		this.#curve = curve;
		this.#ask = ask;
		this.#nowMs = nowMs;
	}

	/** A reading has come. */
	add(powerW: number): void {
		const timeMs = this.#nowMs();
		void this.fill();
		if (this.#waiting === undefined) this.#addNow(timeMs, powerW);
		else if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ timeMs, powerW });
	}

	/** The dongle answers: what is missing before now is asked for. */
	async fill(): Promise<void> {
		const nowMs = this.#nowMs();
		const isDue = this.#waiting !== undefined || nowMs - Math.max(this.#askedMs, this.#latestMs) >= GAP_MS;
		if (this.#isAsking || !isDue) return;
		this.#isAsking = true;
		this.#askedMs = nowMs;
		const waiting = this.#waiting ?? [];
		this.#waiting = waiting;
		const text = await this.#ask();
		this.#isAsking = false;
		const answeredMs = this.#nowMs();
		const stretches = text === undefined ? undefined : parsePowerHistory(text, answeredMs);
		this.#tries++;
		// Asked again with the next reading or status.
		if (stretches === undefined && this.#tries < MAX_TRIES && waiting.length < MAX_WAITING) return;
		this.#tries = 0;
		for (const { startMs, endMs, powerW } of stretches ?? [])
			this.#curve.addStretch(startMs, endMs, powerW, answeredMs);
		this.#waiting = undefined;
		for (const { timeMs, powerW } of waiting) this.#addNow(timeMs, powerW);
	}

	#addNow(timeMs: number, powerW: number): void {
		this.#curve.add(timeMs, powerW);
		this.#latestMs = timeMs;
	}
}
