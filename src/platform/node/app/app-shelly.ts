import { JsonWriter } from "../../../core/json-writer.js";
import type { Clock } from "../../../ports/clock.js";
import type { Device } from "../../../ports/device.js";
import type { Log } from "../../../ports/log.js";
import { ANSWER_BYTES } from "../../../publishers/shelly/frame.js";
import { ShellyHttp } from "../../../publishers/shelly/http.js";
import { type MeterView, ShellyRpc } from "../../../publishers/shelly/rpc.js";
import { SHELLY_UDP_PORTS, ShellyUdp } from "../../../publishers/shelly/udp.js";
import type { Settings } from "../../../services/settings/table.js";
import { openUdpSocket } from "../udp.js";
import { AppError } from "./app-error.js";
import { hostAndPort } from "./url.js";

/** What the app's emulation of a Shelly is made from. */
export type AppShellyOptions = {
	readonly settings: Settings;
	/** Instead of the usual ones; 0 takes any free one. */
	readonly udpPorts: readonly number[] | undefined;
	readonly meter: MeterView;
	readonly device: Device;
	readonly clock: Clock;
	readonly log: Log;
};

/** The emulation, with the UDP ports that it listens on. */
export type ShellyPlace = {
	readonly udp: ShellyUdp;
	readonly udpPorts: readonly number[];
	readonly http: ShellyHttp;
};

/**
 * Starts the emulation of a Shelly if the settings want it. A port that only root may use is missed with a warning as long
 * as another one is there.
 * @throws AppError when a port is taken, or none can be had. */
export function openShelly(options: AppShellyOptions): Promise<ShellyPlace | undefined> {
	const { settings, udpPorts: ports = SHELLY_UDP_PORTS, meter, device, clock, log } = options;
	const { httpHost: host, name } = settings;
	if (!settings.shelly) return Promise.resolve(undefined);
	const writer = new JsonWriter(new Uint8Array(ANSWER_BYTES));
	const rpc = new ShellyRpc(meter, { name, serial: device.serial });
	return new Promise((resolve, reject) => {
		const open: number[] = [];
		let left = ports.length;
		const settle = (): void => {
			left--;
			if (left > 0) return;
			if (open.length > 0) resolve({ udp, udpPorts: open, http: new ShellyHttp(rpc, writer) });
			else fail(`not allowed to listen on ${host}, UDP ports ${ports.join(" and ")}`);
		};
		const fail = (what: string): void => {
			udp.close();
			reject(new AppError(`Shelly: ${what}. Leave out --shelly, or make room for it`));
		};
		const udp: ShellyUdp = new ShellyUdp({
			openSocket: openUdpSocket,
			ports,
			host,
			rpc,
			clock,
			writer,
			onListening: (port) => {
				open.push(port);
				settle();
			},
			onError: (port, code, detail) => {
				const where = `${hostAndPort(host, port)} (UDP)`;
				if (code === "port-taken") fail(`${where} is taken by another program`);
				else if (code === "failed") fail(`cannot listen on ${where}: ${detail}`);
				else {
					log.warn(`Shelly: not allowed to listen on ${where}; batteries that ask there hear nothing`);
					settle();
				}
			},
		});
	});
}
