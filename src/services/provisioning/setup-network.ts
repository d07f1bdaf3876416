/** The device's own address in the setup network: the one that ESP-IDF's access point has (esp_netif_defaults.h). */
export const PORTAL_OCTETS = Object.freeze([192, 168, 4, 1] as const);
export const PORTAL_ADDRESS = "192.168.4.1";
/** Where phones are sent. */
export const PORTAL_URL = `http://${PORTAL_ADDRESS}/`;
const PREFIX = "192.168.4.";
/** How an IPv4 address looks to a socket that speaks IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = "::ffff:";

/** Whether an address is of the setup network's range; a house may use that range too. */
export function isInSetupRange(address: string): boolean {
	return address.startsWith(PREFIX) || (address.startsWith(MAPPED) && address.startsWith(PREFIX, MAPPED.length));
}

/** `P1-XXXXXX`. @param serial - 12 lower-case hexadecimal digits. */
export function setupNetworkName(serial: string): string {
	return `P1-${serial.slice(-6).toUpperCase()}`;
}
