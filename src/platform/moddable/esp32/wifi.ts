import StationInterface from "embedded:network/interface/wifi";
import type { OpenWifi, WifiNetwork } from "../../../ports/wifi.js";
import { WifiControl } from "../native/wifi-control/wifi-control.js";
import type { TcpContext } from "../tcp-stream.js";
import { DriverWifi, type RadioDriver } from "./driver-wifi.js";

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
		const control = new WifiControl();
		const { hostName } = options.radio;
		if (!control.start(options.radio)) throw new Error("the Wi-Fi driver does not start");
		let wifi: DriverWifi | undefined;
		const station = new StationInterface({
			onChanged: () => void guard.run("Wi-Fi", () => wifi?.look()),
		});
		if (hostName !== undefined) guard.run("Wi-Fi host name", () => station.configure({ hostname: hostName }));
		wifi = new DriverWifi(driverOf(control, station, guard), timers, {
			...options,
			onChanged: () => void guard.run("Wi-Fi onChanged", () => options.onChanged()),
		});
		return wifi;
	};
}

function driverOf(control: WifiControl, station: StationInterface, guard: TcpContext["guard"]): RadioDriver {
	return {
		get isAssociated() {
			return control.isAssociated;
		},
		get disconnections() {
			return control.disconnections;
		},
		get disconnectReason() {
			return control.disconnectReason;
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
			return control.transmitPowerDbm;
		},
		join: (ssid, password, channel) => control.join(ssid, password, channel),
		leave: () => control.leave(),
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
		setTransmitPower: (transmitPowerDbm) => control.setTransmitPower(transmitPowerDbm),
		setPowerSave: (powerSave) => control.setPowerSave(powerSave),
		startAccessPoint: (ssid, password, channel) => control.startAccessPoint(ssid, password, channel),
		stopAccessPoint: () => control.stopAccessPoint(),
		askGateway: () => control.askGateway(),
		close: () => station.close(),
	};
}

function networkOf({ SSID, RSSI, channel, security }: Found): WifiNetwork {
	return { ssid: SSID, rssiDbm: RSSI, channel, needsPassword: security !== "none" };
}
