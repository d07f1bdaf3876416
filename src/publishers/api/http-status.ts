import type { JsonWriter } from "../../core/json-writer.js";
import type { HttpStatistics } from "../../http/counters.js";
import type { StatusSource } from "../../ports/status-source.js";

/** What the status wants to know of the HTTP server. */
export interface HttpServerView {
	readonly statistics: HttpStatistics;
	/** Connections that are open now. */
	readonly openConnections: number;
}

/** The section `http` of the status. */
export class HttpStatus implements StatusSource {
	readonly statusName = "http";
	readonly #server: () => HttpServerView;

	/** @param server - Asked when the status is: the server itself can only be made after the routes. */
	constructor(server: () => HttpServerView) {
		this.#server = server;
	}

	writeStatus(writer: JsonWriter): void {
		const { statistics, openConnections } = this.#server();
		writer.openObject();
		writer.name("openConnections");
		writer.number(openConnections);
		for (let i = 0; i < COUNTERS.length; i++) {
			const name = COUNTERS[i] as (typeof COUNTERS)[number];
			writer.name(name);
			writer.number(statistics[name]);
		}
		writer.name("errorsByStatus");
		writer.openObject();
		for (const [status, count] of statistics.errorsByStatus) {
			writer.name(String(status));
			writer.number(count);
		}
		writer.closeObject();
		writer.closeObject();
	}
}

const COUNTERS = Object.freeze(["accepted", "refused", "evicted", "requests", "timeouts", "faults"] as const);
