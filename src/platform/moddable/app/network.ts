import host from "platform/moddable/chip/host";
import type { LinkState } from "../../../ports/device.js";
import { hostNameOf } from "../../../services/discovery.js";
import { LinkWatch } from "../../../services/network/link-watch.js";
import { Network } from "../../../services/network/network.js";
import { NetworkStatus } from "../../../services/network/network-status.js";
import { networkSettingsOf } from "../../../services/network/settings.js";
import type { NetworkListener } from "../../../services/network/types.js";
import type { Settings } from "../../../services/settings/table.js";
import type { Announcement } from "./announcement.js";
import type { AppBoard } from "./board.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

/** The connection to the house's network, as the other parts know it. */
export type AppNetwork = Output & {
	/** Absent where the system keeps its link itself. */
	readonly network?: Network;
	/** Told of it, in this order; more may be added in the turn that started the program. */
	readonly networkListeners: NetworkListener[];
	/** Settings have changed. */
	applySettings(settings: Settings): void;
};

/**
 * Turns the radio on, where there is one and once the supply can bear it, and keeps the dongle in its network; what it announces
 * follows its address. */
export function createNetwork(parts: Parts, { supply }: AppBoard, announcement: Announcement): AppNetwork {
	const { guard, context, clock, timers, random, store, device, settings, log } = parts;
	const openWifi = host.openWifi?.(context);
	if (openWifi === undefined) {
		announcement.onConnected();
		return { networkListeners: [], applySettings() {} };
	}
	const networkListeners: NetworkListener[] = [
		{ onConnected: () => announcement.onConnected(), onDisconnected: () => announcement.close() },
	];
	const network = new Network({
		openWifi,
		clock,
		timers,
		random,
		store,
		settings: networkSettingsOf(settings),
		hostName: hostNameOf(device.serial),
		brownOutCount: host.brownOutCount(),
		...(supply === undefined ? {} : { whenPowered: (start) => supply.whenCharged(start) }),
		listeners: networkListeners,
		log,
		onFault: (where, error) => guard.report(where, error),
	});
	new LinkWatch({ network, timers, received: () => context.traffic.received });
	device.followLink(() => linkOf(network));
	return {
		network,
		networkListeners,
		statusSources: [new NetworkStatus(network)],
		applySettings: (changed) => network.applySettings(networkSettingsOf(changed)),
		// Not closed with the others: the last words go over it, and then the device restarts.
	};
}

function linkOf({ ipAddress, ssid, wifi }: Network): LinkState {
	const rssiDbm = wifi?.rssiDbm;
	return {
		kind: "wifi",
		connected: ipAddress !== undefined,
		...(rssiDbm === undefined ? {} : { rssiDbm }),
		...(ipAddress === undefined ? {} : { ipAddress }),
		...(ipAddress === undefined || ssid === undefined ? {} : { ssid }),
	};
}
