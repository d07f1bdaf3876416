import { literal } from "../../core/literal.js";
import type { Reading } from "../../core/reading.js";
import { type MeterView, REJECTION_COUNTERS } from "../api/views.js";
import type { Exposition } from "./exposition.js";
import { counter, gauge, labels } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const INFO = gauge("p1_meter_info", "The meter, in labels; always 1.");
const PROFILE = literal("{profile=");
const IDENTIFICATION = literal(",identification=");
const END = literal("}");

const ACCEPTED = counter("p1_telegrams_accepted_total", "Good telegrams.");
const REJECTED = counter("p1_telegrams_rejected_total", "Telegrams that were not believed, by reason.");
const ROWS = counter("p1_odd_rows_total", "Rows of good telegrams that were not believed, by kind.");
const AGE = gauge("p1_reading_age_seconds", "Since the latest good telegram came.");
const STALE = gauge("p1_reading_stale", "1 when the meter has been silent for three push intervals.");
const INTERVAL = gauge("p1_push_interval_seconds", "How often the meter speaks, as learned.");
const CONNECTED = gauge("p1_port_connected", "1 when the source of telegrams can be reached.");
const FAULTS = counter("p1_port_faults_total", "Faults of the line that the receiver noticed, by kind.");
const NOISE = counter("p1_port_noise_bytes_total", "Bytes outside telegrams.");

const PORT_FAULTS = Object.freeze(["overflow", "framing", "parity", "break", "disconnected"] as const);
const ODD_ROWS = Object.freeze(["rowsMalformed", "valuesMalformed", "unitsMissing", "rowsRepeated"] as const);

/** `crcMismatch` as `crc-mismatch`, the form that errors have. */
function kebab(name: string): string {
	return Array.from(name, (letter) => (letter < "a" ? `-${letter.toLowerCase()}` : letter)).join("");
}

const REASON_LABELS = Object.freeze(REJECTION_COUNTERS.map((reason) => labels({ reason: kebab(reason) })));
const ROW_LABELS = Object.freeze(ODD_ROWS.map((kind) => labels({ kind: kebab(kind) })));
const FAULT_LABELS = Object.freeze(PORT_FAULTS.map((kind) => labels({ kind })));

/** Which meter it is: its profile and identification line, no number of its own. */
export function writeMeterInfo(out: Exposition, reading: Reading): void {
	out.open(INFO);
	out.beginSample();
	out.literal(PROFILE);
	out.labelText(reading.profile.id);
	out.literal(IDENTIFICATION);
	out.labelBytes(reading.bytes, reading.telegramOffset + 1, reading.identificationEnd);
	out.literal(END);
	out.endSample(1);
}

/** How the line to the meter does. */
export class MeterMetrics implements MetricsSource {
	readonly #meter: MeterView;

	constructor(meter: MeterView) {
		this.#meter = meter;
	}

	writeMetrics(out: Exposition): void {
		const { counters, portFaults, readingAgeMs, stale, pushIntervalMs, connected } = this.#meter;
		out.open(ACCEPTED);
		out.sample(counters.telegrams);
		out.open(REJECTED);
		for (let i = 0; i < REJECTION_COUNTERS.length; i++) {
			out.sample(counters[REJECTION_COUNTERS[i] as (typeof REJECTION_COUNTERS)[number]], 0, REASON_LABELS[i]);
		}
		out.open(ROWS);
		for (let i = 0; i < ODD_ROWS.length; i++) {
			out.sample(counters[ODD_ROWS[i] as (typeof ODD_ROWS)[number]], 0, ROW_LABELS[i]);
		}
		if (readingAgeMs !== undefined) {
			out.open(AGE);
			out.sample(Math.floor(readingAgeMs), 3);
			out.open(STALE);
			out.flag(stale);
		}
		if (pushIntervalMs !== undefined) {
			out.open(INTERVAL);
			out.sample(Math.floor(pushIntervalMs), 3);
		}
		out.open(CONNECTED);
		out.flag(connected);
		out.open(FAULTS);
		for (let i = 0; i < PORT_FAULTS.length; i++) {
			out.sample(portFaults[PORT_FAULTS[i] as (typeof PORT_FAULTS)[number]], 0, FAULT_LABELS[i]);
		}
		out.open(NOISE);
		out.sample(counters.noiseBytes);
	}
}
