import { createHash } from "node:crypto";

export type FirmwareImageOptions = {
	/** Default 5: an ESP32-C3. */
	readonly chipId?: number;
	/** Default "xiao-esp32c3". */
	readonly board?: string;
	/** Default "0.2.0". */
	readonly version?: string;
	/** Data of the segments after the first, in bytes. */
	readonly segmentBytes?: readonly number[];
	/** Bytes of the first segment; default 1024. */
	readonly firstSegmentBytes?: number;
	/** Whether a hash is appended; default true. */
	readonly hasHash?: boolean;
	/** Changes bytes before the hash is made. */
	readonly edit?: (bytes: Uint8Array) => void;
};

/**
 * An application image as ESP-IDF's documents lay it out (api-reference/system/app_image_format), with our marker: header,
 * segments, checksum in the last byte of a multiple of 16, SHA-256. Written from the document, apart from what reads it.
 */
export function firmwareImage(options: FirmwareImageOptions = {}): Uint8Array {
	const {
		chipId = 5,
		board = "xiao-esp32c3",
		version = "0.2.0",
		segmentBytes = [4000, 0, 77],
		hasHash = true,
	} = options;
	const { firstSegmentBytes = 1024 } = options;
	const all = [firstSegmentBytes, ...segmentBytes];
	const dataEnd = 24 + all.reduce((sum, bytes) => sum + 8 + bytes, 0);
	const checksumEnd = (Math.floor(dataEnd / 16) + 1) * 16;
	const image = Buffer.alloc(checksumEnd + (hasHash ? 32 : 0));
	image.set([0xe9, all.length, 2, 0x20]);
	image.writeUInt32LE(0x4038_0000, 4);
	image.writeUInt16LE(chipId, 12);
	image[23] = hasHash ? 1 : 0;
	let at = 24;
	for (const bytes of all) {
		image.writeUInt32LE(0x3c00_0000 + at, at);
		image.writeUInt32LE(bytes, at + 4);
		for (let i = 0; i < bytes; i++) image[at + 8 + i] = (at * 31 + i * 7) & 0xff;
		at += 8 + bytes;
	}
	// esp_app_desc_t, and our marker behind its 256 bytes.
	image.fill(0, 32, 32 + 256 + 72);
	image.writeUInt32LE(0xabcd5432, 32);
	image.write(version, 48, "latin1");
	image.write("xs_esp32", 80, "latin1");
	image.write("P1DONGLE", 288, "latin1");
	image.write(board, 296, "latin1");
	image.write(version, 328, "latin1");
	options.edit?.(image);
	if (hasHash) image.set(createHash("sha256").update(image.subarray(0, checksumEnd)).digest(), checksumEnd);
	return new Uint8Array(image);
}
