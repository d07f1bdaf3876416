import type { HeaderList, HttpResponse } from "../../http/message.js";
import { clipped, type MeterView, rejectedTelegrams } from "./views.js";

/** Why there is no reading yet. */
export type WaitingCode =
	/** The source of telegrams cannot be reached. */
	| "p1-port-disconnected"
	/** Nothing has been heard. */
	| "no-telegram"
	/** Something has been heard, but no telegram was accepted. */
	| "no-valid-telegram";

/** A reason for programs and what to do about it, for people. */
export interface Waiting {
	readonly code: WaitingCode;
	readonly message: string;
}

/** Every port pushes at least that often once it is activated (Branschrekommendation 2.0, 3.4): seconds. */
const RETRY_AFTER: HeaderList = Object.freeze(["Retry-After", "10"]);

const NO_TELEGRAM: Waiting = Object.freeze({
	code: "no-telegram",
	message:
		"No telegram has come from the meter yet. Check that the grid company has activated the port, that the cable is " +
		"plugged in, and that the data request line is on. The first telegram can take a minute.",
});

/** What is known of why no telegram has been accepted yet. */
export function whyWaiting(meter: MeterView): Waiting {
	if (isUnreachable(meter)) return { code: "p1-port-disconnected", message: unreachable(meter) };
	const rejected = rejectedTelegrams(meter.counters);
	if (rejected === 0 && meter.counters.noiseBytes === 0) return NO_TELEGRAM;
	return {
		code: "no-valid-telegram",
		message:
			`Bytes come in, but no telegram was good yet: ${rejected} rejected, ${meter.counters.noiseBytes} bytes of noise. ` +
			"Check the cable, whether the signal needs to be inverted, and the profile if one is set. " +
			"/api/v1/status counts what is wrong.",
	};
}

/** True when the source is known to be out of reach, and not only not heard of yet. */
export function isUnreachable(meter: MeterView): boolean {
	return !meter.connected && meter.linkDetail !== "";
}

/** What to do when {@link isUnreachable}. */
export function unreachable(meter: MeterView): string {
	const detail = clipped(meter.linkDetail);
	return `The source of telegrams is not connected: ${detail}. Check the cable and the source's settings.`;
}

/** Answers in the place of a reading that is not there yet. */
export function respondWaiting(meter: MeterView, response: HttpResponse): void {
	const { code, message } = whyWaiting(meter);
	response.respondError(503, code, message, RETRY_AFTER);
}
