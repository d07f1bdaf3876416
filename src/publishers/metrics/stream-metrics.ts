import type { Exposition } from "./exposition.js";
import { counter, gauge, labels } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const CLIENTS = gauge("p1_stream_clients", "Clients that are connected now.");
const ACCEPTED = counter("p1_stream_clients_accepted_total", "Clients that came.");
const REFUSED = counter("p1_stream_clients_refused_total", "Clients turned away because all places were taken.");
const DROPPED = counter("p1_stream_clients_dropped_total", "Clients cut off because they did not keep up.");
const SKIPPED = counter("p1_stream_readings_skipped_total", "Readings that a slow client did not get.");

const LABELS = Object.freeze({
	events: labels({ stream: "events" }),
	tcp: labels({ stream: "tcp" }),
	websocket: labels({ stream: "websocket" }),
});

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
	readonly #streams: readonly (MeasuredStream | undefined)[];
	readonly #labels: readonly Uint8Array[];

	constructor(streams: { readonly [Name in keyof typeof LABELS]?: MeasuredStream }) {
		const names = Object.keys(LABELS) as (keyof typeof LABELS)[];
		this.#streams = names.map((name) => streams[name]);
		this.#labels = Object.values(LABELS);
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
