import { KIND, SLOT_ACCEPTS, SLOT_FACTS, SLOT_KIND } from "../../src/core/obis-table.js";
import { UNIT } from "../../src/core/units.js";

/** A value of each unit as a telegram has it. */
const WIRE_VALUES: Readonly<Record<number, string>> = {
	[UNIT.Wh]: "1.234*kWh",
	[UNIT.W]: "1.234*kW",
	[UNIT.varh]: "1.234*kvarh",
	[UNIT.var]: "1.234*kvar",
	[UNIT.VAh]: "1.234*kVAh",
	[UNIT.VA]: "1.234*kVA",
	[UNIT.mV]: "230.7*V",
	[UNIT.mA]: "16.25*A",
	[UNIT.mHz]: "49.98*Hz",
	[UNIT.dm3]: "1.234*m3",
	[UNIT.kJ]: "1.234567*GJ",
	[UNIT.s]: "7*s",
	[UNIT.one]: "2",
	[UNIT.milli]: "0.987",
};
const TIME = "240108164940W";

/**
 * Each row of the table of OBIS codes with some value, once for every unit that it may have. Logs and the M-Bus rows of
 * DSMR 2.2 and 3 are left out: host-tests/telegrams has them as they are.
 */
export function everyRow(): string[] {
	const rows: string[] = [];
	for (const [slot, { code }] of SLOT_FACTS.entries()) {
		const kind = SLOT_KIND[slot];
		if (code === "" || kind === KIND.log || kind === KIND.dsmr3) continue;
		if (kind === KIND.time) rows.push(`${code}(${TIME})`);
		else if (kind === KIND.octets || kind === KIND.plain) rows.push(`${code}(414243)`);
		for (const [unit, value] of Object.entries(WIRE_VALUES)) {
			if ((((SLOT_ACCEPTS[slot] ?? 0) >> Number(unit)) & 1) === 0) continue;
			if (kind === KIND.timed) rows.push(`${code}(${TIME})(${value})`);
			else if (kind === KIND.pair) rows.push(`${code}(${value})(-${value})`);
			else rows.push(`${code}(${value})`);
		}
	}
	return rows;
}
