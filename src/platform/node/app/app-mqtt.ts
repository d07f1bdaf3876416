import type { Clock, Random, Timers } from "../../../ports/clock.js";
import type { Log } from "../../../ports/log.js";
import { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { StateSource } from "../../../publishers/mqtt/state-source.js";
import type { Settings } from "../../../services/settings/table.js";
import { type EmbeddedBroker, EmbeddedBrokerError, startEmbeddedBroker } from "../embedded-broker.js";
import { createConnectMqtt } from "../mqtt-client.js";
import { AppError } from "./app-error.js";
import { usualMqttPort } from "./mqtt-url.js";
import { reachableHost } from "./url.js";

/** The broker that the app publishes to. */
export type BrokerPlace = {
	readonly host: string;
	readonly port: number;
	/** Present when it runs in this process. */
	readonly embedded?: EmbeddedBroker;
};

async function startBroker(settings: Settings, port: number): Promise<EmbeddedBroker> {
	const { httpHost: host, mqttUser: username, mqttPass: password } = settings;
	try {
		return await startEmbeddedBroker({
			port,
			host,
			...(username === "" ? {} : { credentials: { username, password } }),
		});
	} catch (error) {
		if (!(error instanceof EmbeddedBrokerError)) throw error;
		const advice =
			error.code === "port-taken"
				? `Choose another port with --mqtt-port, or use that broker with --mqtt mqtt://${reachableHost(host)}:${port}`
				: "Choose another port with --mqtt-port, or --mqtt off";
		throw new AppError(`MQTT: ${error.message} ${advice}`);
	}
}

/**
 * Finds the broker of the settings, and starts it where it is the embedded one.
 * @param embeddedPort - of the embedded broker instead of the settings' own; 0 takes any free one.
 * @throws AppError when the embedded broker cannot listen. */
export async function openBroker(settings: Settings, embeddedPort: number | undefined): Promise<BrokerPlace> {
	const port = settings.mqttPort === 0 ? usualMqttPort(settings.mqttTls) : settings.mqttPort;
	if (settings.mqttHost !== "") return { host: settings.mqttHost, port };
	const embedded = await startBroker(settings, embeddedPort ?? port);
	return { host: reachableHost(settings.httpHost), port: embedded.port, embedded };
}

export type AppPublisherOptions = {
	readonly settings: Settings;
	readonly broker: BrokerPlace;
	/** 12 hexadecimal digits. */
	readonly serial: string;
	readonly source: StateSource;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
};

/** The publisher that the settings ask for; it is not started yet. */
export function createPublisher(options: AppPublisherOptions): MqttPublisher {
	const { settings, broker, serial, ...rest } = options;
	const { mqttTls, mqttVerify: verify, mqttCa, mqttUser: username, mqttPass: password } = settings;
	const tls = { verify, ...(mqttCa === "" ? {} : { certificateAuthorityPem: mqttCa }) };
	return new MqttPublisher({
		...rest,
		connectMqtt: createConnectMqtt(),
		broker: {
			host: broker.host,
			port: broker.port,
			clientId: `p1${serial}`,
			...(mqttTls ? { tls } : {}),
			...(username === "" ? {} : { username }),
			...(password === "" ? {} : { password }),
		},
		baseTopic: settings.mqttTopic,
		qos: settings.mqttQos === 1 ? 1 : 0,
		minIntervalMs: settings.mqttMinMs,
		heartbeatMs: settings.mqttBeatS * 1000,
		onlyChanges: settings.mqttOnChange,
		publishValues: settings.mqttValues,
	});
}
