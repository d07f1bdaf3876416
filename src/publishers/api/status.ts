import type { DecoderCounters } from "../../core/errors.js";
import type { JsonWriter } from "../../core/json-writer.js";
import type { HttpResponse } from "../../http/message.js";
import type { Clock } from "../../ports/clock.js";
import type { Device, LinkState, MemoryUse } from "../../ports/device.js";
import type { StatusSource } from "../../ports/status-source.js";
import { VERSION } from "../../version.js";
import { clipped, type DocumentView, type MeterView, REJECTION_COUNTERS, rejectedTelegrams } from "./views.js";

/** Room that the status needs in a scratch buffer, with some to spare for sections of other parts. */
export const STATUS_BYTES = 4096;

/** Oddities inside accepted telegrams. */
const ROW_COUNTERS = Object.freeze([
	"rowsMalformed",
	"valuesMalformed",
	"unitsMissing",
	"rowsRepeated",
	"rowsUnknown",
] as const satisfies readonly (keyof DecoderCounters)[]);

const PORT_FAULTS = Object.freeze(["overflow", "framing", "parity", "break", "disconnected"] as const);

/** What the status is about. */
export interface StatusView {
	readonly meter: MeterView;
	readonly document: Pick<DocumentView, "tooLarge">;
	readonly device: Device;
	readonly clock: Clock;
	/** When the program was started, by the clock. */
	readonly startedMs: number;
	/** Further sections, in this order. */
	readonly sources: readonly StatusSource[];
	/** Lent for the length of each answer: {@link STATUS_BYTES}. */
	readonly writer: JsonWriter;
}

/** Answers with everything that helps to see how the device does, and nothing secret: 200, or 500 when the sections do not fit. */
export function respondStatus(view: StatusView, response: HttpResponse): void {
	const { writer } = view;
	writeStatus(view);
	if (!writer.overflowed) response.respond(200, "application/json", writer.bytes, 0, writer.length);
	else {
		const message = `The status needs more than ${writer.bytes.length} bytes. Report this.`;
		response.respondError(500, "status-too-large", message);
	}
}

function writeStatus({ meter, document, device, clock, startedMs, sources, writer }: StatusView): void {
	writer.reset();
	writer.openObject();
	text(writer, "version", VERSION);
	writer.name("device");
	writer.openObject();
	text(writer, "model", device.model);
	text(writer, "serial", device.serial);
	writer.closeObject();
	count(writer, "uptimeS", Math.floor((clock.monotonicMs() - startedMs) / 1000));
	if (meter.reading !== undefined) text(writer, "profile", meter.reading.profile.id);
	writeTelegrams(writer, meter.counters);
	writeP1Port(writer, meter);
	writeReadingState(writer, meter, document.tooLarge);
	writeMemory(writer, device.memory());
	writeLink(writer, device.link());
	for (let i = 0; i < sources.length; i++) {
		const source = sources[i] as StatusSource;
		writer.name(source.statusName);
		source.writeStatus(writer);
	}
	writer.closeObject();
}

function writeTelegrams(writer: JsonWriter, counters: DecoderCounters): void {
	writer.name("telegrams");
	writer.openObject();
	count(writer, "good", counters.telegrams);
	count(writer, "bad", rejectedTelegrams(counters));
	for (let i = 0; i < REJECTION_COUNTERS.length; i++) {
		const name = REJECTION_COUNTERS[i] as (typeof REJECTION_COUNTERS)[number];
		count(writer, name, counters[name]);
	}
	writer.closeObject();
	writer.name("rows");
	writer.openObject();
	for (let i = 0; i < ROW_COUNTERS.length; i++) {
		const name = ROW_COUNTERS[i] as (typeof ROW_COUNTERS)[number];
		count(writer, name, counters[name]);
	}
	writer.closeObject();
}

function writeP1Port(writer: JsonWriter, meter: MeterView): void {
	writer.name("p1Port");
	writer.openObject();
	writer.name("connected");
	writer.boolean(meter.connected);
	if (meter.linkDetail !== "") text(writer, "detail", meter.linkDetail);
	if (meter.lineFormat !== undefined) text(writer, "lineFormat", meter.lineFormat);
	count(writer, "noiseBytes", meter.counters.noiseBytes);
	count(writer, "bareLineFeeds", meter.counters.bareLineFeeds);
	for (let i = 0; i < PORT_FAULTS.length; i++) {
		const fault = PORT_FAULTS[i] as (typeof PORT_FAULTS)[number];
		count(writer, fault, meter.portFaults[fault]);
	}
	writer.closeObject();
}

function writeReadingState(writer: JsonWriter, meter: MeterView, tooLarge: number): void {
	const { reading, readingAgeMs, pushIntervalMs } = meter;
	if (reading === undefined || readingAgeMs === undefined) return;
	writer.name("reading");
	writer.openObject();
	count(writer, "sequence", reading.sequence);
	seconds(writer, "ageS", readingAgeMs);
	writer.name("stale");
	writer.boolean(meter.stale);
	if (pushIntervalMs !== undefined) seconds(writer, "pushIntervalS", pushIntervalMs);
	count(writer, "tooLarge", tooLarge);
	writer.closeObject();
}

function writeMemory(writer: JsonWriter, memory: MemoryUse): void {
	writer.name("memory");
	writer.openObject();
	count(writer, "heapUsedBytes", memory.heapUsedBytes);
	count(writer, "heapTotalBytes", memory.heapTotalBytes);
	count(writer, "systemFreeBytes", memory.systemFreeBytes);
	count(writer, "residentBytes", memory.residentBytes);
	writer.closeObject();
}

function writeLink(writer: JsonWriter, link: LinkState): void {
	writer.name("link");
	writer.openObject();
	text(writer, "kind", link.kind);
	writer.name("connected");
	writer.boolean(link.connected);
	count(writer, "rssiDbm", link.rssiDbm);
	if (link.ipAddress !== undefined) text(writer, "ipAddress", link.ipAddress);
	if (link.ssid !== undefined) text(writer, "ssid", link.ssid);
	writer.closeObject();
}

function text(writer: JsonWriter, name: string, value: string): void {
	writer.name(name);
	writer.string(clipped(value));
}

function count(writer: JsonWriter, name: string, value: number | undefined): void {
	if (value === undefined) return;
	writer.name(name);
	writer.number(Math.floor(value));
}

/** Milliseconds as seconds with up to three decimals; clocks of a host have fractions of a millisecond. */
function seconds(writer: JsonWriter, name: string, milliseconds: number): void {
	writer.name(name);
	writer.number(Math.floor(milliseconds), 3);
}
