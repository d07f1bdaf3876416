import { afterAll, describe, expect, test } from "vitest";
import { compileHarness } from "../harness.js";

const harness = compileHarness("password-hash");

describe("password-hash.c under AddressSanitizer and UBSan", () => {
	afterAll(() => harness.close());

	test("has scenarios, unless there is no compiler", () => {
		expect([0, 6]).toContain(harness.scenarios.length);
	});

	test.each(harness.scenarios)("%s", (scenario) => {
		expect(harness.run(scenario)).toBe("");
	});
});
