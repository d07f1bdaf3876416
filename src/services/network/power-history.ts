import type { KeyValueStore } from "../../ports/key-value-store.js";
import { COUNT_MAX, NO_HISTORY, POWER_STEPS_DBM, type PowerHistory, stepAtMost } from "./power-policy.js";

/** Key of the history in the store. */
export const POWER_HISTORY_KEY = "wifiPower";
const FORM = 1;

/** What the store says; a history that is absent or damaged is none. */
export function readPowerHistory(store: KeyValueStore): PowerHistory {
	const text = store.read(POWER_HISTORY_KEY);
	if (text === undefined || text.length > 100) return NO_HISTORY;
	const [form, ceilingDbm, inForceDbm, brownOuts, chipCount, goodHours, patienceDays, ...rest] = text
		.split(" ")
		.map(Number);
	if (form !== FORM || rest.length > 0 || !isStep(ceilingDbm) || !isStep(inForceDbm)) return NO_HISTORY;
	if (!isCount(brownOuts) || !isCount(chipCount) || !isCount(goodHours) || !isCount(patienceDays)) return NO_HISTORY;
	return patienceDays === 0 ? NO_HISTORY : { ceilingDbm, inForceDbm, brownOuts, chipCount, goodHours, patienceDays };
}

/** One write. @throws what the store throws. */
export function writePowerHistory(store: KeyValueStore, history: PowerHistory): void {
	const { ceilingDbm, inForceDbm, brownOuts, chipCount, goodHours, patienceDays } = history;
	const fields = [FORM, ceilingDbm, inForceDbm, brownOuts, chipCount, goodHours, patienceDays];
	store.write(POWER_HISTORY_KEY, fields.join(" "));
}

function isStep(value: number | undefined): value is number {
	return value !== undefined && POWER_STEPS_DBM.includes(value) && stepAtMost(value) === value;
}

function isCount(value: number | undefined): value is number {
	return value !== undefined && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX;
}
