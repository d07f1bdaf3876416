/** A reading as the API gives it; `more` stands above what is there. */
export function readingText(more: Readonly<Record<string, unknown>> = {}): string {
	return JSON.stringify({ stale: false, profile: "se", identification: "ADN9 6534", ...more });
}

/** A status as the API gives it; members of `more` stand above. */
export function statusText(more: Readonly<Record<string, unknown>> = {}): string {
	return JSON.stringify({
		version: "0.1.0",
		device: { model: "bench", serial: "3c39e7aabbcc" },
		uptimeS: 90,
		telegrams: { good: 12, bad: 0 },
		p1Port: { connected: true, noiseBytes: 0 },
		link: { kind: "host", connected: true },
		...more,
	});
}
