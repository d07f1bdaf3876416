import { describe, expect, test } from "vitest";
import { httpLimits, inputBytes } from "../../../src/http/limits.js";
import { httpLimitsFor } from "../../../src/platform/moddable/app/limits.js";
import { STATUS_BYTES } from "../../../src/publishers/api/status.js";
import { DEFAULT_DOCUMENT_BYTES } from "../../../src/services/reading-document.js";

/** Room for a response head. */
const HEAD_BYTES = 512;

describe("httpLimitsFor", () => {
	test("keeps the buffers of a dongle's four connections within docs/memory.md", () => {
		const limits = httpLimits(httpLimitsFor(4));
		expect(limits.maxConnections * inputBytes(limits)).toBe(9248);
		expect(limits.outputBuffers * limits.outputBytes).toBe(9216);
	});

	test.each([
		["reading", DEFAULT_DOCUMENT_BYTES],
		["status", STATUS_BYTES],
	])("has room for the largest %s with its head", (_what, bytes) => {
		expect(httpLimits(httpLimitsFor(4)).outputBytes).toBeGreaterThanOrEqual(bytes + HEAD_BYTES);
	});

	test.each([
		[1, 2],
		[4, 2],
		[64, 32],
	])("%i connections share %i answers", (connections, buffers) => {
		expect(httpLimits(httpLimitsFor(connections)).outputBuffers).toBe(buffers);
	});
});
