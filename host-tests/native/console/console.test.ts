import { afterAll, describe, expect, test } from "vitest";
import { compileHarness } from "../harness.js";

describe.each([
	["over the chip's USB", []],
	["over UART0", ["-DCONSOLE_UART"]],
])("console.c %s under AddressSanitizer and UBSan", (_line, defines) => {
	const harness = compileHarness("console", defines);
	afterAll(() => harness.close());

	test("has scenarios, unless there is no compiler", () => {
		expect([0, 5]).toContain(harness.scenarios.length);
	});

	test.each(harness.scenarios)("%s", (scenario) => {
		expect(harness.run(scenario)).toBe("");
	});
});
