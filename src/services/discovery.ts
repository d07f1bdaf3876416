import type { AdvertisedService } from "../ports/service-discovery.js";

/** What the announcements say. */
export interface AnnouncementOptions {
	/** 12 lower-case hexadecimal digits. */
	readonly serial: string;
	/** What people call the device; at most 64 UTF-16 units. */
	readonly name: string;
	readonly version: string;
	/** Where HTTP is answered. */
	readonly httpPort: number;
	/** Whether the HomeWizard-compatible API is on. */
	readonly hasHomeWizard: boolean;
	/** Whether the Shelly emulation is on. */
	readonly hasShelly: boolean;
}

/** Our own service type. @see docs/homewizard.md */
export const SERVICE_TYPE = "_p1-dongle._tcp";

/** `p1-xxxxxx`: the host name, without `.local`. @param serial - 12 lower-case hexadecimal digits. */
export function hostNameOf(serial: string): string {
	return `p1-${serial.slice(-6)}`;
}

/** `p1meter-xxxxxx`, as programs that look for HomeWizard's meter want it (SmartEVSE network_common.cpp). */
export function homeWizardHostNameOf(serial: string): string {
	return `p1meter-${serial.slice(-6)}`;
}

/** Version of the API that a Shelly of the second generation announces. */
const SHELLY_API_VERSION = "1.4.4";

/** `shellypro3em-xxxxxxxxxxxx`, as a Shelly Pro 3EM calls itself. @param serial - 12 lower-case hexadecimal digits. */
export function shellyNameOf(serial: string): string {
	return `shellypro3em-${serial}`;
}

/**
 * What the device announces: its page for people and browsers, the API for programs, and, where it is on, the
 * HomeWizard-compatible API and the Shelly emulation under the names that their programs look for.
 * @see https://api-documentation.homewizard.com/docs/discovery; Home Assistant homewizard/config_flow.py needs all five keys;
 * https://shelly-api-docs.shelly.cloud/gen2/General/mDNS
 */
export function announcedServices(options: AnnouncementOptions): readonly AdvertisedService[] {
	const { serial, name, version, httpPort: port, hasHomeWizard, hasShelly } = options;
	const hostName = hostNameOf(serial);
	const services: AdvertisedService[] = [
		{ type: "_http._tcp", name: hostName, hostName, port, txt: { path: "/" } },
		{ type: SERVICE_TYPE, name: hostName, hostName, port, txt: { version, path: "/api/v1", serial, name } },
	];
	if (hasHomeWizard) {
		const homeWizard = homeWizardHostNameOf(serial);
		const txt = { api_enabled: "1", path: "/api/v1", serial, product_name: "P1 Meter", product_type: "HWE-P1" };
		services.push({ type: "_hwenergy._tcp", name: homeWizard, hostName: homeWizard, port, txt });
	}
	if (hasShelly) {
		const txt = { gen: "2", app: "Pro3EM", ver: SHELLY_API_VERSION };
		services.push({ type: "_shelly._tcp", name: shellyNameOf(serial), hostName, port, txt });
	}
	return services;
}
