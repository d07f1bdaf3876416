import type { Clock, Random } from "../../../ports/clock.js";
import type { Log } from "../../../ports/log.js";
import { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { StateSource } from "../../../publishers/mqtt/state-source.js";
import { DEFAULT_DOCUMENT_BYTES } from "../../../services/reading-document.js";
import type { Settings } from "../../../services/settings/table.js";
import { createConnectMqtt } from "../mqtt-client.js";
import type { TcpContext } from "../tcp-stream.js";

/** The largest state with its topic, and a status beside it. */
const BYTES_IN_FLIGHT = DEFAULT_DOCUMENT_BYTES + 512;
/** IANA's ports for MQTT without and with TLS. */
const PORT = 1883;
const TLS_PORT = 8883;

export type PublisherOptions = {
	readonly context: TcpContext;
	readonly settings: Settings;
	/** 12 hexadecimal digits. */
	readonly serial: string;
	readonly source: StateSource;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
};

/** The publisher that the settings ask for, not started yet; undefined without MQTT or without a broker. */
export function createPublisher(options: PublisherOptions): MqttPublisher | undefined {
	const { context, settings, serial, ...rest } = options;
	const { mqtt, mqttHost, mqttPort, mqttTls, mqttVerify: verify, mqttCa, mqttUser, mqttPass } = settings;
	if (!mqtt || mqttHost === "") return undefined;
	const tls = { verify, ...(mqttCa === "" ? {} : { certificateAuthorityPem: mqttCa }) };
	return new MqttPublisher({
		...rest,
		timers: context.timers,
		connectMqtt: createConnectMqtt(context, { maxBytesInFlight: BYTES_IN_FLIGHT }),
		broker: {
			host: mqttHost,
			port: mqttPort === 0 ? (mqttTls ? TLS_PORT : PORT) : mqttPort,
			clientId: `p1${serial}`,
			...(mqttTls ? { tls } : {}),
			...(mqttUser === "" ? {} : { username: mqttUser }),
			...(mqttPass === "" ? {} : { password: mqttPass }),
		},
		baseTopic: settings.mqttTopic,
		qos: settings.mqttQos === 1 ? 1 : 0,
		minIntervalMs: settings.mqttMinMs,
		heartbeatMs: settings.mqttBeatS * 1000,
		onlyChanges: settings.mqttOnChange,
		publishValues: settings.mqttValues,
	});
}
