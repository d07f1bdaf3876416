import type { JsonWriter } from "../../../core/json-writer.js";
import type { Resource } from "../../../http/router.js";
import type { HttpServer } from "../../../http/server.js";
import type { Clock, Timers } from "../../../ports/clock.js";
import type { Device } from "../../../ports/device.js";
import type { Log } from "../../../ports/log.js";
import type { StatusSource } from "../../../ports/status-source.js";
import { ReadingEvents } from "../../../publishers/api/events.js";
import { DongleMetrics } from "../../../publishers/metrics/dongle-metrics.js";
import { HttpMetrics } from "../../../publishers/metrics/http-metrics.js";
import { MeterMetrics } from "../../../publishers/metrics/meter-metrics.js";
import { Metrics } from "../../../publishers/metrics/metrics.js";
import { MqttMetrics } from "../../../publishers/metrics/mqtt-metrics.js";
import { StreamMetrics } from "../../../publishers/metrics/stream-metrics.js";
import type { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import { TelegramStreamStatus } from "../../../publishers/telegram-stream/status.js";
import { TcpTelegrams } from "../../../publishers/telegram-stream/tcp-telegrams.js";
import { TelegramFeed } from "../../../publishers/telegram-stream/telegram-feed.js";
import { WebSocketTelegrams } from "../../../publishers/telegram-stream/web-socket-telegrams.js";
import type { Meter, MeterListener } from "../../../services/meter.js";
import type { ReadingDocument } from "../../../services/reading-document.js";
import { SETTINGS, type Settings } from "../../../services/settings/table.js";
import { openTcpListener } from "../tcp.js";
import { AppError } from "./app-error.js";
import { hostAndPort } from "./url.js";

/** A host has memory: more readers than a dongle. */
const MAX_CLIENTS = 32;

export type AppStreamsOptions = {
	readonly meter: Meter;
	readonly document: ReadingDocument;
	readonly device: Device;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly log: Log;
};

/** What the metrics measure beside the meter and the streams. */
export type Measured = {
	readonly server: () => HttpServer;
	/** Undefined: no MQTT. */
	readonly publisher: MqttPublisher | undefined;
	/** See MetricsOptions. */
	readonly writer: JsonWriter;
};

/** Raw telegrams over TCP that listen. */
export type TelegramPlace = { readonly tcp: TcpTelegrams; readonly port: number };

function advice(code: "port-taken" | "not-permitted" | "failed", where: string, detail: string): string {
	if (code === "port-taken") {
		return `Telegrams: ${where} is taken by another program. Choose another port with --telegram-port, or off`;
	}
	if (code === "not-permitted") {
		return `Telegrams: not allowed to listen on ${where}. Choose a port from 1024 on with --telegram-port, or off`;
	}
	return `Telegrams: cannot listen on ${where} (${detail}). Check --http-host and --telegram-port`;
}

/** The streams of the app: raw telegrams over TCP and WebSocket, readings as events; and the metrics. */
export class AppStreams {
	/** For the meter, behind the document. */
	readonly listeners: readonly MeterListener[];
	readonly #options: AppStreamsOptions;
	readonly #feed: TelegramFeed;
	readonly #webSocket: WebSocketTelegrams;
	readonly #events: ReadingEvents;
	#place: TelegramPlace | undefined;

	constructor(options: AppStreamsOptions) {
		const { meter, document, timers } = options;
		this.#options = options;
		this.#feed = new TelegramFeed(() => meter.reading);
		this.#webSocket = new WebSocketTelegrams({ feed: this.#feed, maxClients: MAX_CLIENTS });
		this.#events = new ReadingEvents({ meter, document, timers, maxStreams: MAX_CLIENTS });
		this.listeners = [this.#feed, this.#events];
	}

	/**
	 * Starts to listen for readers of raw telegrams if the settings want it. The usual port that nobody asked for is only
	 * missed with a warning: a second app on this computer must not fail for it.
	 * @param askedPort - Instead of the settings' own; 0 takes any free one.
	 * @throws AppError when it cannot listen where it was told to. */
	listen(settings: Settings, askedPort: number | undefined): Promise<TelegramPlace | undefined> {
		const { httpHost: host } = settings;
		if (!settings.telegram) return Promise.resolve(undefined);
		const port = askedPort ?? settings.telegramPort;
		const isAskedFor = askedPort !== undefined || settings.telegramPort !== SETTINGS.telegramPort.default;
		return new Promise((resolve, reject) => {
			const tcp: TcpTelegrams = new TcpTelegrams({
				openListener: openTcpListener,
				port,
				host,
				feed: this.#feed,
				maxClients: MAX_CLIENTS,
				onListening: (actual) => {
					this.#place = { tcp, port: actual };
					resolve(this.#place);
				},
				onError: (code, detail) => {
					const message = advice(code, hostAndPort(host, port), detail);
					if (isAskedFor && this.#place === undefined) {
						reject(new AppError(message));
						return;
					}
					this.#options.log.warn(message);
					resolve(undefined);
				},
			});
		});
	}

	/** Sections of the status. */
	statusSources(): readonly StatusSource[] {
		const tcp = this.#place?.tcp;
		return [
			new TelegramStreamStatus({ ...(tcp === undefined ? {} : { tcp }), webSocket: this.#webSocket }),
			this.#events,
		];
	}

	/** What answers over HTTP. */
	resources({ server, publisher, writer }: Measured): readonly Resource[] {
		const { meter, device, clock } = this.#options;
		const tcp = this.#place?.tcp;
		const metrics = new Metrics({
			meter,
			sources: [
				new MeterMetrics(meter),
				new DongleMetrics(device, clock),
				new HttpMetrics(server),
				new StreamMetrics({
					...(tcp === undefined ? {} : { tcp }),
					websocket: this.#webSocket,
					events: this.#events,
				}),
				...(publisher === undefined ? [] : [new MqttMetrics(publisher)]),
			],
			writer,
		});
		return [this.#events, this.#webSocket, metrics];
	}

	/** Ends every stream; before the HTTP server closes. Idempotent. */
	close(): void {
		this.#place?.tcp.close();
		this.#webSocket.close();
		this.#events.close();
	}
}
