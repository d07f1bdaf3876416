import type { JsonWriter } from "../../core/json-writer.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { ClientCounters } from "./telegram-feed.js";

/** Something with clients that are counted. */
export interface CountedStream {
	readonly counters: ClientCounters;
}

/** The streams of raw telegrams. */
export interface TelegramStreams {
	/** Absent where it is off. */
	readonly tcp?: CountedStream;
	readonly webSocket: CountedStream;
}

const COUNTERS = Object.freeze(["clients", "accepted", "refused", "dropped"] as const);

/** The section `telegramStream` of the status. */
export class TelegramStreamStatus implements StatusSource {
	readonly statusName = "telegramStream";
	readonly #streams: TelegramStreams;

	constructor(streams: TelegramStreams) {
		this.#streams = streams;
	}

	writeStatus(writer: JsonWriter): void {
		const { tcp, webSocket } = this.#streams;
		writer.openObject();
		if (tcp !== undefined) writeCounters(writer, "tcp", tcp.counters);
		writeCounters(writer, "webSocket", webSocket.counters);
		writer.closeObject();
	}
}

function writeCounters(writer: JsonWriter, name: string, counters: ClientCounters): void {
	writer.name(name);
	writer.openObject();
	for (let i = 0; i < COUNTERS.length; i++) {
		const counter = COUNTERS[i] as (typeof COUNTERS)[number];
		writer.name(counter);
		writer.number(counters[counter]);
	}
	writer.closeObject();
}
