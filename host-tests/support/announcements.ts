import { Decoder } from "../../src/core/decoder.js";
import type { Reading } from "../../src/core/reading.js";
import { DOCUMENTS } from "../../src/publishers/mqtt/discovery/entities.js";
import { KnownEntities } from "../../src/publishers/mqtt/discovery/known-entities.js";
import { type DiscoveryIdentity, DiscoveryPayload, deviceId } from "../../src/publishers/mqtt/discovery/payload.js";
import { topicsUnder } from "../../src/publishers/mqtt/topics.js";
import { readingObject } from "./decode-all.js";
import { type Entity, liveEntities, readAnnouncement } from "./home-assistant.js";

export const IDENTITY: DiscoveryIdentity = {
	serial: "a1b2c3d4e5f6",
	name: "P1 dongle",
	model: "host",
	version: "1.2.3",
	configurationUrl: "http://192.168.1.5/",
};

/** A document as it is sent, and the topic that it goes to. */
export type SentDocument = { readonly document: number; readonly topic: string; readonly payload: string };

/** What is known after telegrams, and the JSON of each; throws when one is no telegram. */
export function learnFrom(...telegrams: readonly Uint8Array[]): {
	readonly known: KnownEntities;
	readonly jsons: Record<string, unknown>[];
} {
	const known = new KnownEntities();
	const jsons: Record<string, unknown>[] = [];
	readTelegrams(telegrams, (reading) => {
		known.learn(reading, () => {});
		jsons.push(readingObject(reading));
	});
	return { known, jsons };
}

/** Decodes each telegram on its own. */
export function readTelegrams(telegrams: readonly Uint8Array[], onReading: (reading: Reading) => void): void {
	for (const telegram of telegrams) {
		let count = 0;
		const decoder = new Decoder({
			telegramBytes: 16_384,
			onReading(reading) {
				count++;
				onReading(reading);
			},
		});
		decoder.push(telegram);
		decoder.flush();
		if (count === 0) throw new Error("no telegram");
	}
}

/** Everything that a payload gives out, asked for `pieceBytes` at a time. */
export function readPayload(payload: DiscoveryPayload, pieceBytes = 4096): string {
	const bytes = new Uint8Array(payload.length);
	let at = 0;
	while (payload.isUnderWay) at += payload.read(bytes, at, Math.min(at + pieceBytes, bytes.length));
	if (at !== payload.length) throw new RangeError(`${at} of ${payload.length} bytes`);
	return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The documents of what is known. */
export function writeDocuments(
	known: KnownEntities,
	{ identity = IDENTITY, base = "p1", pieceBytes = 4096 } = {},
): SentDocument[] {
	const payload = new DiscoveryPayload(identity);
	const sent: SentDocument[] = [];
	for (let document = 0; document < DOCUMENTS; document++) {
		if (!known.has(document)) continue;
		payload.begin(document, known, topicsUnder(base));
		const topic = `homeassistant/device/${deviceId(identity.serial, document)}/config`;
		sent.push({ document, topic, payload: readPayload(payload, pieceBytes) });
	}
	return sent;
}

/** What is announced after telegrams, and the JSON of the last. */
export function announce(...telegrams: readonly Uint8Array[]): {
	documents: SentDocument[];
	json: Record<string, unknown>;
} {
	const { known, jsons } = learnFrom(...telegrams);
	return { documents: writeDocuments(known), json: jsons.at(-1) ?? {} };
}

/** By the identifier that is unique, without the dongle's: `mbus1_gas_volume`. */
export function entitiesOf(documents: readonly SentDocument[]): ReadonlyMap<string, Entity> {
	const all = documents.flatMap(({ topic, payload }) => [...liveEntities(readAnnouncement(topic, payload)).values()]);
	return new Map(all.map((entity) => [(entity.unique_id ?? "").replace("p1_a1b2c3d4e5f6_", ""), entity]));
}
