import { describe, expect, test } from "vitest";
import { httpLimits, inputBytes } from "../../../src/http/limits.js";
import { httpLimitsFor } from "../../../src/platform/moddable/app/limits.js";
import { STATUS_BYTES } from "../../../src/publishers/api/status.js";
import { DEFAULT_DOCUMENT_BYTES } from "../../../src/services/reading-document.js";

/** Room for a response head. */
const HEAD_BYTES = 512;

describe("httpLimitsFor", () => {
	test("keeps the buffers of a dongle's six connections within docs/memory.md", () => {
		const limits = httpLimits(httpLimitsFor(6));
		expect(limits.inputBuffers * inputBytes(limits)).toBe(6936);
		expect(limits.outputBuffers * limits.outputBytes).toBe(9216);
	});

	test.each([
		["reading", DEFAULT_DOCUMENT_BYTES],
		["status", STATUS_BYTES],
	])("has room for the largest %s with its head", (_what, bytes) => {
		expect(httpLimits(httpLimitsFor(6)).outputBytes).toBeGreaterThanOrEqual(bytes + HEAD_BYTES);
	});

	test.each([
		[1, 2, 2],
		[6, 3, 2],
		[64, 32, 21],
	])("%i connections share %i requests and %i answers", (connections, inputs, outputs) => {
		expect(httpLimits(httpLimitsFor(connections))).toMatchObject({ inputBuffers: inputs, outputBuffers: outputs });
	});
});
