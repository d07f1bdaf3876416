/**
 * Why a port cannot be had, by the text of what the driver threw: strerror on Linux, one text for every reason on lwIP,
 * where the reason can only be that the port is taken.
 */
export function listenErrorCode(detail: string): "port-taken" | "not-permitted" | "failed" {
	if (detail.includes("in use") || detail.includes("bind")) return "port-taken";
	return detail.includes("ermission") ? "not-permitted" : "failed";
}
