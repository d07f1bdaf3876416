import type { Log } from "../../ports/log.js";

/** Where lines go: standard output, or a test. */
export interface LineOutput {
	readonly isTTY?: boolean | undefined;
	readonly columns?: number | undefined;
	write(text: string): unknown;
}

const CLEAR_LINE = "\r\u001b[2K";
/** A terminal whose width is not known. */
const USUAL_COLUMNS = 80;

/** Names and messages from outside must not move the cursor. */
function withoutControls(text: string): string {
	return Array.from(text, (character) => (/[\p{Cc}\p{Cf}]/u.test(character) ? "?" : character)).join("");
}

/** Prints lines, and on a terminal one line below them that changes in place. */
export class Terminal implements Log {
	readonly #output: LineOutput;
	#status = "";

	constructor(output: LineOutput) {
		this.#output = output;
	}

	/** True where {@link status} shows. */
	get isInteractive(): boolean {
		return this.#output.isTTY === true;
	}

	info(line: string): void {
		const text = withoutControls(line);
		this.#output.write(this.#status === "" ? `${text}\n` : `${CLEAR_LINE}${text}\n${this.#status}`);
	}

	warn(line: string): void {
		this.info(`warning: ${line}`);
	}

	/** Replaces the status line; without effect where the output is no terminal. */
	status(line: string): void {
		if (!this.isInteractive) return;
		const columns = (this.#output.columns ?? USUAL_COLUMNS) - 1;
		const text = withoutControls(line).slice(0, columns);
		if (text === this.#status) return;
		this.#status = text;
		this.#output.write(CLEAR_LINE + text);
	}

	/** Leaves the status line where it is and goes to the next. */
	end(): void {
		if (this.#status !== "") this.#output.write("\n");
		this.#status = "";
	}
}
