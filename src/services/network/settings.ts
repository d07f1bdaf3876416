import type { Settings } from "../settings/table.js";
import type { NetworkSettings } from "./types.js";

const MS_PER_MINUTE = 60_000;

/** What the settings say about the network. */
export function networkSettingsOf(settings: Settings): NetworkSettings {
	const { wifiSsid: ssid, wifiPass: password, wifiPowerDbm, wifiSleep, wifiSetupMin } = settings;
	return {
		credentials: ssid === "" ? undefined : { ssid, password },
		powerCeilingDbm: wifiPowerDbm,
		isSleeping: wifiSleep,
		goneAfterMs: wifiSetupMin * MS_PER_MINUTE,
	};
}
