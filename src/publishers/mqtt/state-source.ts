/** Until then one may still come: three times the longest interval of Swedish ports, 10 s. */
export const NO_READING_AFTER_MS = 30_000;

/** Where the publisher gets what it says; everything is about the newest reading at the time of the call. */
export interface StateSource {
	/** The state as JSON, from the start; read at once, not kept. */
	readonly stateBytes: Uint8Array;
	/** Length of the state in bytes; 0 before the first reading. */
	readonly stateLength: number;
	/** Values have the indexes 0 to `valueCount - 1`, for ever the same. */
	readonly valueCount: number;
	/** End of the value's topic, without `+` and `#`; asked for values that are present only. */
	valueName(index: number): string;
	/** A number that differs when the value differs; NaN while the value is absent. */
	valueMark(index: number): number;
	/** What `writeValue` has written, from the start; valid until it is called again. */
	readonly valueBytes: Uint8Array;
	/** Writes the value as text; returns its length in bytes, or -1 when it is absent or too long. */
	writeValue(index: number): number;
}
