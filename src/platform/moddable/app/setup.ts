import host from "platform/moddable/chip/host";
import type { JsonWriter } from "../../../core/json-writer.js";
import type { WifiCredentials } from "../../../ports/wifi.js";
import { SetupApi, SetupStatus } from "../../../publishers/api/setup.js";
import { hostNameOf } from "../../../services/discovery.js";
import { Improv } from "../../../services/improv/improv.js";
import type { Network } from "../../../services/network/network.js";
import { networkSettingsOf } from "../../../services/network/settings.js";
import { asSetupRadio, asSetupStation } from "../../../services/network/setup-adapters.js";
import { CaptiveDns } from "../../../services/provisioning/captive-dns.js";
import { FirstOwner } from "../../../services/provisioning/first-owner.js";
import { NetworkScan } from "../../../services/provisioning/network-scan.js";
import { NetworkTest } from "../../../services/provisioning/network-test.js";
import { PORTAL_OCTETS, setupNetworkName } from "../../../services/provisioning/setup-network.js";
import { setupPassword } from "../../../services/provisioning/setup-password.js";
import { SetupPortal } from "../../../services/provisioning/setup-portal.js";
import type { SettingsService } from "../../../services/settings/settings-service.js";
import { VERSION } from "../../../version.js";
import { traceLog } from "../log.js";
import { createOpenUdpSocket } from "../udp.js";
import type { AppAccess } from "./access.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

export type SetupParts = Parts & {
	readonly network: Network;
	readonly access: AppAccess;
	/** Its buffer is lent for the length of each call. */
	readonly writer: JsonWriter;
	/** Ends everything, then starts the device again. */
	readonly restart: () => void;
};

/** The setup as the other parts know it. */
export type AppSetup = Output & { readonly portal: SetupPortal };

/** The device's own network and its serial line, over which people set it up. */
export function createSetup(parts: SetupParts): AppSetup {
	const { context, clock, timers, store, device, network, writer, restart } = parts;
	const { access, settings, crypto } = parts.access;
	const wifi = asSetupRadio(network);
	const networks = new NetworkScan({ wifi, timers });
	const station = asSetupStation(network);
	const test = new NetworkTest({ station, timers });
	const consolePort = openConsole(parts);
	const portal: SetupPortal = new SetupPortal({
		wifi,
		station,
		test,
		networks,
		clock,
		timers,
		name: setupNetworkName(device.serial),
		// Without the radio the chip has no chance for keys.
		password: () => (network.wifi === undefined ? undefined : setupPassword(crypto, store)),
		credentials: () => networkSettingsOf(settings.current).credentials,
		goneAfterMs: () => networkSettingsOf(settings.current).goneAfterMs,
		needsRestart: () => settings.restart.length > 0,
		restart,
		openNames: () =>
			new CaptiveDns({
				openSocket: createOpenUdpSocket(context),
				address: PORTAL_OCTETS,
				isClient: (address) => portal.isClient(address),
				onError: (detail) => parts.log.warn(`setup: phones may not find the page (${detail})`),
			}),
		// The password is in it. Where a debugger has the line, the trace is what its owner sees.
		announce: (line) => (consolePort === undefined ? traceLog.info(line) : consolePort.announce(line)),
	});
	parts.access.guard.setup = portal;
	const firstOwner = new FirstOwner(access);
	const improv =
		consolePort === undefined
			? undefined
			: new Improv({
					console: consolePort.port,
					clock,
					timers,
					test,
					networks,
					isWanted: () => portal.isOpen,
					mayChange: () => !access.hasPassword || portal.isOpen,
					save: (credentials) => save(settings, portal, credentials),
					url: () => (network.ipAddress === undefined ? undefined : firstOwner.urlAt(network.ipAddress)),
					device: () => ["p1-dongle", VERSION, device.model, settings.current.name],
				});
	return {
		portal,
		statusSources: [new SetupStatus(portal)],
		resources: [
			new SetupApi({
				portal,
				test,
				networks,
				settings,
				access,
				hostName: hostNameOf(device.serial),
				scratch: writer.bytes,
			}),
		],
		close() {
			portal.close();
			// Closes the line.
			improv?.close();
		},
	};
}

/** A board without a line, or one that a debugger has, is set up over Wi-Fi. */
function openConsole({ log }: SetupParts): ReturnType<NonNullable<typeof host.openConsole>> | undefined {
	try {
		return host.openConsole?.();
	} catch (error) {
		log.warn(error instanceof Error ? error.message : String(error));
		return undefined;
	}
}

/** @returns why it could not be saved, for people; undefined when it was. */
function save(settings: SettingsService, portal: SetupPortal, credentials: WifiCredentials): string | undefined {
	const result = settings.change({ wifiSsid: credentials.ssid, wifiPass: credentials.password });
	if ("errors" in result) return result.errors.map(({ message }) => message).join(" ");
	if ("problem" in result) return result.problem;
	portal.finish();
	return undefined;
}
