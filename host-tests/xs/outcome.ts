import { Decoder } from "../../src/core/decoder.js";
import { JsonWriter } from "../../src/core/json-writer.js";
import { writeReading } from "../../src/core/reading-json.js";

/**
 * Everything that a consumer of the decoder sees of some bytes: each reading as its JSON, each error, in order, and the
 * counters at the end. Runs on Node and on XS alike, so that the two can be compared to the byte.
 * @param pushSize - Bytes per push, each piece in a buffer of its own; 0 for all at once.
 */
export function outcomeOf(bytes: Uint8Array, pushSize: number): string {
	const json = new Uint8Array(16_384);
	const writer = new JsonWriter(json);
	let text = "";
	const decoder = new Decoder({
		onReading(reading) {
			writer.reset();
			if (!writeReading(writer, reading, false)) throw new Error("the JSON of a reading does not fit");
			for (let at = 0; at < writer.length; at++) text += String.fromCharCode(json[at] as number);
			text += "\n";
		},
		onError({ code, offset, expected, actual }) {
			text += `${code} at ${offset}: ${expected}, ${actual}\n`;
		},
	});
	const step = pushSize === 0 ? bytes.length : pushSize;
	for (let offset = 0; offset < bytes.length; offset += step) decoder.push(bytes.slice(offset, offset + step));
	decoder.flush();
	return text + JSON.stringify(decoder.counters);
}
