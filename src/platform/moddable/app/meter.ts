import { DayHistory } from "../../../insight/day-history.js";
import { Meter, type MeterListener } from "../../../services/meter.js";
import { DEFAULT_DOCUMENT_BYTES, ReadingDocument } from "../../../services/reading-document.js";
import { createP1Source } from "./p1-source.js";
import type { Parts } from "./parts.js";

/** The meter, what is kept of it, and who is told of it. */
export type MeterParts = {
	readonly meter: Meter;
	/** The newest reading as JSON. */
	readonly document: ReadingDocument;
	/** The power of the last day. */
	readonly history: DayHistory;
	/** Further ones may be added before the first telegram, so in the turn that started the program. */
	readonly listeners: MeterListener[];
};

/** Opens the P1 port. */
export function createMeter(parts: Parts): MeterParts {
	const { guard, context, clock, timers, log, settings, source } = parts;
	const document = new ReadingDocument(DEFAULT_DOCUMENT_BYTES, (message) => log.warn(message));
	const history = new DayHistory(clock);
	const listeners: MeterListener[] = [document, history];
	const meter = new Meter({
		openP1Port: createP1Source(context, source, log),
		clock,
		timers,
		profile: settings.profile,
		listeners,
		onListenerFault: (error) => guard.report("meter listener", error),
	});
	return { meter, document, history, listeners };
}
