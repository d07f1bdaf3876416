import { writeNumberMember, writeTextMember } from "../../core/json-members.js";
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
		writeTextMember(writer, "source", source);
		writeTextMember(writer, "meterClock", meterClock);
		writeNumberMember(writer, "meterAheadS", meterAheadS);
		writeTextMember(writer, "server", check?.state ?? "off");
		writeNumberMember(writer, "serverFailures", check?.failures);
		if (serverAgeMs !== undefined) writeNumberMember(writer, "serverAgeS", Math.floor(serverAgeMs / 1000));
		writeNumberMember(writer, "steps", steps);
		writer.closeObject();
	}
}
