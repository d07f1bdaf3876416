import type { JsonWriter } from "../../core/json-writer.js";
import type { Clock } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { TimeKeeper } from "./time-keeper.js";

/** The section `time` of the device's status. */
export class TimeStatus implements StatusSource {
	readonly statusName = "time";
	readonly #keeper: TimeKeeper;
	readonly #clock: Clock;

	constructor(keeper: TimeKeeper, clock: Clock) {
		this.#keeper = keeper;
		this.#clock = clock;
	}

	writeStatus(writer: JsonWriter): void {
		const { source, meterClock, meterAheadS, check, serverAgeMs, steps } = this.#keeper;
		const utcMs = this.#clock.utcMs();
		writer.openObject();
		if (utcMs !== undefined) {
			writer.name("utc");
			writer.time(utcMs);
		}
		writer.name("source");
		writer.string(source);
		writer.name("meterClock");
		writer.string(meterClock);
		if (meterAheadS !== undefined) {
			writer.name("meterAheadS");
			writer.number(meterAheadS);
		}
		writer.name("server");
		writer.string(check?.state ?? "off");
		if (check !== undefined) {
			writer.name("serverFailures");
			writer.number(check.failures);
		}
		if (serverAgeMs !== undefined) {
			writer.name("serverAgeS");
			writer.number(Math.floor(serverAgeMs / 1000));
		}
		writer.name("steps");
		writer.number(steps);
		writer.closeObject();
	}
}
