import type { Random } from "../../../ports/clock.js";

function mix(word: number): number {
	let h = word;
	h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
	h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
	return h ^ (h >>> 16);
}

/**
 * A number that looks random but belongs to its place: the same for the same seed, stream and index.
 * @param stream - Keeps the numbers of one purpose apart from those of another.
 * @returns 0 to 1, 1 excluded.
 */
export function randomAt(seed: number, stream: number, index: number): number {
	return (mix(mix(mix(seed | 0) + stream) + (index | 0)) >>> 0) / 2 ** 32;
}

/** A smooth curve through random values. @param periodS - Seconds from one value to the next. @returns -1 to 1. */
export function wander(seed: number, stream: number, timeS: number, periodS: number): number {
	const index = Math.floor(timeS / periodS);
	const share = timeS / periodS - index;
	const from = randomAt(seed, stream, index);
	const to = randomAt(seed, stream, index + 1);
	return 2 * (from + (to - from) * share * share * (3 - 2 * share)) - 1;
}

/** A sequence of numbers that its seed and stream decide. */
export function seededRandom(seed: number, stream: number): Random {
	let index = 0;
	return () => randomAt(seed, stream, index++);
}
