import type { Phase } from "./reading.js";

/** How the load is spread over the phases. */
export type Balance =
	| { readonly kind: "even" }
	| { readonly kind: "uneven"; readonly most: string; readonly least: string; readonly differenceA: number };

/** Below this nobody needs to move a load (A), nor when it is a small part of what flows. */
const SMALL_A = 2;
const SMALL_PART = 0.25;
/** Full bars, in A: main fuses of houses. */
const SCALES_A = [10, 16, 20, 25, 35, 50, 63, 80, 100, 125, 160, 200, 250, 400, 630, 1000] as const;

/** Undefined for a house with one phase, or when the currents are not known. */
export function balanceOf(phases: readonly Phase[]): Balance | undefined {
	const currents: { readonly name: string; readonly currentA: number }[] = [];
	for (const { name, currentA } of phases) {
		if (currentA !== undefined) currents.push({ name, currentA: Math.abs(currentA) });
	}
	currents.sort((a, b) => b.currentA - a.currentA);
	const most = currents[0];
	const least = currents.at(-1);
	if (most === undefined || least === undefined || most === least) return undefined;
	const differenceA = most.currentA - least.currentA;
	if (differenceA < Math.max(SMALL_A, most.currentA * SMALL_PART)) return { kind: "even" };
	return { kind: "uneven", most: most.name, least: least.name, differenceA };
}

/** The current of a full bar: the smallest usual fuse that holds what was seen. */
export function scaleA(largestA: number): number {
	return SCALES_A.find((scale) => scale >= largestA) ?? largestA;
}
