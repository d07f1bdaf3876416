import host from "platform/moddable/chip/host";
import { HomeAssistantDiscovery } from "../../../publishers/mqtt/discovery/discovery.js";
import type { MqttNetwork } from "../../../publishers/mqtt/link.js";
import { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import { type ReadingKeeper, ReadingSource } from "../../../publishers/mqtt/reading-source.js";
import { hostNameOf } from "../../../services/discovery.js";
import type { Network } from "../../../services/network/network.js";
import type { NetworkListener } from "../../../services/network/types.js";
import { DEFAULT_DOCUMENT_BYTES, type ReadingDocument } from "../../../services/reading-document.js";
import type { Settings } from "../../../services/settings/table.js";
import { VERSION } from "../../../version.js";
import { createConnectMqtt } from "../mqtt-client.js";
import type { AppNetwork } from "./network.js";
import type { Parts } from "./parts.js";

/** The largest state with its topic, and a status beside it. */
const BYTES_IN_FLIGHT = DEFAULT_DOCUMENT_BYTES + 512;
/** IANA's ports for MQTT without and with TLS. */
const PORT = 1883;
const TLS_PORT = 8883;
const HTTP_PORT = 80;

export type PublisherParts = Parts & {
	readonly meter: ReadingKeeper;
	readonly document: ReadingDocument;
	readonly network: AppNetwork;
};

/** The publisher that the settings ask for, not started yet; undefined without MQTT or without a broker. */
export function createPublisher(parts: PublisherParts): MqttPublisher | undefined {
	const { context, clock, timers, random, log, settings, device, meter, document, network } = parts;
	const { mqtt, mqttHost, mqttPort, mqttTls, mqttVerify: verify, mqttCa, mqttUser, mqttPass } = settings;
	if (!mqtt || mqttHost === "") return undefined;
	const tls = { verify, ...(mqttCa === "" ? {} : { certificateAuthorityPem: mqttCa }) };
	return new MqttPublisher({
		clock,
		timers,
		random,
		log,
		source: new ReadingSource(meter, document),
		connectMqtt: createConnectMqtt(context, { maxBytesInFlight: BYTES_IN_FLIGHT }),
		broker: {
			host: mqttHost,
			port: mqttPort === 0 ? (mqttTls ? TLS_PORT : PORT) : mqttPort,
			clientId: `p1${device.serial}`,
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
		extensions: [createDiscovery(parts)],
		...(network.network === undefined ? {} : { network: asMqttNetwork(network.network, network.networkListeners) }),
	});
}

/** On a computer there is no such network: it counts as always there. */
function asMqttNetwork(network: Network, listeners: NetworkListener[]): MqttNetwork {
	return {
		isConnected: () => network.ipAddress !== undefined,
		listen: (listener) => void listeners.push(listener),
	};
}

/** Also when it is off: what an earlier run announced is then removed. */
function createDiscovery({ clock, timers, random, log, settings, device, store, meter }: PublisherParts) {
	const { serial, model } = device;
	return new HomeAssistantDiscovery({
		isEnabled: settings.haDiscovery,
		prefix: settings.haPrefix,
		identity: { serial, name: settings.name, model, version: VERSION, ...pageUrl(settings, serial) },
		keeper: meter,
		store,
		clock,
		timers,
		random,
		log,
	});
}

/** Where people reach the page; a computer does not announce itself here. */
function pageUrl({ mdns, httpPort }: Settings, serial: string): { readonly configurationUrl?: string } {
	if (!mdns || host.platform !== "device") return {};
	const port = httpPort === HTTP_PORT ? "" : `:${httpPort}`;
	return { configurationUrl: `http://${hostNameOf(serial)}.local${port}/` };
}
