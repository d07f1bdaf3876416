import type { JsonWriter } from "../../core/json-writer.js";
import type { HttpRequest, HttpResponse, ResponseStream, StreamProducer } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import type { MeterView } from "../api/views.js";
import { Exposition } from "./exposition.js";
import { writeMbusMetrics } from "./mbus-metrics.js";
import { METER_FAMILIES } from "./meter-families.js";
import type { MeterFamily, MeterSample } from "./meter-family.js";
import { writeMeterInfo } from "./meter-metrics.js";
import { BASE_DECIMALS, MeterSnapshot } from "./meter-snapshot.js";
import type { MetricsSource } from "./metrics-source.js";

/** Prometheus asks for this; `promtool` and OpenMetrics scrapers read it too. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The meter's families, then the M-Bus; the first part says which meter it is. */
const FAMILIES_START = 1;
const MBUS_PART = FAMILIES_START + METER_FAMILIES.length;
const METER_PARTS = MBUS_PART + 1;

const ROUTES: readonly Route[] = Object.freeze([
	Object.freeze({ name: "metrics", method: "GET", path: "/metrics", noStore: true }),
]);

/** What is measured. */
export interface MetricsOptions {
	readonly meter: MeterView;
	/** After the meter's values, in this order. */
	readonly sources: readonly MetricsSource[];
	/** Used while something is written only, so that others may use it between; has room for `MAX_SOURCE_BYTES`. */
	readonly writer: JsonWriter;
}

/**
 * `/metrics` for Prometheus: the meter's values and the dongle's own health. A value that the meter does not send is
 * absent, and so are all of them before the first telegram and once the reading is stale: Prometheus ends a series that is
 * absent, and an old number would go on as if it were true. The answer is made piece by piece as the scraper takes it.
 */
export class Metrics implements Resource {
	readonly #options: MetricsOptions;
	readonly #out: Exposition;
	/** Made at the first scrape: many a dongle is never scraped. */
	#snapshot: MeterSnapshot | undefined;

	constructor(options: MetricsOptions) {
		this.#options = options;
		this.#out = new Exposition(options.writer);
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(_request: HttpRequest, response: HttpResponse): void {
		this.#snapshot ??= new MeterSnapshot();
		this.#snapshot.take(this.#options.meter);
		response.stream(200, METRICS_TYPE, new Scrape(this.#options, this.#out, this.#snapshot));
	}
}

/** One answer; a part of it is written whole or later. */
class Scrape implements StreamProducer {
	readonly #options: MetricsOptions;
	readonly #out: Exposition;
	readonly #snapshot: MeterSnapshot;
	readonly #generation: number;
	#part = 0;

	constructor(options: MetricsOptions, out: Exposition, snapshot: MeterSnapshot) {
		this.#options = options;
		this.#out = out;
		this.#snapshot = snapshot;
		this.#generation = snapshot.generation;
	}

	onWritable(stream: ResponseStream, roomBytes: number): void {
		// Another scrape needed the snapshot for a newer reading: the rest of this one cannot be told any more.
		if (this.#part < METER_PARTS && this.#generation !== this.#snapshot.generation) {
			stream.abort();
			return;
		}
		const out = this.#out;
		const { writer, sources } = this.#options;
		const parts = METER_PARTS + sources.length;
		out.begin(roomBytes);
		while (this.#part < parts) {
			const { length } = out;
			this.#write(this.#part);
			if (out.hasOverflowed) {
				out.truncate(length);
				break;
			}
			this.#part++;
		}
		if (out.length > 0) stream.write(writer.bytes, 0, out.length);
		else if (this.#part < parts) throw new RangeError(`metrics: part ${this.#part} needs more than ${roomBytes} bytes`);
		if (this.#part === parts) stream.end();
	}

	onClosed(): void {}

	#write(part: number): void {
		const { meter, sources } = this.#options;
		if (part >= METER_PARTS) sources[part - METER_PARTS]?.writeMetrics(this.#out);
		else if (part === MBUS_PART) writeMbusMetrics(this.#out, this.#snapshot);
		else if (part >= FAMILIES_START) this.#writeFamily(METER_FAMILIES[part - FAMILIES_START] as MeterFamily);
		else if (meter.reading !== undefined && !meter.stale) writeMeterInfo(this.#out, meter.reading);
	}

	#writeFamily(family: MeterFamily): void {
		const { unit, samples } = family;
		this.#out.open(family);
		for (let i = 0; i < samples.length; i++) {
			const sample = samples[i] as MeterSample;
			this.#out.sample(this.#snapshot.get(sample.slot, unit), BASE_DECIMALS[unit], sample.labels);
		}
	}
}
