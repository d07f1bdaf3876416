import { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import type { HeaderList, HttpRequest, HttpResponse } from "../../http/message.js";
import { RETRY_SOON } from "../../http/response-head.js";
import type { Resource, Route } from "../../http/router.js";
import { type EventSource, EventStream } from "../../http/sse/event-stream.js";
import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { DocumentView, MeterView } from "./views.js";

/** Each takes one of the HTTP server's connections for as long as it is there. */
export const DEFAULT_EVENT_STREAMS = 2;
const KEEP_ALIVE_MS = 15_000;
/** A client that was cut off comes back after 3 s: soon for a person, and not all at once after a restart. */
const GREETING = literal("retry: 3000\n\n");
const ID = literal("id: ");
const EVENT = literal("\nevent: reading\n");
/** Both lines, with sixteen digits between them. */
const HEAD_BYTES = 48;
/** nginx collects an answer before it passes it on, unless told not to. */
const HEADERS: HeaderList = Object.freeze(["X-Accel-Buffering", "no"]);

const ROUTES: readonly Route[] = Object.freeze([
	Object.freeze({ name: "events", method: "GET", path: "/api/v1/events", noStore: true }),
]);

/** What the streams tell of, and how many there may be. */
export interface ReadingEventsOptions {
	readonly meter: Pick<MeterView, "reading">;
	/** Before this among the meter's listeners. */
	readonly document: DocumentView;
	readonly timers: Timers;
	/** One more gets 503; default {@link DEFAULT_EVENT_STREAMS}. */
	readonly maxStreams?: number;
}

/** What has happened to the streams, since start. */
export interface EventCounters {
	/** Open now. */
	readonly clients: number;
	readonly accepted: number;
	/** Answered with 503 because as many as there may be were open. */
	readonly refused: number;
	/** Cut off because they took nothing for longer than the HTTP server waits. */
	readonly dropped: number;
	/** Readings left out because a newer one came before the client had taken the one before. */
	readonly skipped: number;
}

/**
 * Server-sent events at `/api/v1/events`: an event `reading` with the reading's JSON, the newest at once and each new one
 * when it comes, also when it becomes stale. A client that is slow gets fewer readings and always the newest: there is no
 * queue. One that takes nothing is cut off by the HTTP server's time limit. `Last-Event-ID` is not looked at: the past is
 * not kept.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class ReadingEvents implements EventSource, Resource, StatusSource {
	readonly statusName = "events";
	readonly head = new Uint8Array(HEAD_BYTES);
	readonly #options: ReadingEventsOptions;
	readonly #maxStreams: number;
	readonly #writer = new JsonWriter(this.head);
	readonly #streams = new Set<EventStream>();
	readonly #keepAlive: TimerHandle;
	#accepted = 0;
	#refused = 0;
	#dropped = 0;
	#skipped = 0;

	constructor(options: ReadingEventsOptions) {
		this.#options = options;
		this.#maxStreams = options.maxStreams ?? DEFAULT_EVENT_STREAMS;
		this.#keepAlive = options.timers.every(KEEP_ALIVE_MS, () => {
			for (const stream of this.#streams) stream.keepAlive();
		});
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	get revision(): number {
		return this.#options.document.revision;
	}

	get headLength(): number {
		return this.#writer.length;
	}

	get data(): Uint8Array {
		return this.#options.document.bytes;
	}

	get dataLength(): number {
		return this.#options.document.length;
	}

	get counters(): EventCounters {
		return {
			clients: this.#streams.size,
			accepted: this.#accepted,
			refused: this.#refused,
			dropped: this.#dropped,
			skipped: this.#skipped,
		};
	}

	/** As a listener of the meter. */
	onReading(): void {
		this.#writeHead();
		for (const stream of this.#streams) stream.onChange();
	}

	/** As a listener of the meter. */
	onStale(): void {
		this.onReading();
	}

	/** Ends every stream; for before the HTTP server closes. */
	close(): void {
		this.#keepAlive.cancel();
		for (const stream of this.#streams) stream.end();
	}

	writeStatus(writer: Parameters<StatusSource["writeStatus"]>[0]): void {
		writer.openObject();
		writer.name("clients");
		writer.number(this.#streams.size);
		writer.name("accepted");
		writer.number(this.#accepted);
		writer.name("refused");
		writer.number(this.#refused);
		writer.name("dropped");
		writer.number(this.#dropped);
		writer.name("skipped");
		writer.number(this.#skipped);
		writer.closeObject();
	}

	handle(_request: HttpRequest, response: HttpResponse): void {
		if (this.#streams.size === this.#maxStreams) {
			this.#refused++;
			response.respondError(503, "too-many-streams", "All streams are in use. Close one, or try again.", RETRY_SOON);
			return;
		}
		const stream = new EventStream(
			this,
			GREETING,
			(count) => {
				this.#skipped += count;
			},
			(gone, isSlow) => {
				this.#streams.delete(gone);
				if (isSlow) this.#dropped++;
			},
		);
		this.#streams.add(stream);
		stream.attach(response.stream(200, "text/event-stream", stream, HEADERS));
		// HEAD is over by now.
		if (this.#streams.has(stream)) this.#accepted++;
	}

	#writeHead(): void {
		const writer = this.#writer;
		writer.reset();
		writer.literal(ID);
		writer.number(this.#options.meter.reading?.sequence ?? 0);
		writer.literal(EVENT);
	}
}
