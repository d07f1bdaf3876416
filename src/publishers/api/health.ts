import type { JsonWriter } from "../../core/json-writer.js";
import type { HttpResponse } from "../../http/message.js";
import type { MeterView } from "./views.js";
import { isUnreachable, unreachable, whyWaiting } from "./waiting.js";

const JSON_TYPE = "application/json";
const OK = '{"status":"ok"}';

/**
 * Answers one question for monitors: do fresh readings come? 200 when they do; 503 with `waiting` before the first
 * telegram and with `stale` after three push intervals without one. Not about the network or MQTT: whoever can ask this
 * has a network, and a broker that is away is no reason to restart the program.
 * @param writer - Lent for the length of the call; 1024 bytes are enough.
 */
export function respondHealth(meter: MeterView, writer: JsonWriter, response: HttpResponse): void {
	if (meter.reading !== undefined && !meter.stale) {
		response.respondText(200, JSON_TYPE, OK);
		return;
	}
	const isWaiting = meter.reading === undefined;
	writer.reset();
	writer.openObject();
	writer.name("status");
	writer.string(isWaiting ? "waiting" : "stale");
	writer.name("message");
	writer.string(isWaiting ? whyWaiting(meter).message : whyStale(meter));
	writer.closeObject();
	response.respond(503, JSON_TYPE, writer.bytes, 0, writer.length);
}

function whyStale(meter: MeterView): string {
	const ageS = Math.floor((meter.readingAgeMs ?? 0) / 1000);
	const since = `No good telegram for ${ageS} s.`;
	if (isUnreachable(meter)) return `${since} ${unreachable(meter)}`;
	return `${since} Check the cable and whether the meter has power. /api/v1/status counts what is wrong.`;
}
