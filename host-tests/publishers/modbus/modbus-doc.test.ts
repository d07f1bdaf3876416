import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_MODBUS_LIMITS } from "../../../src/publishers/modbus/limits.js";
import { SETTINGS } from "../../../src/services/settings/table.js";
import { registerTable } from "../../support/modbus-doc.js";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/modbus.md"), "utf8");

test("docs/modbus.md has the register map as it is (the table is host-tests/support/modbus-doc.ts's)", () => {
	const table = DOCUMENT.split("\n").filter(
		(line) => line.startsWith("| 0x0") || line.startsWith("| Address") || line === "|---|---|---|---|---|---|",
	);
	expect(table.join("\n")).toBe(registerTable());
});

test("docs/modbus.md names the limits and the ports as they are", () => {
	const { maxConnections, idleMs, frameMs, writeMs, evictIdleAfterMs } = DEFAULT_MODBUS_LIMITS;
	const text = DOCUMENT.replaceAll(/\s+/g, " ");
	expect(text).toContain(`${maxConnections} connections`);
	for (const ms of [idleMs, frameMs, writeMs, evictIdleAfterMs]) expect(text).toContain(`${ms / 1000} s`);
	expect(text).toContain(`port ${SETTINGS.modbusPort.default} on a dongle`);
	expect(text).toContain(`port ${SETTINGS.modbusPort.hostDefault} on a computer`);
});
