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
		writer.name("state");
		writer.string(supervisor.state);
		number(writer, "stateS", supervisor.stateS);
		number(writer, "faults", faults());
		number(writer, "brownOuts", chip.brownOutCount);
		number(writer, "minimumSystemFreeBytes", chip.minimumSystemFreeBytes);
		number(writer, "starts", restarts.starts);
		writer.name("restarts");
		writer.openArray();
		for (const { cause, uptimeS } of restarts.restarts) {
			writer.openObject();
			writer.name("cause");
			writer.string(cause);
			if (uptimeS >= 0) number(writer, "uptimeS", uptimeS);
			writer.closeObject();
		}
		writer.closeArray();
		writer.closeObject();
	}
}

function number(writer: JsonWriter, name: string, value: number): void {
	writer.name(name);
	writer.number(value);
}
