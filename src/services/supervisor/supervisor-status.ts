import { writeFlagMember, writeNumberMember, writeTextMember } from "../../core/json-members.js";
import type { JsonWriter } from "../../core/json-writer.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { RestartLog } from "./restarts.js";
import type { Supervisor } from "./supervisor.js";

/** What the chip knows of its health. */
export interface ChipHealth {
	/** Brown-outs since the last power cut. */
	readonly brownOutCount: number;
	/** The fewest bytes that were ever free outside the JavaScript heap. */
	readonly minimumSystemFreeBytes: number;
}

export type SupervisorStatusOptions = {
	readonly supervisor: Supervisor;
	readonly restarts: RestartLog;
	readonly chip: ChipHealth;
	/** Exceptions that were caught. */
	faults(): number;
};

/** The section `supervisor` of the device's status. */
export class SupervisorStatus implements StatusSource {
	readonly statusName = "supervisor";
	readonly #options: SupervisorStatusOptions;

	constructor(options: SupervisorStatusOptions) {
		this.#options = options;
	}

	writeStatus(writer: JsonWriter): void {
		const { supervisor, restarts, chip, faults } = this.#options;
		writer.openObject();
		writeTextMember(writer, "state", supervisor.state);
		writeNumberMember(writer, "stateS", supervisor.stateS);
		writeFlagMember(writer, "safe", restarts.isSafe);
		writeNumberMember(writer, "faults", faults());
		writeNumberMember(writer, "brownOuts", chip.brownOutCount);
		writeNumberMember(writer, "minimumSystemFreeBytes", chip.minimumSystemFreeBytes);
		writeNumberMember(writer, "starts", restarts.starts);
		writer.name("restarts");
		writer.openArray();
		for (const { cause, uptimeS } of restarts.restarts) {
			writer.openObject();
			writeTextMember(writer, "cause", cause);
			if (uptimeS >= 0) writeNumberMember(writer, "uptimeS", uptimeS);
			writer.closeObject();
		}
		writer.closeArray();
		writer.closeObject();
	}
}
