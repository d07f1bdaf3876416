/**
 * Receives what escaped from a callback. `where` names the callback, `error` is what was thrown.
 * Must not throw.
 */
export type ReportFault = (where: string, error: unknown) => void;

/**
 * The one place where an exception ends: XS aborts (and the device restarts) when one leaves a callback.
 * Every callback that the SDK calls runs inside one of these methods.
 */
export class Guard {
	readonly #report: ReportFault;
	#faults = 0;

	constructor(report: ReportFault) {
		this.#report = report;
	}

	/** How many exceptions have been caught; 0 in a healthy program. */
	get faults(): number {
		return this.#faults;
	}

	/** Counts and reports an exception that somebody else caught. Never throws. */
	report(where: string, error: unknown): void {
		this.#faults++;
		try {
			this.#report(where, error);
		} catch {
			// A reporter that fails has nobody to tell.
		}
	}

	/**
	 * Takes the last chance to keep XS running: an exception that left a callback of the SDK's own JavaScript (its TLS reads
	 * from a timer of its own), or a rejected promise that nobody awaits, is reported and forgotten. Memory that has run out
	 * still ends the program. Needs `defines.xs.abortHook` in the manifest.
	 */
	watchAborts(): void {
		const global = globalThis as { abort?: (why: string, exception: unknown) => boolean | undefined };
		global.abort = (why, exception) => {
			this.report(`XS (${why})`, exception);
			return why.includes("unhandled") ? false : undefined;
		};
	}

	/**
	 * Calls `callback`, and reports what it throws.
	 * @returns whether it came to its end. */
	run(where: string, callback: () => void): boolean {
		try {
			callback();
			return true;
		} catch (error) {
			this.report(where, error);
			return false;
		}
	}
}

/** Text of anything that was thrown, at most 120 characters. */
export function describeError(error: unknown): string {
	const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	return text.length > 120 ? text.slice(0, 120) : text;
}
