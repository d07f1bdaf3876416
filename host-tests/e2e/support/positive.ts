import { InvalidArgumentError } from "commander";

/** Of a command line: a number above zero. */
export function positive(text: string): number {
	const value = Number(text);
	if (!(value > 0)) throw new InvalidArgumentError("a number above zero");
	return value;
}
