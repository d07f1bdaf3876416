import StationInterface from "embedded:network/interface/wifi";
import type { OpenWifi, WifiNetwork, WifiPowerSave, WifiRadioOptions } from "../../../ports/wifi.js";
import {
	askGateway,
	disconnections,
	disconnectReason,
	isAssociated,
	join,
	leave,
	power,
	setPower,
	setPowerSave,
	start,
	startAccessPoint,
	stopAccessPoint,
} from "../native/wifi-control/wifi-control.js";
import type { TcpContext } from "../tcp-stream.js";
import { DriverWifi, type RadioDriver } from "./driver-wifi.js";

const POWER_SAVE_LEVELS: Readonly<Record<WifiPowerSave, number>> = Object.freeze({ none: 0, minimum: 1, maximum: 2 });
const QUARTERS_PER_DBM = 4;

/** What the SDK's C tells of a network (modules/io/wifi/esp32/wifi-esp32.c), some of which its typings leave out. */
type Found = {
	readonly SSID: string;
	readonly RSSI: number;
	readonly channel: number;
	readonly security?: string;
};

/**
 * {@link OpenWifi} on an ESP32: the radio is started by wifi-control, without 802.11b and with the power that is asked for;
 * the SDK's class then adopts it, scans, knows the address and says when something has changed. */
export function createOpenWifi({ guard, timers }: TcpContext): OpenWifi {
	return (options) => {
		const { hostName } = options.radio;
		if (!startRadio(options.radio)) throw new Error("the Wi-Fi driver does not start");
		let wifi: DriverWifi | undefined;
		const station = new StationInterface({
			onChanged: () => void guard.run("Wi-Fi", () => wifi?.look()),
		});
		if (hostName !== undefined) guard.run("Wi-Fi host name", () => station.configure({ hostname: hostName }));
		wifi = new DriverWifi(driverOf(station, guard), timers, {
			...options,
			onChanged: () => void guard.run("Wi-Fi onChanged", () => options.onChanged()),
		});
		return wifi;
	};
}

function startRadio({ transmitPowerDbm, legacyRates, powerSave }: WifiRadioOptions): boolean {
	return start(Math.round(transmitPowerDbm * QUARTERS_PER_DBM), legacyRates, POWER_SAVE_LEVELS[powerSave]);
}

function driverOf(station: StationInterface, guard: TcpContext["guard"]): RadioDriver {
	return {
		get isAssociated() {
			return isAssociated();
		},
		get disconnections() {
			return disconnections();
		},
		get disconnectReason() {
			return disconnectReason();
		},
		get address() {
			return station.address;
		},
		get rssiDbm() {
			return station.RSSI;
		},
		get channel() {
			return (station as { readonly channel?: number }).channel;
		},
		get transmitPowerDbm() {
			return power() / QUARTERS_PER_DBM;
		},
		join,
		leave,
		scan(onNetwork, onDone) {
			const onFound = (found: Found): void => {
				guard.run("Wi-Fi scan", () => onNetwork(networkOf(found)));
			};
			const onComplete = (): void => {
				guard.run("Wi-Fi scan", onDone);
			};
			try {
				station.scan({ onFound, onComplete });
				return true;
			} catch {
				// The driver is busy: whoever asked tries again.
				return false;
			}
		},
		setTransmitPower: (transmitPowerDbm) => setPower(Math.round(transmitPowerDbm * QUARTERS_PER_DBM)),
		setPowerSave: (powerSave) => setPowerSave(POWER_SAVE_LEVELS[powerSave]),
		startAccessPoint,
		stopAccessPoint,
		askGateway,
		close: () => station.close(),
	};
}

function networkOf({ SSID, RSSI, channel, security }: Found): WifiNetwork {
	return { ssid: SSID, rssiDbm: RSSI, channel, needsPassword: security !== "none" };
}
