import type { HttpFetch, HttpFetchHandler, HttpFetchTarget } from "../../src/ports/http-fetch.js";

/** A fetch that is in the test's hand. */
export class FakeHttpFetch {
	readonly jobs: { readonly target: HttpFetchTarget; readonly handler: HttpFetchHandler; isClosed: boolean }[] = [];

	readonly fetch: HttpFetch = (target, handler) => {
		const job = { target, handler, isClosed: false };
		this.jobs.push(job);
		return {
			close() {
				job.isClosed = true;
			},
		};
	};

	/** The handler of the fetch that is open; throws when there is none. */
	get open(): HttpFetchHandler {
		const job = this.jobs.at(-1);
		if (job === undefined || job.isClosed) throw new Error("nothing is being fetched");
		return job.handler;
	}

	get isOpen(): boolean {
		return this.jobs.some(({ isClosed }) => !isClosed);
	}

	/** Addresses that were asked, in order. */
	get asked(): string[] {
		return this.jobs.map(({ target: { host, port, path } }) => `${host}:${port}${path}`);
	}

	head(status: number, contentLength?: string, location?: string): void {
		this.open.onHead({ status, contentLength, location });
	}
}
