/**
 * How strongly the radio sends, so that a P1 port's 250 mA are enough: it starts low, goes up one step at a time and only
 * when the link needs it, never above a ceiling, and a brown-out lowers that ceiling for days. Pure functions; the figures
 * are estimates until a board has been measured (docs/hardware-checklist.md, E).
 */

/** What the driver really has, below 20 dBm. @see ESP-IDF v6.0 esp_wifi_set_max_tx_power */
export const POWER_STEPS_DBM: readonly number[] = Object.freeze([2, 5, 7, 8.5, 11, 13, 14, 15, 16.5, 18, 20]);

/** Where each start begins: enough for a good link, and half the amplitude of the usual 15 dBm. */
const START_DBM = 8.5;
const HIGHEST_DBM = 20;
const HOURS_PER_DAY = 24;
/** Days without a brown-out for a step up; doubles when one comes before they are over, since a step that failed will fail again. */
const FIRST_PATIENCE_DAYS = 7;
const LONGEST_PATIENCE_DAYS = 56;
/** Failures of which each may have had another cause than our power: this many for a step. */
const DOUBTFUL_FAILURES_PER_STEP = 3;

/** What a dongle remembers of its supply; kept in flash, so that neither a restart nor a power cut loses it. */
export type PowerHistory = {
	/** What the brown-outs leave of the power: a step, 20 with none. */
	readonly ceilingDbm: number;
	/** In force now, and so what a brown-out that comes would be due to. */
	readonly inForceDbm: number;
	/** Brown-outs in the life of the dongle. */
	readonly brownOuts: number;
	/** The chip's own count when it was last read: it starts over with a power cut. */
	readonly chipCount: number;
	/** Since the last brown-out or step up. */
	readonly goodHours: number;
	readonly patienceDays: number;
};

/** No count goes beyond this: a chip that counts nonsense must not cost the history. */
export const COUNT_MAX = 1_000_000_000;

export const NO_HISTORY: PowerHistory = Object.freeze({
	ceilingDbm: HIGHEST_DBM,
	inForceDbm: HIGHEST_DBM,
	brownOuts: 0,
	chipCount: 0,
	goodHours: 0,
	patienceDays: FIRST_PATIENCE_DAYS,
});

/** The highest step that is at most `powerDbm`; the lowest step for less. */
export function stepAtMost(powerDbm: number): number {
	let best = POWER_STEPS_DBM[0] as number;
	for (const step of POWER_STEPS_DBM) if (step <= powerDbm) best = step;
	return best;
}

/** One step down; the lowest stays. */
export function stepBelow(powerDbm: number): number {
	let below = POWER_STEPS_DBM[0] as number;
	for (const step of POWER_STEPS_DBM) if (step < powerDbm) below = step;
	return below;
}

/** One step up, at most `ceilingDbm`. */
export function stepAbove(powerDbm: number, ceilingDbm: number): number {
	for (const step of POWER_STEPS_DBM) if (step > powerDbm) return Math.min(step, stepAtMost(ceilingDbm));
	return stepAtMost(ceilingDbm);
}

/**
 * The history as it is at a start. Each brown-out since the last one takes one step from what was in force when it came.
 * @param chipCount - the chip's brown-outs since the last power cut, this start included. */
export function afterStart(history: PowerHistory, chipCount: number): PowerHistory {
	if (chipCount > COUNT_MAX) return afterStart(history, COUNT_MAX);
	// A count below the one we know has started over: there was a power cut.
	const brownOuts = chipCount >= history.chipCount ? chipCount - history.chipCount : chipCount;
	if (brownOuts === 0) return history.chipCount === chipCount ? history : { ...history, chipCount };
	let ceilingDbm = Math.min(history.ceilingDbm, history.inForceDbm);
	for (let left = Math.min(brownOuts, POWER_STEPS_DBM.length); left > 0; left--) ceilingDbm = stepBelow(ceilingDbm);
	const isFirst = history.ceilingDbm === HIGHEST_DBM;
	const patienceDays = isFirst ? history.patienceDays : Math.min(2 * history.patienceDays, LONGEST_PATIENCE_DAYS);
	return {
		ceilingDbm,
		inForceDbm: history.inForceDbm,
		brownOuts: Math.min(history.brownOuts + brownOuts, COUNT_MAX),
		chipCount,
		goodHours: 0,
		patienceDays,
	};
}

/** The history after `hours` more without a brown-out: a step up when there have been enough. */
export function afterGoodHours(history: PowerHistory, hours: number): PowerHistory {
	if (history.ceilingDbm >= HIGHEST_DBM) return history;
	const goodHours = history.goodHours + hours;
	if (goodHours < history.patienceDays * HOURS_PER_DAY) return { ...history, goodHours };
	const ceilingDbm = stepAbove(history.ceilingDbm, HIGHEST_DBM);
	const patienceDays = ceilingDbm === HIGHEST_DBM ? FIRST_PATIENCE_DAYS : history.patienceDays;
	return { ...history, ceilingDbm, goodHours: 0, patienceDays };
}

/** What may be sent with: the owner's ceiling, and what the brown-outs leave of it. */
export function allowedDbm(history: PowerHistory, settingDbm: number): number {
	return stepAtMost(Math.min(history.ceilingDbm, settingDbm));
}

/** Where a start begins. */
export function startDbm(allowed: number): number {
	return Math.min(START_DBM, allowed);
}

/**
 * What a link needs. Access points send with up to 20 dBm: how weakly one is heard says how weakly it hears us.
 * @param rssiDbm - smoothed. */
export function neededDbm(rssiDbm: number): number {
	if (rssiDbm >= -62) return START_DBM;
	if (rssiDbm >= -68) return 11;
	if (rssiDbm >= -73) return 13;
	if (rssiDbm >= -78) return 15;
	return HIGHEST_DBM;
}

/**
 * Whether the latest of several failures in a row asks for more power.
 * @param isDoubtful - the failure has other causes more often: a wrong password, an access point that is off.
 * @param doubtfulInARow - this one included. */
export function asksForMore(isDoubtful: boolean, doubtfulInARow: number): boolean {
	return !isDoubtful || doubtfulInARow % DOUBTFUL_FAILURES_PER_STEP === 0;
}
