import { expect, test } from "vitest";
import { crc16 } from "../../src/core/crc16.js";
import { ascii } from "../support/decode-all.js";

test("crc16: gives the check value of CRC-16/ARC, also of a part", () => {
	// Catalogue of parametrised CRC algorithms: CRC-16/ARC, check 0xbb3d.
	expect(crc16(ascii("123456789"), 0, 9)).toBe(0xbb3d);
	expect(crc16(ascii("x123456789x"), 1, 10)).toBe(0xbb3d);
	expect(crc16(new Uint8Array(), 0, 0)).toBe(0);
});
