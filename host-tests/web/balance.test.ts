import { describe, expect, test } from "vitest";
import { balanceOf, scaleA } from "../../web/balance.js";

function phases(...currents: (number | undefined)[]): Parameters<typeof balanceOf>[0] {
	return currents.map((currentA, index) => ({
		name: `L${index + 1}`,
		currentA,
		voltageV: undefined,
		powerW: undefined,
	}));
}

describe("balanceOf", () => {
	test.each([
		["alike", phases(3, 3.5, 4)],
		["small differences of small currents", phases(0.2, 1.9, 0)],
		["a small part of a large current", phases(16, 14, 13)],
	])("even: %s", (_name, list) => {
		expect(balanceOf(list)).toEqual({ kind: "even" });
	});

	test.each([
		["one carries more", phases(3.5, 12.4, 3.3), "L2", "L3", 9.1],
		["feeding in counts as current", phases(-9, 1, 1), "L1", "L3", 8],
		["one that is not known is left out", phases(3, undefined, 10), "L3", "L1", 7],
	])("uneven: %s", (_name, list, most, least, differenceA) => {
		expect(balanceOf(list)).toEqual({ kind: "uneven", most, least, differenceA: expect.closeTo(differenceA, 9) });
	});

	test.each([
		["one phase", phases(7)],
		["no current", phases(undefined, undefined, undefined)],
		["no phase", []],
	])("nothing to say of %s", (_name, list) => {
		expect(balanceOf(list)).toBeUndefined();
	});
});

describe("scaleA", () => {
	test.each([
		[0, 10],
		[10, 10],
		[10.1, 16],
		[24.9, 25],
		[90, 100],
		[5000, 5000],
	])("%f A", (largest, full) => {
		expect(scaleA(largest)).toBe(full);
	});
});
