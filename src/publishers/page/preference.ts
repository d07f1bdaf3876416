/**
 * How much a client wants one of the things that an Accept or Accept-Encoding header lists: its q from 0 to 1, 0 when it is
 * not listed by name. Wildcards are not looked at, nor parameters other than q.
 * @param name - in lower case.
 * @see RFC 9110 §12.4.2, §12.5.1, §12.5.3
 */
export function preferenceFor(header: string | undefined, name: string): number {
	if (header === undefined) return 0;
	for (const item of header.toLowerCase().split(",")) {
		const [listed = "", ...parameters] = item.split(";");
		if (listed.trim() === name) return qualityOf(parameters);
	}
	return 0;
}

function qualityOf(parameters: readonly string[]): number {
	for (const parameter of parameters) {
		const text = parameter.trim();
		if (!text.startsWith("q=")) continue;
		const quality = Number(text.slice(2));
		return quality >= 0 && quality <= 1 ? quality : 0;
	}
	return 1;
}
