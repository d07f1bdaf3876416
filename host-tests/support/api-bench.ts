import type { HttpLimits } from "../../src/http/limits.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import type { Device, LinkState, MemoryUse } from "../../src/ports/device.js";
import type { StatusSource } from "../../src/ports/status-source.js";
import type { OpenTcpListener } from "../../src/ports/tcp.js";
import { HttpStatus } from "../../src/publishers/api/http-status.js";
import { STATUS_BYTES } from "../../src/publishers/api/status.js";
import { apiRoutes } from "../../src/publishers/api.js";
import type { Meter } from "../../src/services/meter.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { seededRandom } from "./fake-clock.js";
import { FakeTcp } from "./fake-tcp.js";
import { type ParsedResponse, parseResponses } from "./http-harness.js";
import { MeterBench, type MeterBenchOptions } from "./meter-bench.js";

export type ApiBenchOptions = {
	readonly meter?: MeterBenchOptions;
	/** Absent: a network in memory. */
	readonly openListener?: OpenTcpListener;
	readonly onListening?: (port: number) => void;
	readonly limits?: Partial<HttpLimits>;
	readonly documentBytes?: number;
	readonly scratchBytes?: number;
	readonly device?: Device;
	readonly statusSources?: readonly StatusSource[];
	/** Another one is another run of the program. */
	readonly seed?: number;
};

export type ApiRequest = {
	readonly method?: string;
	/** Header lines without line end. */
	readonly headers?: readonly string[];
	/** Default "1.1". */
	readonly httpVersion?: "1.0" | "1.1";
};

/** A device whose memory and link are set by a test. */
export class FakeDevice implements Device {
	readonly serial = "3c39e7aabbcc";
	readonly model = "bench";
	memoryUse: MemoryUse = { heapUsedBytes: 61_234, heapTotalBytes: 94_208, systemFreeBytes: 120_000 };
	linkState: LinkState = { kind: "wifi", connected: true, rssiDbm: -61, ipAddress: "192.0.2.9", ssid: "home" };

	memory(): MemoryUse {
		return this.memoryUse;
	}

	link(): LinkState {
		return this.linkState;
	}
}

/** The HTTP API on a meter, a network and a clock in a test's hand. */
export class ApiBench {
	readonly bench: MeterBench;
	readonly document: ReadingDocument;
	readonly tcp = new FakeTcp();
	readonly server: HttpServer;
	/** Where the API has something to GET. */
	readonly paths: readonly string[];
	/** What handlers threw. */
	readonly faults: unknown[] = [];

	constructor(options: ApiBenchOptions = {}) {
		const { documentBytes, scratchBytes = STATUS_BYTES, limits, onListening } = options;
		this.document = new ReadingDocument(documentBytes);
		this.bench = new MeterBench({ ...options.meter, listeners: [this.document] });
		const { clock } = this.bench;
		const routes = apiRoutes({
			meter: this.meter,
			document: this.document,
			device: options.device ?? new FakeDevice(),
			clock,
			random: seededRandom(options.seed ?? 1),
			statusSources: [new HttpStatus(() => this.server), ...(options.statusSources ?? [])],
			scratch: new Uint8Array(scratchBytes),
		});
		this.paths = routes.map(({ path }) => path);
		const router = new Router({ routes });
		this.server = new HttpServer({
			openListener: options.openListener ?? this.tcp.open,
			port: 0,
			host: "127.0.0.1",
			router,
			clock,
			timers: clock,
			...(limits === undefined ? {} : { limits }),
			...(onListening === undefined ? {} : { onListening }),
			onError: (code, detail) => this.faults.push(`${code}: ${detail}`),
			onFault: (where, error) => this.faults.push(`${where}: ${String(error)}`),
		});
	}

	get meter(): Meter {
		return this.bench.meter;
	}

	/** One request on a connection of its own. */
	ask(path: string, request: ApiRequest = {}): ParsedResponse {
		const { method = "GET" } = request;
		const peer = this.tcp.connect();
		peer.send(requestText(path, request));
		peer.end();
		const [response, ...more] = parseResponses(peer.received, [method], true);
		if (response === undefined || more.length > 0) throw new Error(`not one response: ${peer.received}`);
		return response;
	}

	/** As {@link ask}, parsed. */
	json(path: string): Record<string, unknown> {
		return JSON.parse(this.ask(path).body);
	}

	close(): void {
		this.server.close();
		this.meter.close();
	}
}

/** A request without body. */
export function requestText(
	path: string,
	{ method = "GET", headers = [], httpVersion = "1.1" }: ApiRequest = {},
): string {
	const lines = [`${method} ${path} HTTP/${httpVersion}`, "Host: p1", ...headers];
	return `${lines.join("\r\n")}\r\n\r\n`;
}
