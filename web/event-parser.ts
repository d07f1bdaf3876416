/** More than any event of the dongle; a stream that is none is not collected for ever. */
const MAX_LINE_CHARACTERS = 65_536;

/**
 * Takes server-sent events out of a text that comes in pieces. Fields other than event, data and id are passed over.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventParser {
	readonly #onEvent: (name: string, data: string, id: string) => void;
	#rest = "";
	#name = "";
	#data: string[] = [];
	#id = "";

	/** @param onEvent - The name is "message" where the stream gives none, the id the last one that it gave. */
	constructor(onEvent: (name: string, data: string, id: string) => void) {
		this.#onEvent = onEvent;
	}

	/** @throws Error for a line that is longer than any of the dongle's. */
	push(text: string): void {
		const lines = (this.#rest + text).split(/\r?\n/);
		this.#rest = lines.pop() ?? "";
		if (this.#rest.length > MAX_LINE_CHARACTERS) throw new Error("this is no stream of events");
		for (const line of lines) this.#take(line);
	}

	#take(line: string): void {
		if (line === "") {
			if (this.#data.length > 0) this.#onEvent(this.#name || "message", this.#data.join("\n"), this.#id);
			this.#name = "";
			this.#data = [];
			return;
		}
		const colon = line.indexOf(":");
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
		if (field === "event") this.#name = value;
		if (field === "data") this.#data.push(value);
		if (field === "id") this.#id = value;
	}
}
