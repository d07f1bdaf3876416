import type { Exposition } from "./exposition.js";
import { counter, gauge, labels } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const CLIENTS = gauge("p1_stream_clients", "Clients that are connected now.");
const ACCEPTED = counter("p1_stream_clients_accepted_total", "Clients that came.");
const REFUSED = counter("p1_stream_clients_refused_total", "Clients turned away because all places were taken.");
const DROPPED = counter("p1_stream_clients_dropped_total", "Clients cut off because they did not keep up.");
const SKIPPED = counter("p1_stream_readings_skipped_total", "Readings that a slow client did not get.");

/** One kind of stream. */
export interface MeasuredStream {
	readonly counters: {
		readonly clients: number;
		readonly accepted: number;
		readonly refused: number;
		readonly dropped?: number;
		readonly skipped?: number;
	};
}

/** How the streams do, each under its name as label. */
export class StreamMetrics implements MetricsSource {
	readonly #streams: readonly MeasuredStream[];
	readonly #labels: readonly Uint8Array[];

	/** @param streams - By name in ASCII, such as `websocket`. */
	constructor(streams: Readonly<Record<string, MeasuredStream>>) {
		this.#streams = Object.values(streams);
		this.#labels = Object.keys(streams).map((stream) => labels({ stream }));
	}

	writeMetrics(out: Exposition): void {
		const streams = this.#streams;
		out.open(CLIENTS);
		for (let i = 0; i < streams.length; i++) out.sample(streams[i]?.counters.clients, 0, this.#labels[i]);
		out.open(ACCEPTED);
		for (let i = 0; i < streams.length; i++) out.sample(streams[i]?.counters.accepted, 0, this.#labels[i]);
		out.open(REFUSED);
		for (let i = 0; i < streams.length; i++) out.sample(streams[i]?.counters.refused, 0, this.#labels[i]);
		out.open(DROPPED);
		for (let i = 0; i < streams.length; i++) out.sample(streams[i]?.counters.dropped, 0, this.#labels[i]);
		out.open(SKIPPED);
		for (let i = 0; i < streams.length; i++) out.sample(streams[i]?.counters.skipped, 0, this.#labels[i]);
	}
}
