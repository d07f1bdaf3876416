import type { Clock, Random, Timers } from "../../../ports/clock.js";
import type { Device } from "../../../ports/device.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import { HomeAssistantDiscovery } from "../../../publishers/mqtt/discovery/discovery.js";
import { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { ReadingKeeper } from "../../../publishers/mqtt/reading-source.js";
import type { StateSource } from "../../../publishers/mqtt/state-source.js";
import type { Settings } from "../../../services/settings/table.js";
import { VERSION } from "../../../version.js";
import { type EmbeddedBroker, EmbeddedBrokerError, startEmbeddedBroker } from "../embedded-broker.js";
import { createConnectMqtt } from "../mqtt-client.js";
import { AppError } from "./app-error.js";
import { usualMqttPort } from "./mqtt-url.js";
import { httpUrl, isLoopback, reachableHost } from "./url.js";

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
		const advice = {
			"port-taken": ` Choose another port with --mqtt-port, or use that broker with --mqtt mqtt://${reachableHost(host)}:${port}`,
			"not-permitted": ". Choose a port from 1024 on with --mqtt-port, or --mqtt off",
			failed: ". Check --http-host and --mqtt-port, or --mqtt off",
		}[error.code];
		throw new AppError(`MQTT: ${error.message}${advice}`);
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
	readonly device: Device;
	readonly meter: ReadingKeeper;
	readonly source: StateSource;
	/** 0: not known yet. */
	readonly httpPort: number;
	readonly store?: KeyValueStore;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
};

/** Where others reach the program's page; undefined when it is for this computer only. */
function pageUrl({ settings, httpPort, device }: AppPublisherOptions): string | undefined {
	const { httpHost } = settings;
	const host = httpHost === "0.0.0.0" || httpHost === "::" ? device.link().ipAddress : httpHost;
	if (host === undefined || httpPort === 0 || isLoopback(host)) return undefined;
	return `${httpUrl(host, httpPort)}/`;
}

function createDiscovery(options: AppPublisherOptions): HomeAssistantDiscovery {
	const { settings, device, meter, store, clock, timers, random, log } = options;
	const configurationUrl = pageUrl(options);
	return new HomeAssistantDiscovery({
		isEnabled: settings.haDiscovery,
		prefix: settings.haPrefix,
		identity: {
			serial: device.serial,
			name: settings.name,
			model: device.model,
			version: VERSION,
			...(configurationUrl === undefined ? {} : { configurationUrl }),
		},
		keeper: meter,
		...(store === undefined ? {} : { store }),
		clock,
		timers,
		random,
		log,
	});
}

/** The publisher that the settings ask for; it is not started yet. */
export function createPublisher(options: AppPublisherOptions): MqttPublisher {
	const { settings, broker, device, source, clock, timers, random, log } = options;
	const { mqttTls, mqttVerify: verify, mqttCa, mqttUser: username, mqttPass: password } = settings;
	const tls = { verify, ...(mqttCa === "" ? {} : { certificateAuthorityPem: mqttCa }) };
	return new MqttPublisher({
		clock,
		timers,
		random,
		log,
		source,
		connectMqtt: createConnectMqtt(),
		broker: {
			host: broker.host,
			port: broker.port,
			clientId: `p1${device.serial}`,
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
		extensions: [createDiscovery(options)],
	});
}
