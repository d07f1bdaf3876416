/**
 * Whom the compatible API presents itself as: programs know the meter by these (Home Assistant homewizard/config_flow.py,
 * evcc meter/homewizard).
 * @see https://api-documentation.homewizard.com/docs/v1/
 */
export const PRODUCT = Object.freeze({
	type: "HWE-P1",
	name: "P1 Meter",
	/** Below 6: from 6.0 on programs expect the API v2, with its token and its certificate. */
	firmwareVersion: "5.18",
	apiVersion: "v1",
});

/** Where the compatible API has its resources; Home Assistant takes this path and no other from the announcement. */
export const API_PATH = "/api/v1";

/** The document at `/api`, as JSON. @param serial - 12 lower-case hexadecimal digits. */
export function productDocument(serial: string): string {
	return (
		`{"product_type":"${PRODUCT.type}","product_name":"${PRODUCT.name}","serial":"${serial}",` +
		`"firmware_version":"${PRODUCT.firmwareVersion}","api_version":"${PRODUCT.apiVersion}"}`
	);
}
