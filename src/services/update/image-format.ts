import { asciiBytes } from "../../http/ascii.js";

// An image as ESP-IDF's esp_app_format.h and esp_app_desc.h lay it out: a header; segments, each with a header of its own; zeros
// and a checksum byte up to a multiple of 16; SHA-256 of all that. The first segment begins with the app descriptor, and directly
// after that comes what an app puts into the section .rodata_custom_desc: our marker (native/device-control).

/** First byte of an image. */
export const IMAGE_MAGIC = 0xe9;
export const HEADER_BYTES = 24;
export const SEGMENT_HEADER_BYTES = 8;
/** ESP_IMAGE_MAX_SEGMENTS. */
export const MAX_SEGMENTS = 16;
export const ALIGNMENT = 16;
export const HASH_BYTES = 32;

export const SEGMENT_COUNT_AT = 1;
export const CHIP_ID_AT = 12;
export const HASH_APPENDED_AT = 23;

const DESCRIPTOR_AT = HEADER_BYTES + SEGMENT_HEADER_BYTES;
const DESCRIPTOR_MAGIC = 0xabcd5432;
const DESCRIPTOR_BYTES = 256;

const MARKER_AT = DESCRIPTOR_AT + DESCRIPTOR_BYTES;
const MARKER_MAGIC = asciiBytes("P1DONGLE");
const MARKER_TEXT_BYTES = 32;
const BOARD_AT = MARKER_AT + MARKER_MAGIC.length;
const VERSION_AT = BOARD_AT + MARKER_TEXT_BYTES;

/** All that says what an image is; it lies in the first segment. */
export const HEAD_BYTES = VERSION_AT + MARKER_TEXT_BYTES;

/** What an image says that it is. */
export type ImageIdentity = {
	/** esp_chip_id_t. */
	readonly chipId: number;
	/** Name of a folder in boards/. */
	readonly board: string;
	readonly version: string;
};

/** The little-endian number of 16 bits at `at`. */
export function uint16(bytes: Uint8Array, at: number): number {
	return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** The little-endian number of 32 bits at `at`. */
export function uint32(bytes: Uint8Array, at: number): number {
	return uint16(bytes, at) + uint16(bytes, at + 2) * 0x10000;
}

/** Whether the first {@link HEAD_BYTES} of an image hold an app descriptor and our marker. */
export function isOurs(head: Uint8Array): boolean {
	if (uint32(head, DESCRIPTOR_AT) !== DESCRIPTOR_MAGIC) return false;
	for (let i = 0; i < MARKER_MAGIC.length; i++) if (head[MARKER_AT + i] !== MARKER_MAGIC[i]) return false;
	return true;
}

/** What the first {@link HEAD_BYTES} of an image {@link isOurs} say. */
export function readIdentity(head: Uint8Array): ImageIdentity {
	return { chipId: uint16(head, CHIP_ID_AT), board: readText(head, BOARD_AT), version: readText(head, VERSION_AT) };
}

/** Visible ASCII up to a zero; anything else becomes "?". */
function readText(bytes: Uint8Array, start: number): string {
	let text = "";
	for (let at = start; at < start + MARKER_TEXT_BYTES && bytes[at] !== 0; at++) {
		const byte = bytes[at] as number;
		text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
	}
	return text;
}
