import type { JsonWriter } from "../../core/json-writer.js";
import type { HttpRequest, HttpResponse, ResponseStream, StreamProducer } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";

/** What is remembered of the power; slots have whole numbers, and the current one is not over. */
export interface PowerHistoryView {
	/** Length of a slot, whole seconds. */
	readonly slotMs: number;
	readonly firstSlot: number;
	readonly currentSlot: number;
	/** Mean in whole W, import less export; undefined where there is none. */
	meanW(slot: number): number | undefined;
	/** How long ago a slot began. */
	startedAgoMs(slot: number): number;
}

const COMMA = 0x2c;
/** The longest piece: the end of one run, and the beginning of the next with its first value. */
const PIECE_BYTES = 64;

const ROUTES: readonly Route[] = Object.freeze([
	Object.freeze({ name: "history", method: "GET", path: "/api/v1/history/power", noStore: true }),
]);

/** `/api/v1/history/power`: what the dongle remembers of the power, as runs of slots without a gap; written while it is sent. */
export class PowerHistoryApi implements Resource {
	readonly #history: PowerHistoryView;
	readonly #writer: JsonWriter;

	/** @param writer - Used while something is written only, so that others may use it between. */
	constructor(history: PowerHistoryView, writer: JsonWriter) {
		this.#history = history;
		this.#writer = writer;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(_request: HttpRequest, response: HttpResponse): void {
		response.stream(200, "application/json", new Answer(this.#history, this.#writer));
	}
}

/** One answer. */
class Answer implements StreamProducer {
	readonly #history: PowerHistoryView;
	readonly #writer: JsonWriter;
	readonly #end: number;
	#slot: number;
	#hasBegun = false;
	#isInRun = false;
	#hasRuns = false;
	/** The writer has been reset, and does not know that it is in a list. */
	#isFresh = false;

	constructor(history: PowerHistoryView, writer: JsonWriter) {
		this.#history = history;
		this.#writer = writer;
		this.#slot = history.firstSlot;
		this.#end = history.currentSlot + 1;
	}

	onWritable(stream: ResponseStream, roomBytes: number): void {
		const writer = this.#writer;
		const limit = Math.min(roomBytes, writer.bytes.length) - PIECE_BYTES;
		writer.reset();
		this.#isFresh = this.#hasBegun;
		if (!this.#hasBegun) this.#begin();
		while (this.#slot < this.#end && writer.length < limit) this.#writeSlot(this.#slot++);
		const isOver = this.#slot === this.#end && writer.length < limit;
		if (isOver) this.#finish();
		stream.write(writer.bytes, 0, writer.length);
		if (isOver) stream.end();
	}

	onClosed(): void {}

	#begin(): void {
		const writer = this.#writer;
		this.#hasBegun = true;
		writer.openObject();
		writer.name("intervalS");
		writer.number(this.#history.slotMs / 1000);
		writer.name("runs");
		writer.openArray();
	}

	#writeSlot(slot: number): void {
		const writer = this.#writer;
		const powerW = this.#history.meanW(slot);
		if (powerW === undefined) {
			this.#endRun();
			return;
		}
		if (this.#isFresh && this.#hasRuns) writer.byte(COMMA);
		this.#isFresh = false;
		if (!this.#isInRun) {
			this.#isInRun = true;
			this.#hasRuns = true;
			writer.openObject();
			writer.name("startedAgoS");
			writer.number(Math.floor(this.#history.startedAgoMs(slot)), 3);
			writer.name("powerW");
			writer.openArray();
		}
		writer.number(powerW);
	}

	#endRun(): void {
		if (!this.#isInRun) return;
		this.#isInRun = false;
		this.#isFresh = false;
		this.#writer.closeArray();
		this.#writer.closeObject();
	}

	#finish(): void {
		this.#endRun();
		this.#writer.closeArray();
		this.#writer.closeObject();
	}
}
