import { JsonWriter } from "../../core/json-writer.js";
import type { HttpRequest, HttpResponse } from "../../http/message.js";
import type { MeterView } from "./views.js";
import { isUnreachable, unreachable, whyWaiting } from "./waiting.js";

const JSON_TYPE = "application/json";
const OK = '{"status":"ok"}';

/**
 * Answers one question for monitors: do fresh readings come? 200 when they do; 503 with `waiting` before the first
 * telegram and with `stale` after three push intervals without one. Not about the network or MQTT: whoever can ask this
 * has a network, and a broker that is away is no reason to restart the program.
 */
export class HealthResource {
	readonly #meter: MeterView;
	readonly #scratch: Uint8Array;
	readonly #writer: JsonWriter;

	/** @param scratch - Lent for the length of each answer; 1024 bytes are enough. */
	constructor(meter: MeterView, scratch: Uint8Array) {
		this.#meter = meter;
		this.#scratch = scratch;
		this.#writer = new JsonWriter(scratch);
	}

	respond(_request: HttpRequest, response: HttpResponse): void {
		const meter = this.#meter;
		if (meter.reading === undefined) this.#respondUnwell(response, "waiting", whyWaiting(meter).message);
		else if (meter.stale) this.#respondUnwell(response, "stale", this.#whyStale());
		else response.respondText(200, JSON_TYPE, OK);
	}

	#respondUnwell(response: HttpResponse, status: string, message: string): void {
		const writer = this.#writer;
		writer.reset();
		writer.openObject();
		writer.name("status");
		writer.string(status);
		writer.name("message");
		writer.string(message);
		writer.closeObject();
		response.respond(503, JSON_TYPE, this.#scratch, 0, writer.length);
	}

	#whyStale(): string {
		const meter = this.#meter;
		const ageS = Math.floor((meter.readingAgeMs ?? 0) / 1000);
		const since = `No good telegram for ${ageS} s.`;
		if (isUnreachable(meter)) return `${since} ${unreachable(meter)}`;
		return `${since} Check the cable and whether the meter has power. /api/v1/status counts what is wrong.`;
	}
}
