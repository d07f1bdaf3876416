import { unitKeyStep } from "./units.js";

/** A number with a unit that stands in a span of text, `digits[.digits][*unit]`; reused, so that reading one costs nothing. */
export class NumberSpan {
	/** The number without its point. */
	digits = 0;
	/** Digits after the point. */
	decimals = 0;
	/** Key of the unit's text, 0 for none. */
	unitKey = 0;

	/** @returns false when the span is no such number; the fields are then of no use. */
	parse(bytes: Uint8Array, start: number, length: number): boolean {
		const end = start + length;
		this.digits = 0;
		this.decimals = 0;
		this.unitKey = 0;
		let afterPoint = false;
		let i = start;
		for (; i < end && bytes[i] !== 0x2a; i++) {
			const byte = bytes[i] as number;
			if (byte === 0x2e && !afterPoint) {
				afterPoint = true;
			} else if (byte >= 48 && byte <= 57) {
				this.digits = this.digits * 10 + byte - 48;
				if (afterPoint) this.decimals++;
			} else {
				return false;
			}
		}
		const hasDigits = i - start > (afterPoint ? 1 : 0);
		for (i++; i < end; i++) this.unitKey = unitKeyStep(this.unitKey, bytes[i] as number);
		return hasDigits;
	}
}
