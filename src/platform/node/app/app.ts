import type { Readable } from "node:stream";
import { JsonWriter } from "../../../core/json-writer.js";
import { type Resource, Router } from "../../../http/router.js";
import { HttpServer } from "../../../http/server.js";
import { DayHistory } from "../../../insight/day-history.js";
import type { Clock, Random, Timers } from "../../../ports/clock.js";
import type { Device } from "../../../ports/device.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import type { OpenServiceDiscovery } from "../../../ports/service-discovery.js";
import { HttpStatus } from "../../../publishers/api/http-status.js";
import { PowerHistoryApi } from "../../../publishers/api/power-history.js";
import { STATUS_BYTES } from "../../../publishers/api/status.js";
import { UpdateApi } from "../../../publishers/api/update.js";
import { Api } from "../../../publishers/api.js";
import type { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import { ReadingSource } from "../../../publishers/mqtt/reading-source.js";
import { MqttStatus } from "../../../publishers/mqtt/status.js";
import type { PageFile } from "../../../publishers/page/page-file.js";
import { Meter, type MeterListener } from "../../../services/meter.js";
import { ReadingDocument } from "../../../services/reading-document.js";
import type { Source } from "../../../services/settings/source.js";
import type { Settings } from "../../../services/settings/table.js";
import { openTcpListener } from "../tcp.js";
import { type AppControl, openAccess } from "./app-access.js";
import { type DiscoveryPlace, openDiscovery } from "./app-discovery.js";
import { AppError } from "./app-error.js";
import { openHomeWizard } from "./app-homewizard.js";
import { type ModbusPlace, openModbus } from "./app-modbus.js";
import { type BrokerPlace, createPublisher, openBroker } from "./app-mqtt.js";
import { openShelly, type ShellyPlace } from "./app-shelly.js";
import { AppStreams, type TelegramPlace } from "./app-streams.js";
import { createP1Source } from "./p1-source.js";

/** What the app is told. */
export type AppSettings = {
	readonly settings: Settings;
	/** As the settings name it. */
	readonly source: Source;
	/** See P1SourceOptions. */
	readonly intervalMs: number;
	readonly speed: number;
	/** Instead of the settings' own; 0 takes any free one. */
	readonly httpPort?: number;
	/** Of the embedded broker; 0 takes any free one. */
	readonly brokerPort?: number;
	/** Instead of the settings' own; 0 takes any free one. */
	readonly telegramPort?: number;
	/** Instead of the settings' own; 0 takes any free one. */
	readonly modbusPort?: number;
	/** Of the emulated Shelly, instead of the usual ones; 0 takes any free one. */
	readonly shellyUdpPorts?: readonly number[];
};

/** What the app runs on. */
export type AppPlatform = {
	readonly device: Device;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
	readonly stdin: Readable;
	/** Keeps what the program notes for its next run; absent: nothing is kept. */
	readonly store?: KeyValueStore;
	/** Instead of mDNS on the network; for tests. */
	readonly openServiceDiscovery?: OpenServiceDiscovery;
	/** For browsers; absent: there is none. */
	readonly page?: PageFile;
	/** How it may be changed while it runs; absent: not at all. */
	readonly control?: AppControl;
};

/** A running app. */
export interface App {
	readonly meter: Meter;
	readonly server: HttpServer;
	readonly httpPort: number;
	/** Absent: no MQTT. */
	readonly broker?: BrokerPlace;
	readonly publisher?: MqttPublisher;
	/** Absent: no raw telegrams over TCP. */
	readonly telegrams?: TelegramPlace;
	/** Absent: no Modbus TCP. */
	readonly modbus?: ModbusPlace;
	/** Absent: no Shelly. */
	readonly shelly?: ShellyPlace;
	/** Absent: nothing is announced. */
	readonly discovery?: DiscoveryPlace;
	/** Publishes `offline`, and ends everything. Idempotent. */
	stop(): Promise<void>;
}

/** What is there beside the HTTP API. */
type Outputs = {
	readonly publisher: MqttPublisher | undefined;
	readonly history: DayHistory;
	readonly streams: AppStreams;
	readonly modbus: ModbusPlace | undefined;
	readonly shelly: ShellyPlace | undefined;
};

/** A host has memory: longer telegrams and more readers than a dongle. */
const TELEGRAM_BYTES = 8192;
const DOCUMENT_BYTES = 16_384;
const HOW_TO_UPDATE = "This program is no firmware. Update it with git pull and npm ci, and start it again.";
const HTTP_LIMITS = { maxConnections: 128, outputBytes: DOCUMENT_BYTES + 512 };

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function listenError(code: "port-taken" | "not-permitted" | "failed", where: string, detail: string): AppError {
	if (code === "port-taken") {
		return new AppError(`HTTP: ${where} is taken by another program. Choose another port with --http-port`);
	}
	if (code === "not-permitted") {
		return new AppError(`HTTP: not allowed to listen on ${where}. Choose a port from 1024 on with --http-port`);
	}
	return new AppError(`HTTP: cannot listen on ${where} (${detail}). Check --http-host and --http-port`);
}

/**
 * Starts the app: the meter, the HTTP API, and MQTT, Modbus TCP and the Shelly where they are on.
 * @throws AppError when it cannot run; nothing of it is left then. */
export async function startApp(appSettings: AppSettings, platform: AppPlatform): Promise<App> {
	const { settings } = appSettings;
	const { clock, timers, log } = platform;
	// First, so that the publisher is there when the first telegram comes.
	const broker = settings.mqtt ? await openBroker(settings, appSettings.brokerPort) : undefined;
	const document = new ReadingDocument(DOCUMENT_BYTES, (message) => log.warn(message));
	const listeners: MeterListener[] = [
		document,
		{ onReading: () => publisher?.onReading(), onStale: () => publisher?.onStale() },
	];
	let publisher: MqttPublisher | undefined;
	let meter: Meter;
	try {
		const openP1Port = await createP1Source({ ...appSettings, ...platform, profile: settings.profile });
		meter = new Meter({
			openP1Port,
			clock,
			timers,
			profile: settings.profile,
			telegramBytes: TELEGRAM_BYTES,
			listeners,
			onListenerFault: (error) => log.warn(`a reading could not be published: ${errorText(error)}`),
			onEnd: () => log.info("No more telegrams will come; the last reading stays until you stop this."),
		});
	} catch (error) {
		await broker?.embedded?.close(0);
		throw new AppError(errorText(error));
	}
	const streams = new AppStreams({ ...platform, meter, document });
	const history = new DayHistory(clock);
	listeners.push(...streams.listeners, history);
	if (broker !== undefined) {
		const source = new ReadingSource(meter, document);
		publisher = createPublisher({
			...platform,
			settings,
			broker,
			meter,
			source,
			httpPort: appSettings.httpPort ?? settings.httpPort,
		});
		publisher.start();
	}
	let telegrams: TelegramPlace | undefined;
	let modbus: ModbusPlace | undefined;
	let shelly: ShellyPlace | undefined;
	const stopRest = async (server?: HttpServer): Promise<void> => {
		meter.close();
		streams.close();
		modbus?.server.close();
		shelly?.udp.close();
		await new Promise<void>((resolve) => (publisher === undefined ? resolve() : publisher.stop(resolve)));
		server?.close();
		await broker?.embedded?.close();
	};
	let server: HttpServer;
	let httpPort: number;
	try {
		telegrams = await streams.listen(settings, appSettings.telegramPort);
		modbus = await openModbus({ ...platform, settings, port: appSettings.modbusPort, meter });
		shelly = await openShelly({ ...platform, settings, udpPorts: appSettings.shellyUdpPorts, meter });
		[server, httpPort] = await listen(appSettings, platform, meter, document, {
			publisher,
			history,
			streams,
			modbus,
			shelly,
		});
	} catch (error) {
		await stopRest();
		throw error;
	}
	const discovery = openDiscovery({ ...platform, settings, httpPort });
	const stopAll = async (): Promise<void> => {
		await new Promise<void>((resolve) => (discovery === undefined ? resolve() : discovery.discovery.close(resolve)));
		await stopRest(server);
	};
	let stopping: Promise<void> | undefined;
	return {
		meter,
		server,
		httpPort,
		...(broker === undefined ? {} : { broker }),
		...(publisher === undefined ? {} : { publisher }),
		...(telegrams === undefined ? {} : { telegrams }),
		...(modbus === undefined ? {} : { modbus }),
		...(shelly === undefined ? {} : { shelly }),
		...(discovery === undefined ? {} : { discovery }),
		stop() {
			stopping ??= stopAll();
			return stopping;
		},
	};
}

function listen(
	appSettings: AppSettings,
	{ device, clock, timers, random, log, page, control }: AppPlatform,
	meter: Meter,
	document: ReadingDocument,
	{ publisher, history, streams, modbus, shelly }: Outputs,
): Promise<[HttpServer, number]> {
	const { settings, httpPort: port = settings.httpPort } = appSettings;
	const { httpHost: host } = settings;
	return new Promise((resolve, reject) => {
		const http = new HttpStatus(() => server);
		const writer = new JsonWriter(new Uint8Array(STATUS_BYTES));
		const homeWizard = openHomeWizard({ settings, meter, device, log });
		const owner = openAccess({ control, settings, serial: device.serial, clock, timers, log, scratch: writer.bytes });
		const resources: Resource[] = [];
		const api = new Api({
			meter,
			document,
			device,
			clock,
			random,
			statusSources: [
				http,
				...streams.statusSources(),
				...(publisher === undefined ? [] : [new MqttStatus(publisher)]),
				...(modbus === undefined ? [] : [modbus.server]),
				...(shelly === undefined ? [] : [shelly.udp]),
			],
			resources,
			...(page === undefined ? {} : { page }),
			writer,
		});
		resources.push(
			api,
			...streams.resources({ server: () => server, publisher, writer }),
			new PowerHistoryApi(history, writer),
			...(shelly === undefined ? [] : [shelly.http]),
			homeWizard,
			...owner.resources,
			new UpdateApi(HOW_TO_UPDATE),
		);
		const server = new HttpServer({
			openListener: openTcpListener,
			port,
			host,
			router: new Router({ resources, gate: owner.guard }),
			clock,
			timers,
			limits: HTTP_LIMITS,
			onListening: (actual) => resolve([server, actual]),
			onError: (code, detail) => {
				server.close();
				reject(listenError(code, `${host}:${port}`, detail));
			},
			onFault: (where, error) => log.warn(`${where}: ${errorText(error)}`),
		});
	});
}
