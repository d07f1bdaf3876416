import type { Dongle, ReadingAnswer, StatusAnswer, StreamHandler } from "../../../web/link.js";
import { parseStatus } from "../../../web/status.js";
import { statusText } from "./reading-text.js";

/** A stream that the page has opened. */
export type FakeStream = { readonly handler: StreamHandler; isClosed: boolean };

/** A dongle that answers as a test says; its answers come when the microtasks have run. */
export class FakeDongle implements Dongle {
	/** Undefined: it does not answer. */
	status: StatusAnswer = parseStatus(
		statusText({ reading: { sequence: 1, ageS: 0.5, stale: false, pushIntervalS: 2 } }),
	);
	reading: ReadingAnswer = { kind: "reading", text: "first", etag: '"1"' };
	/** Whether streams are opened at once, or refused at once; "hangs": neither. */
	streams: "open" | "refused" | "hangs" = "open";
	readonly opened: FakeStream[] = [];
	readonly etags: (string | undefined)[] = [];
	statusCount = 0;

	getStatus(): Promise<StatusAnswer> {
		this.statusCount++;
		return Promise.resolve(this.status);
	}

	getReading(etag: string | undefined): Promise<ReadingAnswer> {
		this.etags.push(etag);
		return Promise.resolve(this.reading);
	}

	openStream(handler: StreamHandler): { close(): void } {
		const stream: FakeStream = { handler, isClosed: false };
		this.opened.push(stream);
		const { streams } = this;
		queueMicrotask(() => {
			if (stream.isClosed || streams === "hangs") return;
			if (streams === "open") handler.onOpen();
			else handler.onError();
		});
		return {
			close() {
				stream.isClosed = true;
			},
		};
	}

	/** The stream that is open now. */
	get stream(): StreamHandler {
		const open = this.opened.filter(({ isClosed }) => !isClosed);
		const [stream] = open;
		if (stream === undefined || open.length > 1) throw new Error(`${open.length} streams are open`);
		return stream.handler;
	}
}
