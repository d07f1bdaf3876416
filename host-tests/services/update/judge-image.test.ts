import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStreamHash } from "../../../src/platform/node/stream-hash.js";
import type { UpdateFailure } from "../../../src/services/update/failure.js";
import { ImageJudge } from "../../../src/services/update/judge-image.js";
import { type FirmwareImageOptions, firmwareImage } from "../../support/firmware-image.js";

const DEMANDS = { slotBytes: 0x1e0000, chipId: 5, board: "xiao-esp32c3" };

/** The first fault, or that of the end. */
function verdict(image: Uint8Array, byteLength = image.length, pieceBytes = 700): UpdateFailure["code"] | "good" {
	const judge = new ImageJudge({ demands: DEMANDS, byteLength, openHash: openStreamHash });
	const early = judge.judgeLength();
	if (early !== undefined) return early.code;
	for (let at = 0; at < image.length; at += pieceBytes) {
		const fault = judge.push(image, at, Math.min(image.length, at + pieceBytes));
		if (fault !== undefined) return fault.code;
	}
	return judge.end()?.code ?? "good";
}

describe("ImageJudge", () => {
	test.each<[string, FirmwareImageOptions]>([
		["of this chip and board", {}],
		["of one segment", { segmentBytes: [] }],
		["of as many segments as there may be", { segmentBytes: new Array(15).fill(12) }],
		["whose first segment ends with the marker", { firstSegmentBytes: 328 }],
		["whose data end where a checksum needs 16 more bytes", { segmentBytes: [], firstSegmentBytes: 1024 - 32 }],
		["of an older version", { version: "0.0.1" }],
	])("takes an image %s", (_name, options) => {
		expect(verdict(firmwareImage(options))).toBe("good");
	});

	test.each<[UpdateFailure["code"], string, FirmwareImageOptions]>([
		["wrong-chip", "of an ESP32-C6", { chipId: 13 }],
		["wrong-board", "of another board with the same chip", { board: "lolin-c3-mini" }],
		["not-an-image", "whose first byte is wrong", { edit: (bytes) => bytes.set([0x7f], 0) }],
		["not-an-image", "of no segments", { edit: (bytes) => bytes.set([0], 1) }],
		["not-an-image", "of 17 segments", { edit: (bytes) => bytes.set([17], 1) }],
		["not-our-image", "without an app descriptor", { edit: (bytes) => bytes.set([0], 32) }],
		["not-our-image", "without our marker", { edit: (bytes) => bytes.set([0x51], 288) }],
		["damaged-image", "without a hash", { hasHash: false }],
		["damaged-image", "whose first segment does not hold the marker", { firstSegmentBytes: 327 }],
		["damaged-image", "that says fewer segments than there are", { edit: (bytes) => bytes.set([3], 1) }],
		[
			"truncated-image",
			"whose segment is longer than the file",
			{ edit: (bytes) => bytes.set([0xff, 0xff, 0xff, 0xff], 28) },
		],
	])("refuses as %s an image %s", (code, _name, options) => {
		expect(verdict(firmwareImage(options))).toBe(code);
	});

	test("refuses what the slot has no room for before a byte has come", () => {
		expect(verdict(new Uint8Array(0), DEMANDS.slotBytes + 1)).toBe("too-large");
		expect(verdict(firmwareImage({ firstSegmentBytes: DEMANDS.slotBytes - 5000 }))).toBe("good");
	});

	test("refuses what is too short to be one", () => {
		expect(verdict(firmwareImage().subarray(0, 359))).toBe("not-an-image");
	});

	test("says what to do, with both boards by name", () => {
		const judge = new ImageJudge({ demands: DEMANDS, byteLength: 6000, openHash: openStreamHash });
		const image = firmwareImage({ board: "m5atom-lite" });
		expect(judge.push(image, 0, 500)?.message).toBe(
			"This image is for the board m5atom-lite; this dongle is a xiao-esp32c3.",
		);
	});

	test("knows the version once the head has come", () => {
		const image = firmwareImage({ version: "1.2.3+g0123abc.dirty" });
		const judge = new ImageJudge({ demands: DEMANDS, byteLength: image.length, openHash: openStreamHash });
		judge.push(image, 0, 359);
		expect(judge.isHeadDone).toBe(false);
		judge.push(image, 359, 360);
		expect([judge.isHeadDone, judge.identity.version]).toEqual([true, "1.2.3+g0123abc.dirty"]);
	});

	test("judges the same whatever the pieces", () => {
		const image = firmwareImage();
		for (const pieceBytes of [1, 2, 7, 16, 359, 360, 361, 4096, image.length]) {
			expect([pieceBytes, verdict(image, image.length, pieceBytes)]).toEqual([pieceBytes, "good"]);
		}
	});

	test("refuses an image of which any bit is wrong, or that ends anywhere earlier", () => {
		const image = firmwareImage({ segmentBytes: [40, 0] });
		fc.assert(
			fc.property(fc.nat(image.length - 1), fc.nat(7), (at, bit) => {
				const wrong = image.slice();
				wrong[at] = (wrong[at] as number) ^ (1 << bit);
				expect(verdict(wrong)).not.toBe("good");
				expect(verdict(image.subarray(0, at))).not.toBe("good");
				expect(verdict(image.subarray(0, at), image.length)).toBe("truncated-image");
			}),
		);
	});

	test("refuses an image with something after it", () => {
		expect(verdict(Uint8Array.of(...firmwareImage(), 0))).toBe("damaged-image");
		expect(verdict(Uint8Array.of(...firmwareImage(), ...new Uint8Array(4096)))).toBe("damaged-image");
	});

	test("survives any bytes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 360, maxLength: 1000 }), (bytes) => {
				const image = firmwareImage({ segmentBytes: [] });
				image.set(bytes.subarray(0, 300), 0);
				image[0] = 0xe9;
				expect(verdict(image)).not.toBe("good");
				expect(verdict(bytes)).not.toBe("good");
			}),
		);
	});
});
