import type { NetSlots } from "../../src/core/grid.js";
import { SLOT_FACTS } from "../../src/core/obis-table.js";
import { REGISTER_MAP, type RegisterRow } from "../../src/publishers/modbus/register-map.js";

const TARIFFS = 4;

function code(slot: number): string {
	return SLOT_FACTS[slot]?.code ?? "";
}

function netText({ import: imported, export: exported, net }: NetSlots): string {
	return `${code(imported)} − ${code(exported)}${net === undefined ? "" : `, or ${code(net)}`}`;
}

function sourceText({ source }: RegisterRow): string {
	switch (source.kind) {
		case "slot":
			return code(source.slot);
		case "net":
			return netText(source.slots);
		case "magnitude":
			return `${code(source.slots.import)} + ${code(source.slots.export)}`;
		case "total":
			return `${code(source.slot)}, or ${code(source.slot + 1)} to ${code(source.slot + TARIFFS)} together`;
		case "factor":
			return `${code(source.slot)}, its sign from ${netText(source.power)}`;
		default:
			return source.of.map(hex).join(" + ");
	}
}

function hex(address: number): string {
	return `0x${address.toString(16).padStart(4, "0")}`;
}

/** The table of docs/modbus.md, from the register map. */
export function registerTable(): string {
	const rows = [...REGISTER_MAP].sort((a, b) => a.address - b.address);
	return [
		"| Address | Eastron | Value | Unit | From | Not known |",
		"|---|---|---|---|---|---|",
		...rows.map((row) => {
			const unknown = row.isNeeded ? "exception 2" : "NaN";
			return `| ${hex(row.address)} | ${30_001 + row.address} | ${row.name} | ${row.unit} | ${sourceText(row)} | ${unknown} |`;
		}),
	].join("\n");
}
