import { literal } from "../../core/literal.js";
import type { HttpStatistics } from "../../http/counters.js";
import type { Exposition } from "./exposition.js";
import { counter, gauge } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const OPEN = gauge("p1_http_connections", "Connections that are open now.");
const ERRORS = counter("p1_http_errors_total", "Answers with a status from 400 on.");
const STATUS = literal('{status="');
const END = literal('"}');

const COUNTERS = Object.freeze([
	["accepted", counter("p1_http_connections_accepted_total", "Connections taken.")],
	["refused", counter("p1_http_connections_refused_total", "Connections refused because all were in use.")],
	["evicted", counter("p1_http_connections_evicted_total", "Idle connections closed to make room.")],
	["requests", counter("p1_http_requests_total", "Requests.")],
	["timeouts", counter("p1_http_timeouts_total", "Peers cut off because they were too slow.")],
	["faults", counter("p1_http_faults_total", "Answers that failed inside the program.")],
] as const);

/** What is measured of the HTTP server. */
export interface MeasuredServer {
	readonly statistics: HttpStatistics;
	readonly openConnections: number;
}

/** How the HTTP server does. */
export class HttpMetrics implements MetricsSource {
	readonly #server: () => MeasuredServer;

	/** @param server - Asked at each scrape: the server itself can only be made after the routes. */
	constructor(server: () => MeasuredServer) {
		this.#server = server;
	}

	writeMetrics(out: Exposition): void {
		const { statistics, openConnections } = this.#server();
		out.open(OPEN);
		out.sample(openConnections);
		for (let i = 0; i < COUNTERS.length; i++) {
			const entry = COUNTERS[i] as (typeof COUNTERS)[number];
			out.open(entry[1]);
			out.sample(statistics[entry[0]]);
		}
		out.open(ERRORS);
		statistics.errorsByStatus.forEach((count, status) => {
			out.beginSample();
			out.literal(STATUS);
			for (let power = 100; power >= 1; power /= 10) out.byte(48 + (Math.floor(status / power) % 10));
			out.literal(END);
			out.endSample(count);
		});
	}
}
