import { Decoder } from "../../src/core/decoder.js";
import { DOCUMENTS } from "../../src/publishers/mqtt/discovery/entities.js";
import { KnownEntities } from "../../src/publishers/mqtt/discovery/known-entities.js";
import { DiscoveryPayload } from "../../src/publishers/mqtt/discovery/payload.js";
import { topicsUnder } from "../../src/publishers/mqtt/topics.js";

const TOPICS = topicsUnder("p1");

/** Discovery without a connection; nothing here needs Node, or makes garbage of its own. */
export class DiscoverySession {
	readonly known = new KnownEntities();
	readonly payload = new DiscoveryPayload({
		serial: "a1b2c3d4e5f6",
		name: "P1 dongle",
		model: "bench",
		version: "1.2.3",
	});
	readonly #piece = new Uint8Array(256);
	readonly #onReplaced = (): void => {};
	readonly #decoder = new Decoder({ telegramBytes: 8192, onReading: () => {} });

	/** Decodes a telegram. */
	decode(telegram: Uint8Array): void {
		this.#decoder.push(telegram);
		this.#decoder.flush();
	}

	/** Learns from the newest reading; returns the documents that changed. */
	learn(): number {
		const { latest } = this.#decoder;
		return latest === undefined ? 0 : this.known.learn(latest, this.#onReplaced);
	}

	/** Reads a document through a small buffer; returns a checksum of its bytes. */
	send(document: number): number {
		const { payload } = this;
		payload.begin(document, this.known, TOPICS);
		let sum = 0;
		while (payload.isUnderWay) {
			const count = payload.read(this.#piece, 0, this.#piece.length);
			for (let i = 0; i < count; i++) sum = (sum * 31 + (this.#piece[i] ?? 0)) % 16_777_213;
		}
		return sum;
	}
}

/** Length and checksum of every document after a telegram, and what is kept over a restart. */
export function discoveryOutcome(telegram: Uint8Array): (number | string)[] {
	const session = new DiscoverySession();
	session.decode(telegram);
	const outcome: (number | string)[] = [session.learn(), session.known.toText()];
	for (let document = 0; document < DOCUMENTS; document++) {
		if (session.known.has(document)) outcome.push(document, session.send(document), session.payload.length);
	}
	const restored = new KnownEntities();
	outcome.push(restored.restore(session.known.toText()) ? restored.toText() : "not restored");
	return outcome;
}
