import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type {
	HttpFetch,
	HttpFetchFailure,
	HttpFetchHandler,
	HttpFetchHead,
	HttpFetchJob,
	HttpFetchTarget,
} from "../../ports/http-fetch.js";
import { failure, type UpdateFailure } from "./failure.js";
import { followRedirect, parseCount } from "./http-address.js";

const MAX_REDIRECTS = 5;
/** Without a byte for so long a server is given up: as long as TCP needs for some repeats. */
const SILENCE_MS = 20_000;
/** For all of it: the largest image at 1,000 bytes a second, as an upload has to be. No other update begins meanwhile. */
export const LONGEST_MS = 2_000_000;
const CHECK_MS = 1000;

/** Who gets what is downloaded. No callback comes after {@link Download.close}. */
export interface DownloadHandler {
	/** The body begins; a failure ends the download, and is told as {@link onFailed}. */
	onLength(byteLength: number): UpdateFailure | undefined;
	/** As {@link onLength}. */
	onBytes(bytes: Uint8Array, offset: number, end: number): UpdateFailure | undefined;
	onEnd(): void;
	onFailed(failure: UpdateFailure): void;
}

export type DownloadOptions = {
	readonly fetch: HttpFetch;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly handler: DownloadHandler;
};

/** One file from an HTTP server: redirects are followed, its length must be known, and it must keep coming. */
export class Download implements HttpFetchHandler {
	readonly #options: DownloadOptions;
	readonly #watch: TimerHandle;
	#target: HttpFetchTarget;
	#job: HttpFetchJob | undefined;
	#redirects = 0;
	readonly #startedMs: number;
	#heardMs: number;
	#isClosed = false;

	constructor(target: HttpFetchTarget, options: DownloadOptions) {
		this.#options = options;
		this.#target = target;
		this.#startedMs = options.clock.monotonicMs();
		this.#heardMs = this.#startedMs;
		this.#watch = options.timers.every(CHECK_MS, () => this.#check());
		this.#job = options.fetch(target, this);
	}

	/** Idempotent; silences the callbacks. */
	close(): void {
		this.#isClosed = true;
		this.#watch.cancel();
		this.#job?.close();
		this.#job = undefined;
	}

	onHead({ status, contentLength, location }: HttpFetchHead): void {
		this.#heard();
		const { host } = this.#target;
		if (status >= 301 && status <= 308 && status !== 304 && location !== undefined) {
			this.#redirect(location);
			return;
		}
		if (status !== 200) {
			this.#fail(failure("bad-answer", `${host} answers with status ${status}. Check the address.`));
			return;
		}
		const byteLength = contentLength === undefined ? undefined : parseCount(contentLength);
		if (byteLength === undefined) {
			this.#fail(failure("bad-answer", `${host} does not say how long the file is. Choose another server.`));
			return;
		}
		const fault = this.#options.handler.onLength(byteLength);
		if (fault !== undefined) this.#fail(fault);
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		this.#heard();
		const fault = this.#options.handler.onBytes(bytes, offset, end);
		if (fault !== undefined) this.#fail(fault);
	}

	onEnd(): void {
		if (this.#isClosed) return;
		this.close();
		this.#options.handler.onEnd();
	}

	onFailed(code: HttpFetchFailure, detail: string): void {
		this.#fail(failure(code, `${this.#target.host}: ${detail}. Check the address, and try again.`));
	}

	#redirect(location: string): void {
		const next = followRedirect(this.#target, location);
		if ("problem" in next) this.#fail(failure("bad-answer", `${this.#target.host} leads elsewhere: ${next.problem}`));
		else if (++this.#redirects > MAX_REDIRECTS)
			this.#fail(failure("bad-answer", `${this.#target.host} leads on and on. Check the address.`));
		else {
			this.#job?.close();
			this.#target = next;
			this.#job = this.#options.fetch(next, this);
		}
	}

	#heard(): void {
		this.#heardMs = this.#options.clock.monotonicMs();
	}

	#check(): void {
		const nowMs = this.#options.clock.monotonicMs();
		const { host } = this.#target;
		if (nowMs - this.#heardMs >= SILENCE_MS) {
			this.#fail(failure("broken-off", `${host} has sent nothing for ${SILENCE_MS / 1000} s. Try again.`));
		} else if (nowMs - this.#startedMs >= LONGEST_MS) {
			this.#fail(failure("broken-off", `${host} is too slow. Choose another server.`));
		}
	}

	#fail(fault: UpdateFailure): void {
		if (this.#isClosed) return;
		this.close();
		this.#options.handler.onFailed(fault);
	}
}
