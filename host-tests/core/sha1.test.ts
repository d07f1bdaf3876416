import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha1 } from "../../src/core/sha1.js";

function hex(text: string): string {
	return Buffer.from(sha1(Buffer.from(text, "latin1"))).toString("hex");
}

describe("sha1", () => {
	// RFC 3174 §7.3 (the repeated ones shortened to what they say), and the empty message.
	test.each([
		["", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
		["abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
		["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"],
		["a".repeat(1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"],
		[
			"0123456701234567012345670123456701234567012345670123456701234567".repeat(10),
			"dea356a2cddd90c7a7ecedc5ebb563934f460452",
		],
	])("%.20s", (message, digest) => {
		expect(hex(message)).toBe(digest);
	});

	test("says what OpenSSL says, of any bytes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
				expect(Buffer.from(sha1(message)).equals(createHash("sha1").update(message).digest())).toBe(true);
			}),
		);
	});
});
