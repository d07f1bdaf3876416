import { JsonWriter } from "../../src/core/json-writer.js";
import type { Reading } from "../../src/core/reading.js";
import type { HttpLimits } from "../../src/http/limits.js";
import { type Resource, Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { DayHistory } from "../../src/insight/day-history.js";
import type { Device, LinkState, MemoryUse } from "../../src/ports/device.js";
import type { StatusSource } from "../../src/ports/status-source.js";
import type { OpenTcpListener } from "../../src/ports/tcp.js";
import { ReadingEvents } from "../../src/publishers/api/events.js";
import { HttpStatus } from "../../src/publishers/api/http-status.js";
import { PowerHistoryApi } from "../../src/publishers/api/power-history.js";
import { STATUS_BYTES } from "../../src/publishers/api/status.js";
import { Api } from "../../src/publishers/api.js";
import { MEASUREMENT_BYTES } from "../../src/publishers/homewizard/measurement.js";
import { HOME_WIZARD_OFF, HomeWizardApi } from "../../src/publishers/homewizard/routes.js";
import { DongleMetrics } from "../../src/publishers/metrics/dongle-metrics.js";
import { HttpMetrics } from "../../src/publishers/metrics/http-metrics.js";
import { MeterMetrics } from "../../src/publishers/metrics/meter-metrics.js";
import { Metrics } from "../../src/publishers/metrics/metrics.js";
import type { MetricsSource } from "../../src/publishers/metrics/metrics-source.js";
import { StreamMetrics } from "../../src/publishers/metrics/stream-metrics.js";
import { TelegramStreamStatus } from "../../src/publishers/telegram-stream/status.js";
import { TcpTelegrams } from "../../src/publishers/telegram-stream/tcp-telegrams.js";
import { TelegramFeed } from "../../src/publishers/telegram-stream/telegram-feed.js";
import { WebSocketTelegrams } from "../../src/publishers/telegram-stream/web-socket-telegrams.js";
import type { Meter } from "../../src/services/meter.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { seededRandom } from "./fake-clock.js";
import { FakeTcp } from "./fake-tcp.js";
import { type ParsedResponse, parseResponses } from "./http-harness.js";
import { MeterBench, type MeterBenchOptions } from "./meter-bench.js";
import { OwnerParts, type OwnerPartsOptions } from "./owner-parts.js";

export type ApiBenchOptions = {
	readonly meter?: MeterBenchOptions;
	/** Absent: a network in memory. */
	readonly openListener?: OpenTcpListener;
	readonly onListening?: (port: number) => void;
	/** Of the raw telegrams; absent: a network in memory. */
	readonly telegramListener?: OpenTcpListener;
	readonly onTelegramsListening?: (port: number) => void;
	readonly limits?: Partial<HttpLimits>;
	readonly documentBytes?: number;
	readonly scratchBytes?: number;
	readonly device?: Device;
	readonly statusSources?: readonly StatusSource[];
	/** With the streams and the metrics, as programs have them; default false. */
	readonly hasStreams?: boolean;
	/** Where there are streams: the HomeWizard-compatible API; default true. */
	readonly hasHomeWizard?: boolean;
	readonly homeWizardBytes?: number;
	readonly metricsSources?: readonly MetricsSource[];
	/** Where there are streams: of the owner and the settings. */
	readonly owner?: OwnerPartsOptions;
	/** Of each kind of stream; default 2. */
	readonly maxStreams?: number;
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
	readonly feed: TelegramFeed;
	readonly tcpTelegrams: TcpTelegrams;
	readonly webSocket: WebSocketTelegrams;
	readonly events: ReadingEvents;
	readonly metrics: Metrics;
	readonly history: DayHistory;
	readonly owner: OwnerParts;
	/** The network of {@link tcpTelegrams}. */
	readonly telegramNet = new FakeTcp();
	/** Where the API has something to GET. */
	readonly paths: readonly string[];
	/** What handlers threw. */
	readonly faults: unknown[] = [];

	constructor(options: ApiBenchOptions = {}) {
		const { documentBytes, scratchBytes = STATUS_BYTES, limits, onListening } = options;
		this.document = new ReadingDocument(documentBytes);
		this.feed = new TelegramFeed(() => this.meter.reading);
		const tellEvents = { onReading: () => this.events.onReading(), onStale: () => this.events.onStale() };
		const tellHistory = { onReading: (reading: Reading) => this.history.onReading(reading) };
		this.bench = new MeterBench({ ...options.meter, listeners: [this.document, this.feed, tellEvents, tellHistory] });
		const { clock } = this.bench;
		this.history = new DayHistory(clock);
		const { maxStreams = 2 } = options;
		const device = options.device ?? new FakeDevice();
		const writer = new JsonWriter(new Uint8Array(scratchBytes));
		const onError = (code: string, detail: string): void => void this.faults.push(`${code}: ${detail}`);
		const { feed, meter } = this;
		const { telegramListener = this.telegramNet.open, onTelegramsListening } = options;
		this.tcpTelegrams = new TcpTelegrams({
			openListener: telegramListener,
			port: 0,
			host: "127.0.0.1",
			feed,
			...(onTelegramsListening === undefined ? {} : { onListening: onTelegramsListening }),
			onError,
		});
		this.webSocket = new WebSocketTelegrams({ feed, maxClients: maxStreams });
		this.events = new ReadingEvents({ meter, document: this.document, timers: clock, maxStreams });
		const streams = { tcp: this.tcpTelegrams, websocket: this.webSocket, events: this.events };
		this.metrics = new Metrics({
			meter,
			sources: [
				new MeterMetrics(meter),
				new DongleMetrics(device, clock),
				new HttpMetrics(() => this.server),
				new StreamMetrics(streams),
				...(options.metricsSources ?? []),
			],
			writer,
		});
		const { hasStreams = false } = options;
		const streamStatus = [new TelegramStreamStatus({ tcp: this.tcpTelegrams, webSocket: this.webSocket }), this.events];
		const resources: Resource[] = [];
		const api = new Api({
			meter: this.meter,
			document: this.document,
			device,
			clock,
			random: seededRandom(options.seed ?? 1),
			statusSources: [
				new HttpStatus(() => this.server),
				...(hasStreams ? streamStatus : []),
				...(options.statusSources ?? []),
			],
			resources,
			writer,
		});
		const { hasHomeWizard = true, homeWizardBytes = MEASUREMENT_BYTES } = options;
		const indicator = { identify: () => {} };
		const homeWizard = hasHomeWizard
			? new HomeWizardApi({ meter, device, indicator, writer: new JsonWriter(new Uint8Array(homeWizardBytes)) })
			: HOME_WIZARD_OFF;
		this.owner = new OwnerParts({ clock, timers: clock, ...options.owner });
		resources.push(api);
		if (hasStreams) {
			const { events, webSocket, metrics, owner } = this;
			const history = new PowerHistoryApi(this.history, writer);
			resources.push(events, webSocket, metrics, history, homeWizard, ...owner.resources);
		}
		const routes = resources.flatMap((resource) => resource.routes);
		this.paths = routes.filter(({ method }) => method === "GET").map(({ path }) => path);
		const router = new Router({ resources, ...(hasStreams ? { gate: this.owner.guard } : {}) });
		this.server = new HttpServer({
			openListener: options.openListener ?? this.tcp.open,
			port: 0,
			host: "127.0.0.1",
			router,
			clock,
			timers: clock,
			...(limits === undefined ? {} : { limits }),
			...(onListening === undefined ? {} : { onListening }),
			onError,
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
		this.events.close();
		this.webSocket.close();
		this.tcpTelegrams.close();
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
