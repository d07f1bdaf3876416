import { type GridPhases, magnitudeOf, netOf, registerTotal } from "../../core/grid.js";
import type { Reading } from "../../core/reading.js";
import { type RegisterRow, type RegisterSource, rowOf } from "./register-map.js";

// Constants, as each evaluation of a text makes garbage where XS parses the source.
const SUM = "sum";
const SLOT = "slot";
const TOTAL = "total";
const NET = "net";
const MAGNITUDE = "magnitude";
const FACTOR = "factor";

/**
 * The value of a register in its own unit; NaN when the meter does not say. A phase that the house does not have reads 0, as
 * on an SDM630 with nothing at that terminal.
 * @param phases - have observed this reading.
 */
export function registerValue(row: RegisterRow, reading: Reading, phases: GridPhases): number {
	const { source, phase } = row;
	if (phase !== undefined && phases.isUnconnected(phase)) return source.kind === FACTOR ? Number.NaN : 0;
	return source.kind === SUM ? sumOf(source.of, reading, phases) : measured(source, reading);
}

function sumOf(addresses: readonly number[], reading: Reading, phases: GridPhases): number {
	let sum = 0;
	for (let i = 0; i < addresses.length; i++) {
		const row = rowOf(addresses[i] as number);
		sum += row === undefined ? Number.NaN : registerValue(row, reading, phases);
	}
	return sum;
}

function measured(source: Exclude<RegisterSource, { kind: "sum" }>, reading: Reading): number {
	const value = integer(source, reading);
	return value === undefined ? Number.NaN : value / source.per;
}

function integer(source: Exclude<RegisterSource, { kind: "sum" }>, reading: Reading): number | undefined {
	switch (source.kind) {
		case SLOT:
			return reading.get(source.slot);
		case TOTAL:
			return registerTotal(reading, source.slot);
		case NET:
			return netOf(reading, source.slots);
		case MAGNITUDE:
			return magnitudeOf(reading, source.slots);
		default: {
			const factor = reading.get(source.slot);
			const power = netOf(reading, source.power);
			if (factor === undefined || power === undefined) return undefined;
			return power < 0 ? -Math.abs(factor) : Math.abs(factor);
		}
	}
}
