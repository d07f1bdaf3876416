import host from "platform/moddable/chip/host";
import type { JsonWriter } from "../../../core/json-writer.js";
import type { Resource } from "../../../http/router.js";
import type { Indicator } from "../../../ports/indicator.js";
import type { StatusSource } from "../../../ports/status-source.js";
import { HOME_WIZARD_OFF, HomeWizardApi } from "../../../publishers/homewizard/routes.js";
import { ModbusServer } from "../../../publishers/modbus/server.js";
import { ShellyHttp } from "../../../publishers/shelly/http.js";
import { ShellyRpc } from "../../../publishers/shelly/rpc.js";
import { ShellyUdp } from "../../../publishers/shelly/udp.js";
import type { Meter, MeterListener } from "../../../services/meter.js";
import { createOpenTcpListener } from "../tcp.js";
import { createOpenUdpSocket } from "../udp.js";
import type { Parts } from "./parts.js";

/** A part of the program with what the others must know of it; nothing is made for what the settings have switched off. */
export type Output = {
	/** For the meter, behind the document. */
	readonly listeners?: readonly MeterListener[];
	/** Sections of the status. */
	readonly statusSources?: readonly StatusSource[];
	/** What it answers over HTTP. */
	readonly resources?: readonly Resource[];
	/** Before the HTTP server closes. */
	close?(): void;
};

export type OutputParts = Parts & {
	readonly meter: Meter;
	readonly indicator: Indicator;
	/** Has room for the longest answer of any output; used while an answer is written only, so that they share it. */
	readonly writer: JsonWriter;
};

/** Where servers listen: a device has one address. */
export function listenHost({ settings }: Pick<Parts, "settings">): { readonly host?: string } {
	return host.platform === "host" ? { host: settings.httpHost } : {};
}

/** What speaks to programs that know other makers' meters, as far as the settings want it. */
export function createOutputs(parts: OutputParts): readonly Output[] {
	const { settings, meter, device, indicator, writer } = parts;
	return [
		...(settings.modbus ? [createModbus(parts)] : []),
		...(settings.shelly ? [createShelly(parts)] : []),
		{
			resources: [settings.homewizard ? new HomeWizardApi({ meter, device, indicator, writer }) : HOME_WIZARD_OFF],
		},
	];
}

/** A port that cannot be had is logged: the rest of the program is worth more than to end for it. */
function createModbus(parts: OutputParts): Output {
	const { context, settings, meter, device, clock, timers, log } = parts;
	const server = new ModbusServer({
		openListener: createOpenTcpListener(context),
		port: settings.modbusPort,
		...listenHost(parts),
		meter,
		serial: device.serial,
		clock,
		timers,
		onListening: (port) => log.info(`Modbus TCP is on port ${port}`),
		onError: (code, detail) => log.warn(`Modbus TCP (${code}): ${detail}`),
	});
	return { statusSources: [server], close: () => server.close() };
}

function createShelly(parts: OutputParts): Output {
	const { context, settings, meter, device, clock, log, writer } = parts;
	const rpc = new ShellyRpc(meter, { name: settings.name, serial: device.serial });
	const udp = new ShellyUdp({
		openSocket: createOpenUdpSocket(context),
		...listenHost(parts),
		rpc,
		clock,
		writer,
		onListening: (port) => log.info(`the Shelly emulation is on UDP port ${port}`),
		onError: (port, code, detail) => log.warn(`Shelly emulation, UDP port ${port} (${code}): ${detail}`),
	});
	return { resources: [new ShellyHttp(rpc, writer)], statusSources: [udp], close: () => udp.close() };
}
