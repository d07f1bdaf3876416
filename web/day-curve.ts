/** A stretch of time and the power in it. */
export type Bucket = { readonly index: number; sumW: number; count: number };

/** The curve as a chart wants it: times in seconds since 1970, null where nothing is known. */
export type CurvePoints = {
	readonly timesS: number[];
	readonly importW: (number | null)[];
	readonly exportW: (number | null)[];
};

/** What there is to say of a curve. */
export type CurveSummary = {
	readonly fromMs: number;
	readonly lowW: number;
	readonly highW: number;
	readonly meanW: number;
};

const MAX_BUCKETS = 1440;
const FIRST_WIDTH_S = 2;

/**
 * The power of one day in a bounded number of buckets: when they are used up, they become twice as wide. A day of readings
 * each second ends with buckets of 64 s, and takes no more memory than its first hour.
 */
export class DayCurve {
	#buckets: Bucket[] = [];
	#widthS = FIRST_WIDTH_S;
	#dayStartMs = 0;
	#dayEndMs = 0;

	/** Adds a power at a time: times do not go back. @param powerW - from the grid; negative to the grid. */
	add(timeMs: number, powerW: number): void {
		if (timeMs < this.#dayStartMs || timeMs >= this.#dayEndMs) this.#beginDay(timeMs);
		const index = Math.floor(timeMs / 1000 / this.#widthS);
		const last = this.#buckets.at(-1);
		if (last !== undefined && index <= last.index) {
			last.sumW += powerW;
			last.count++;
			return;
		}
		this.#buckets.push({ index, sumW: powerW, count: 1 });
		if (this.#buckets.length > MAX_BUCKETS) this.#widen();
	}

	/**
	 * Adds a stretch of which the mean is known, as far as it is of the day of `nowMs` and behind what is there already.
	 * @param endMs - not included. */
	addStretch(startMs: number, endMs: number, powerW: number, nowMs: number): void {
		const last = this.#buckets.at(-1);
		const knownMs = last === undefined ? 0 : (last.index + 1) * this.#widthS * 1000;
		const midnight = new Date(nowMs);
		midnight.setHours(0, 0, 0, 0);
		const fromMs = Math.max(startMs, knownMs, midnight.getTime());
		// The buckets become wider on the way.
		for (let timeMs = fromMs; timeMs < Math.min(endMs, nowMs); timeMs += this.#widthS * 1000) this.add(timeMs, powerW);
	}

	/** How many buckets there are. */
	get length(): number {
		return this.#buckets.length;
	}

	/** @param gapS - longer silence is a gap in the curve, not a straight line. */
	points(gapS: number): CurvePoints {
		const timesS: number[] = [];
		const powerW: (number | null)[] = [];
		const gapBuckets = Math.max(2, Math.ceil(gapS / this.#widthS) + 1);
		let before: number | undefined;
		for (const { index, sumW, count } of this.#buckets) {
			if (before !== undefined && index - before > gapBuckets) {
				timesS.push((before + 1) * this.#widthS);
				powerW.push(null);
			}
			timesS.push((index + 0.5) * this.#widthS);
			powerW.push(sumW / count);
			before = index;
		}
		return { timesS, importW: oneSide(powerW, 1), exportW: oneSide(powerW, -1) };
	}

	/** Undefined while the curve is empty. The mean is over time, so buckets count alike. */
	get summary(): CurveSummary | undefined {
		const first = this.#buckets[0];
		if (first === undefined) return undefined;
		let lowW = Number.POSITIVE_INFINITY;
		let highW = Number.NEGATIVE_INFINITY;
		let sumW = 0;
		for (const bucket of this.#buckets) {
			const powerW = bucket.sumW / bucket.count;
			lowW = Math.min(lowW, powerW);
			highW = Math.max(highW, powerW);
			sumW += powerW;
		}
		// The first bucket of a day may begin before it.
		const fromMs = Math.max(first.index * this.#widthS * 1000, this.#dayStartMs);
		return { fromMs, lowW, highW, meanW: sumW / this.#buckets.length };
	}

	/** Means of longer stretches, the latest first; those without readings are left out. @param stretchS - of each. */
	means(stretchS: number): { readonly startMs: number; readonly powerW: number }[] {
		const means: { startMs: number; powerW: number; count: number }[] = [];
		for (const { index, sumW, count } of this.#buckets) {
			const startMs = Math.floor((index * this.#widthS) / stretchS) * stretchS * 1000;
			let mean = means[0];
			if (mean?.startMs !== startMs) {
				mean = { startMs, powerW: 0, count: 0 };
				means.unshift(mean);
			}
			mean.count++;
			mean.powerW += (sumW / count - mean.powerW) / mean.count;
		}
		return means;
	}

	#beginDay(timeMs: number): void {
		const start = new Date(timeMs);
		start.setHours(0, 0, 0, 0);
		this.#dayStartMs = start.getTime();
		// Midnight of the next day: a day may have 23 or 25 hours.
		start.setDate(start.getDate() + 1);
		this.#dayEndMs = start.getTime();
		this.#buckets = [];
		this.#widthS = FIRST_WIDTH_S;
	}

	#widen(): void {
		this.#widthS *= 2;
		const wide: Bucket[] = [];
		for (const { index, sumW, count } of this.#buckets) {
			const half = Math.floor(index / 2);
			const last = wide.at(-1);
			if (last?.index === half) {
				last.sumW += sumW;
				last.count += count;
			} else wide.push({ index: half, sumW, count });
		}
		this.#buckets = wide;
	}
}

/** The values of one sign. Where the curve changes sides both are 0, so that there is no hole; elsewhere the other is null. */
function oneSide(powerW: readonly (number | null)[], sign: 1 | -1): (number | null)[] {
	const isHere = (index: number): boolean => (powerW[index] ?? 0) * sign > 0;
	return powerW.map((value, index) => {
		if (value === null || isHere(index)) return value;
		if (value === 0 && sign === 1) return 0;
		return isHere(index - 1) || isHere(index + 1) ? 0 : null;
	});
}
