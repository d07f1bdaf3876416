import type { JsonWriter } from "../../../core/json-writer.js";
import type { HttpServer } from "../../../http/server.js";
import { ReadingEvents } from "../../../publishers/api/events.js";
import { DongleMetrics } from "../../../publishers/metrics/dongle-metrics.js";
import { HttpMetrics } from "../../../publishers/metrics/http-metrics.js";
import { MeterMetrics } from "../../../publishers/metrics/meter-metrics.js";
import { Metrics } from "../../../publishers/metrics/metrics.js";
import { type MeasuredMqtt, MqttMetrics } from "../../../publishers/metrics/mqtt-metrics.js";
import { StreamMetrics } from "../../../publishers/metrics/stream-metrics.js";
import { TelegramStreamStatus } from "../../../publishers/telegram-stream/status.js";
import { TcpTelegrams } from "../../../publishers/telegram-stream/tcp-telegrams.js";
import { TelegramFeed } from "../../../publishers/telegram-stream/telegram-feed.js";
import { WebSocketTelegrams } from "../../../publishers/telegram-stream/web-socket-telegrams.js";
import type { Meter } from "../../../services/meter.js";
import type { ReadingDocument } from "../../../services/reading-document.js";
import { createOpenTcpListener } from "../tcp.js";
import { listenHost, type Output } from "./outputs.js";
import type { Parts } from "./parts.js";

export type StreamsParts = Parts & {
	readonly meter: Meter;
	readonly document: ReadingDocument;
	/** Undefined: no MQTT. */
	readonly publisher: MeasuredMqtt | undefined;
	readonly server: () => HttpServer;
	/** See MetricsOptions. */
	readonly writer: JsonWriter;
};

/**
 * Makes the streams of telegrams and readings, and the metrics. A telegram port that cannot be had is logged: the rest of
 * the program is worth more than to end for it. */
export function createStreams(parts: StreamsParts): Output {
	const { context, settings, meter, document, device, publisher, server, clock, timers, log, writer } = parts;
	const feed = new TelegramFeed(() => meter.reading);
	const webSocket = new WebSocketTelegrams({ feed });
	const events = new ReadingEvents({ meter, document, timers });
	const tcp = settings.telegram
		? new TcpTelegrams({
				openListener: createOpenTcpListener(context),
				port: settings.telegramPort,
				...listenHost(parts),
				feed,
				onListening: (port) => log.info(`raw telegrams are on port ${port}`),
				onError: (code, detail) => log.warn(`raw telegrams (${code}): ${detail}`),
			})
		: undefined;
	const metrics = new Metrics({
		meter,
		sources: [
			new MeterMetrics(meter),
			new DongleMetrics(device, clock),
			new HttpMetrics(server),
			new StreamMetrics({ ...(tcp === undefined ? {} : { tcp }), websocket: webSocket, events }),
			...(publisher === undefined ? [] : [new MqttMetrics(publisher)]),
		],
		writer,
	});
	return {
		listeners: [feed, events],
		statusSources: [new TelegramStreamStatus({ ...(tcp === undefined ? {} : { tcp }), webSocket }), events],
		resources: [events, webSocket, metrics],
		close() {
			tcp?.close();
			webSocket.close();
			events.close();
		},
	};
}
