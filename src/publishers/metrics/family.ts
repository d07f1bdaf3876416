import { literal } from "../../core/literal.js";

/** One metric: its samples have the same name, and labels that tell them apart. */
export interface Family {
	readonly name: Uint8Array;
	/** One sentence in ASCII, without `\` and line end. */
	readonly help: Uint8Array;
	readonly isCounter: boolean;
}

/** A number that only grows, until the program starts again. @param name - Ends in `_total`. */
export function counter(name: string, help: string): Family {
	return Object.freeze({ name: literal(name), help: literal(help), isCounter: true });
}

/** A number that may go up and down. */
export function gauge(name: string, help: string): Family {
	return Object.freeze({ name: literal(name), help: literal(help), isCounter: false });
}

/** Labels as bytes: `labels({ phase: "L1" })` is `{phase="L1"}`. Values are ASCII that needs no escape. */
export function labels(values: Readonly<Record<string, string>>): Uint8Array {
	return literal(
		`{${Object.entries(values)
			.map(([name, value]) => `${name}="${value}"`)
			.join(",")}}`,
	);
}
