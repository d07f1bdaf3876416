import type { Clock, Timers } from "../../../ports/clock.js";
import type { Device } from "../../../ports/device.js";
import type { Log } from "../../../ports/log.js";
import type { MeterView } from "../../../publishers/modbus/meter-registers.js";
import { ModbusServer } from "../../../publishers/modbus/server.js";
import { SETTINGS, type Settings } from "../../../services/settings/table.js";
import { openTcpListener } from "../tcp.js";
import { AppError } from "./app-error.js";
import { hostAndPort } from "./url.js";

/** A host has memory: more readers than a dongle. */
const LIMITS = { maxConnections: 32 };

/** What Modbus TCP of the app is made from. */
export type AppModbusOptions = {
	readonly settings: Settings;
	/** Instead of the settings' own; 0 takes any free one. */
	readonly port: number | undefined;
	readonly meter: MeterView;
	readonly device: Device;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly log: Log;
};

/** Modbus TCP that listens. */
export type ModbusPlace = { readonly server: ModbusServer; readonly port: number };

function advice(code: "port-taken" | "not-permitted" | "failed", where: string, detail: string): string {
	if (code === "port-taken") {
		return `Modbus: ${where} is taken by another program. Choose another port with --modbus-port, or off`;
	}
	if (code === "not-permitted") {
		return `Modbus: not allowed to listen on ${where}. Choose a port from 1024 on with --modbus-port, or off`;
	}
	return `Modbus: cannot listen on ${where} (${detail}). Check --http-host and --modbus-port`;
}

/**
 * Starts Modbus TCP if the settings want it. The usual port that nobody asked for is only missed with a warning: a second
 * app on this computer must not fail for it.
 * @throws AppError when it cannot listen where it was told to. */
export function openModbus(options: AppModbusOptions): Promise<ModbusPlace | undefined> {
	const { settings, meter, device, clock, timers, log } = options;
	const { httpHost: host } = settings;
	if (!settings.modbus) return Promise.resolve(undefined);
	const port = options.port ?? settings.modbusPort;
	const isAskedFor = options.port !== undefined || settings.modbusPort !== SETTINGS.modbusPort.hostDefault;
	return new Promise((resolve, reject) => {
		const server: ModbusServer = new ModbusServer({
			openListener: openTcpListener,
			port,
			host,
			meter,
			serial: device.serial,
			clock,
			timers,
			limits: LIMITS,
			onListening: (actual) => resolve({ server, port: actual }),
			onError: (code, detail) => {
				const message = advice(code, hostAndPort(host, port), detail);
				if (isAskedFor) {
					reject(new AppError(message));
					return;
				}
				log.warn(message);
				resolve(undefined);
			},
		});
	});
}
