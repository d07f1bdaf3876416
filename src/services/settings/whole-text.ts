import { crc16 } from "../../core/crc16.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";

/** The one key whose change makes a new text valid. */
export const WHOLE_TEXT_KEY = "settings";
/** NVS takes at most 4000 bytes, in one piece of a page of 4032: small parts leave no holes in it. */
const PART_BYTES = 1000;
/** All settings at their longest, and more. */
const MAX_PARTS = 8;
const SLOTS = ["a", "b"] as const;

type Slot = (typeof SLOTS)[number];
type Head = { readonly slot: Slot; readonly parts: number; readonly lengthBytes: number; readonly crc: number };

/** What is stored: nothing, something that cannot be believed, or a text. */
export type WholeText = { readonly kind: "none" | "damaged" } | { readonly kind: "text"; readonly text: string };

function partKey(slot: Slot, index: number): string {
	return `set.${slot}${index}`;
}

function parseHead(text: string): Head | undefined {
	const [slot, ...digits] = text.split(" ");
	const [parts, lengthBytes, crc, ...more] = digits.map(Number);
	if ((slot !== "a" && slot !== "b") || more.length > 0) return undefined;
	if (parts === undefined || lengthBytes === undefined || crc === undefined) return undefined;
	return parts >= 1 && parts <= MAX_PARTS ? { slot, parts, lengthBytes, crc } : undefined;
}

function crcOf(text: string): number {
	// Of other characters the low half tells a damaged text as well.
	const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
	return crc16(bytes, 0, bytes.length);
}

function headOf(store: KeyValueStore): Head | undefined {
	const text = store.read(WHOLE_TEXT_KEY);
	return text === undefined ? undefined : parseHead(text);
}

/** Reads the text that {@link writeWholeText} wrote last and completely. */
export function readWholeText(store: KeyValueStore): WholeText {
	if (store.read(WHOLE_TEXT_KEY) === undefined) return { kind: "none" };
	const head = headOf(store);
	let text = "";
	for (let i = 0; i < (head?.parts ?? 0); i++) text += store.read(partKey(head?.slot ?? "a", i)) ?? "";
	const isWhole = head !== undefined && text.length === head.lengthBytes && crcOf(text) === head.crc;
	return isWhole ? { kind: "text", text } : { kind: "damaged" };
}

/**
 * Replaces the text as a whole: whenever the power goes, the old or the new one is there. The parts of the new one go to
 * the slot that is not in use, then one write makes it the valid one, then the old parts are removed.
 * @param text - In ASCII, at most 8000 characters.
 * @throws RangeError for a longer one, and what the store throws; in both cases the old text stands. */
export function writeWholeText(store: KeyValueStore, text: string): void {
	const parts = Math.max(1, Math.ceil(text.length / PART_BYTES));
	if (parts > MAX_PARTS) throw new RangeError(`${text.length} bytes of settings, at most ${MAX_PARTS * PART_BYTES}`);
	const old = headOf(store);
	const slot: Slot = old?.slot === "a" ? "b" : "a";
	for (let i = 0; i < parts; i++) store.write(partKey(slot, i), text.slice(i * PART_BYTES, (i + 1) * PART_BYTES));
	store.write(WHOLE_TEXT_KEY, `${slot} ${parts} ${text.length} ${crcOf(text)}`);
	for (const each of SLOTS) {
		// A secret that was replaced does not stay behind. What a cut left of the other slot goes as well.
		for (let i = each === slot ? parts : 0; i < MAX_PARTS; i++) removeIfThere(store, partKey(each, i));
	}
}

function removeIfThere(store: KeyValueStore, key: string): void {
	if (store.read(key) !== undefined) store.remove(key);
}
