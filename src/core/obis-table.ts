import { literal } from "./literal.js";
import { UNIT, type UnitName, unitKey, unitMask } from "./units.js";

/**
 * How the groups in brackets of a row are read:
 * - `number`: one value, `(0001.980*kW)`;
 * - `time`: one time stamp, `(221215155050W)`;
 * - `octets`: text as hexadecimal octets; `plain`: text as it stands, up to the last bracket of its line;
 * - `timed`: a time stamp, then a value; the time goes to the next row of the table;
 * - `pair`: two values; the second goes to the next row;
 * - `log`: any number of groups, kept as they stand;
 * - `dsmr3`: the seven groups of DSMR 2.2/3 §6.12 for M-Bus meters, the value often on a line of its own.
 */
export type RowKind = "number" | "time" | "octets" | "plain" | "timed" | "pair" | "log" | "dsmr3";

type RowTuple = readonly [code: string, name: string, kind: RowKind, unit: UnitName];

/**
 * THE table: each OBIS code that the project understands, the name of its quantity, and the unit that it is kept in.
 * An empty code is the second half of the row above it. Sources: P1 Companion Standard 2.2, 3.0, 4.2.2 and 5.0.2 §6.12;
 * Branschrekommendation för lokalt kundgränssnitt 2.0, bilaga 1 (Sweden); e-MUCS_P1 1.7.1 (Belgium); Luxembourg P1 1.1.3;
 * the rest as the meters in host-tests/telegrams send it, named by IEC 62056-61.
 */
const METER_ROWS = [
	["0-0:1.0.0", "time", "time", "time"],
	["1-3:0.2.8", "p1Version", "number", "one"],
	["0-0:96.1.4", "emucsVersion", "plain", "text"],
	["0-0:96.1.1", "equipmentIdentifier", "octets", "text"],
	["0-0:96.1.0", "meterSerialNumber", "octets", "text"],
	["0-0:96.1.2", "connectionIdentifier", "octets", "text"],
	["0-0:42.0.0", "logicalDeviceName", "octets", "text"],
	["0-0:96.14.0", "tariffIndicator", "number", "one"],

	["1-0:1.8.0", "energyImport", "number", "Wh"],
	["1-0:1.8.1", "energyImportTariff1", "number", "Wh"],
	["1-0:1.8.2", "energyImportTariff2", "number", "Wh"],
	["1-0:1.8.3", "energyImportTariff3", "number", "Wh"],
	["1-0:1.8.4", "energyImportTariff4", "number", "Wh"],
	["1-0:2.8.0", "energyExport", "number", "Wh"],
	["1-0:2.8.1", "energyExportTariff1", "number", "Wh"],
	["1-0:2.8.2", "energyExportTariff2", "number", "Wh"],
	["1-0:2.8.3", "energyExportTariff3", "number", "Wh"],
	["1-0:2.8.4", "energyExportTariff4", "number", "Wh"],
	["1-0:15.8.0", "energyAbsolute", "number", "Wh"],
	["1-0:3.8.0", "reactiveEnergyImport", "number", "varh"],
	["1-0:3.8.1", "reactiveEnergyImportTariff1", "number", "varh"],
	["1-0:3.8.2", "reactiveEnergyImportTariff2", "number", "varh"],
	["1-0:3.8.3", "reactiveEnergyImportTariff3", "number", "varh"],
	["1-0:3.8.4", "reactiveEnergyImportTariff4", "number", "varh"],
	["1-0:4.8.0", "reactiveEnergyExport", "number", "varh"],
	["1-0:4.8.1", "reactiveEnergyExportTariff1", "number", "varh"],
	["1-0:4.8.2", "reactiveEnergyExportTariff2", "number", "varh"],
	["1-0:4.8.3", "reactiveEnergyExportTariff3", "number", "varh"],
	["1-0:4.8.4", "reactiveEnergyExportTariff4", "number", "varh"],
	["1-0:5.8.0", "reactiveEnergyQuadrant1", "number", "varh"],
	["1-0:6.8.0", "reactiveEnergyQuadrant2", "number", "varh"],
	["1-0:7.8.0", "reactiveEnergyQuadrant3", "number", "varh"],
	["1-0:8.8.0", "reactiveEnergyQuadrant4", "number", "varh"],
	["1-0:9.8.0", "apparentEnergyImport", "number", "VAh"],
	["1-0:10.8.0", "apparentEnergyExport", "number", "VAh"],

	["1-0:1.7.0", "powerImport", "number", "W"],
	["1-0:2.7.0", "powerExport", "number", "W"],
	["1-0:21.7.0", "powerImportL1", "number", "W"],
	["1-0:41.7.0", "powerImportL2", "number", "W"],
	["1-0:61.7.0", "powerImportL3", "number", "W"],
	["1-0:22.7.0", "powerExportL1", "number", "W"],
	["1-0:42.7.0", "powerExportL2", "number", "W"],
	["1-0:62.7.0", "powerExportL3", "number", "W"],
	["1-0:15.7.0", "powerAbsolute", "number", "W"],
	["1-0:16.7.0", "powerNet", "number", "W"],
	["1-0:36.7.0", "powerNetL1", "number", "W"],
	["1-0:56.7.0", "powerNetL2", "number", "W"],
	["1-0:76.7.0", "powerNetL3", "number", "W"],
	["1-0:3.7.0", "reactivePowerImport", "number", "var"],
	["1-0:4.7.0", "reactivePowerExport", "number", "var"],
	["1-0:23.7.0", "reactivePowerImportL1", "number", "var"],
	["1-0:43.7.0", "reactivePowerImportL2", "number", "var"],
	["1-0:63.7.0", "reactivePowerImportL3", "number", "var"],
	["1-0:24.7.0", "reactivePowerExportL1", "number", "var"],
	["1-0:44.7.0", "reactivePowerExportL2", "number", "var"],
	["1-0:64.7.0", "reactivePowerExportL3", "number", "var"],
	["1-0:5.7.0", "reactivePowerQuadrant1", "number", "var"],
	["1-0:6.7.0", "reactivePowerQuadrant2", "number", "var"],
	["1-0:7.7.0", "reactivePowerQuadrant3", "number", "var"],
	["1-0:8.7.0", "reactivePowerQuadrant4", "number", "var"],
	["1-0:9.7.0", "apparentPowerImport", "number", "VA"],
	["1-0:29.7.0", "apparentPowerImportL1", "number", "VA"],
	["1-0:49.7.0", "apparentPowerImportL2", "number", "VA"],
	["1-0:69.7.0", "apparentPowerImportL3", "number", "VA"],
	["1-0:10.7.0", "apparentPowerExport", "number", "VA"],
	["1-0:30.7.0", "apparentPowerExportL1", "number", "VA"],
	["1-0:50.7.0", "apparentPowerExportL2", "number", "VA"],
	["1-0:70.7.0", "apparentPowerExportL3", "number", "VA"],
	["1-0:13.7.0", "powerFactor", "number", "milli"],
	["1-0:33.7.0", "powerFactorL1", "number", "milli"],
	["1-0:53.7.0", "powerFactorL2", "number", "milli"],
	["1-0:73.7.0", "powerFactorL3", "number", "milli"],
	["1-0:13.3.0", "powerFactorMinimum", "number", "milli"],

	["1-0:32.7.0", "voltageL1", "number", "mV"],
	["1-0:52.7.0", "voltageL2", "number", "mV"],
	["1-0:72.7.0", "voltageL3", "number", "mV"],
	["1-0:12.7.0", "voltage", "number", "mV"],
	["1-0:31.7.0", "currentL1", "number", "mA"],
	["1-0:51.7.0", "currentL2", "number", "mA"],
	["1-0:71.7.0", "currentL3", "number", "mA"],
	["1-0:91.7.0", "currentNeutral", "number", "mA"],
	["1-0:11.7.0", "current", "number", "mA"],
	["1-0:90.7.0", "currentSum", "number", "mA"],
	["1-0:14.7.0", "frequency", "number", "mHz"],

	["1-0:1.4.0", "demandImport", "number", "W"],
	["1-0:2.4.0", "demandExport", "number", "W"],
	["1-0:3.4.0", "reactiveDemandImport", "number", "var"],
	["1-0:4.4.0", "reactiveDemandExport", "number", "var"],
	["1-0:9.4.0", "apparentDemandImport", "number", "VA"],
	["1-0:10.4.0", "apparentDemandExport", "number", "VA"],
	["1-0:1.6.0", "maximumDemandImport", "timed", "W"],
	["", "maximumDemandImportTime", "time", "time"],
	["1-0:2.6.0", "maximumDemandExport", "timed", "W"],
	["", "maximumDemandExportTime", "time", "time"],
	["1-0:1.24.0", "averagePowerImport", "number", "W"],
	["1-0:2.24.0", "averagePowerExport", "number", "W"],
	["1-0:15.24.0", "averagePowerAbsolute", "number", "W"],
	["1-0:16.24.0", "averagePowerNet", "number", "W"],
	["1-0:32.24.0", "averageVoltageL1", "number", "mV"],
	["1-0:52.24.0", "averageVoltageL2", "number", "mV"],
	["1-0:72.24.0", "averageVoltageL3", "number", "mV"],
	["1-0:31.24.0", "averageCurrentL1", "number", "mA"],
	["1-0:51.24.0", "averageCurrentL2", "number", "mA"],
	["1-0:71.24.0", "averageCurrentL3", "number", "mA"],
	["1-0:0.8.2", "demandPeriod", "number", "s"],

	["0-0:96.3.10", "breakerState", "number", "one"],
	["0-1:96.3.10", "relay1State", "number", "one"],
	["0-2:96.3.10", "relay2State", "number", "one"],
	["0-3:96.3.10", "relay3State", "number", "one"],
	["0-4:96.3.10", "relay4State", "number", "one"],
	["0-0:17.0.0", "limiterThreshold", "number", "W"],
	["1-0:31.4.0", "fuseThreshold", "number", "mA"],
	["1-0:51.4.0", "fuseThresholdL2", "number", "mA"],
	["1-0:71.4.0", "fuseThresholdL3", "number", "mA"],
	["1-1:31.4.0", "supervisionThresholdImport", "pair", "mA"],
	["", "supervisionThresholdExport", "number", "mA"],

	["0-0:96.7.21", "powerFailures", "number", "one"],
	["0-0:96.7.9", "longPowerFailures", "number", "one"],
	["1-0:32.32.0", "voltageSagsL1", "number", "one"],
	["1-0:52.32.0", "voltageSagsL2", "number", "one"],
	["1-0:72.32.0", "voltageSagsL3", "number", "one"],
	["1-0:32.33.0", "voltageSagDurationL1", "number", "s"],
	["1-0:52.33.0", "voltageSagDurationL2", "number", "s"],
	["1-0:72.33.0", "voltageSagDurationL3", "number", "s"],
	["1-0:32.34.0", "voltageSagMagnitudeL1", "number", "mV"],
	["1-0:52.34.0", "voltageSagMagnitudeL2", "number", "mV"],
	["1-0:72.34.0", "voltageSagMagnitudeL3", "number", "mV"],
	["1-0:32.36.0", "voltageSwellsL1", "number", "one"],
	["1-0:52.36.0", "voltageSwellsL2", "number", "one"],
	["1-0:72.36.0", "voltageSwellsL3", "number", "one"],
	["1-0:32.37.0", "voltageSwellDurationL1", "number", "s"],
	["1-0:52.37.0", "voltageSwellDurationL2", "number", "s"],
	["1-0:72.37.0", "voltageSwellDurationL3", "number", "s"],
	["1-0:32.38.0", "voltageSwellMagnitudeL1", "number", "mV"],
	["1-0:52.38.0", "voltageSwellMagnitudeL2", "number", "mV"],
	["1-0:72.38.0", "voltageSwellMagnitudeL3", "number", "mV"],
	["1-0:99.97.0", "powerFailureLog", "log", "text"],
	["0-0:98.1.0", "demandHistory", "log", "text"],

	["0-0:96.13.0", "textMessage", "octets", "text"],
	["0-0:96.13.1", "textMessageCode", "octets", "text"],
	["0-0:96.13.2", "textMessage2", "octets", "text"],
	["0-0:96.13.3", "textMessage3", "octets", "text"],
	["0-0:96.13.4", "textMessage4", "octets", "text"],
	["0-0:96.13.5", "textMessage5", "octets", "text"],
	["1-0:0.2.0", "firmwareVersion", "plain", "text"],
	["1-0:0.2.8", "firmwareChecksum", "plain", "text"],
	["1-1:0.2.0", "applicationVersion", "plain", "text"],
	["1-1:0.2.8", "applicationChecksum", "plain", "text"],
] as const satisfies readonly RowTuple[];

/** Rows of an M-Bus channel; `n` in the code is the channel, 1 to 4. */
const MBUS_ROWS = [
	["0-n:24.1.0", "deviceType", "number", "one"],
	["0-n:96.1.0", "equipmentIdentifier", "octets", "text"],
	["0-n:96.1.1", "equipmentIdentifierBelgium", "octets", "text"],
	["0-n:96.1.2", "connectionIdentifier", "octets", "text"],
	["0-n:24.4.0", "valveState", "number", "one"],
	["0-n:24.2.1", "register", "timed", "dm3"],
	["", "registerTime", "time", "time"],
	["0-n:24.2.3", "registerUnconverted", "timed", "dm3"],
	["", "registerUnconvertedTime", "time", "time"],
	["0-n:24.3.0", "registerDsmr3", "dsmr3", "dm3"],
	["", "registerDsmr3Time", "time", "time"],
] as const satisfies readonly RowTuple[];

/** M-Bus channels of a P1 port (P1 Companion Standard 5.0.2 §6.12: gas, water, thermal, slave electricity). */
export const MBUS_CHANNELS = 4;

type SlotKey<Rows extends readonly RowTuple[]> = {
	readonly [Row in Rows[number] as Row[3] extends "time" | "text" | "one" | "milli"
		? Row[1]
		: `${Row[1]}_${Row[3]}`]: number;
};

function keyOf(name: string, unit: UnitName): string {
	return unit === "time" || unit === "text" || unit === "one" || unit === "milli" ? name : `${name}_${unit}`;
}

function keysOf(rows: readonly RowTuple[]): Record<string, number> {
	const keys: Record<string, number> = {};
	for (const [index, [, name, , unit]] of rows.entries()) keys[keyOf(name, unit)] = index;
	return keys;
}

/** Slot of each quantity of the meter itself, the unit in the name: `FIELD.voltageL1_mV`. */
export const FIELD = Object.freeze(keysOf(METER_ROWS)) as SlotKey<typeof METER_ROWS>;

/** Offset of each quantity within a channel's slots: `mbusSlot(2, MBUS_FIELD.register_dm3)`. */
export const MBUS_FIELD = Object.freeze(keysOf(MBUS_ROWS)) as SlotKey<typeof MBUS_ROWS>;

export const METER_SLOTS = METER_ROWS.length;
export const MBUS_SLOTS = MBUS_ROWS.length;
export const SLOTS = METER_SLOTS + MBUS_CHANNELS * MBUS_SLOTS;

/** @param channel - 1 to {@link MBUS_CHANNELS}. */
export function mbusSlot(channel: number, field: number): number {
	return METER_SLOTS + (channel - 1) * MBUS_SLOTS + field;
}

/** The M-Bus channel that a slot belongs to, 1 to {@link MBUS_CHANNELS}; 0 for the meter itself. */
export function slotChannel(slot: number): number {
	return slot < METER_SLOTS ? 0 : 1 + Math.floor((slot - METER_SLOTS) / MBUS_SLOTS);
}

/** Row kinds as the decoder's numbers. */
export const KIND = { number: 0, time: 1, octets: 2, plain: 3, timed: 4, pair: 5, log: 6, dsmr3: 7 } as const;

/** What the decoder and the serializers know of a slot, by its number. */
export interface SlotFacts {
	/** OBIS code; empty for the second half of a row. */
	readonly code: string;
	/** Name of the quantity without its unit. */
	readonly name: string;
	/** 0 for the meter itself, else the M-Bus channel. */
	readonly channel: number;
}

/** Unit in which nearly every meter sends a quantity: a thousand times the kept one. */
const USUAL_WIRE_UNIT: { readonly [Unit in UnitName]?: string } = {
	Wh: "kwh",
	W: "kw",
	varh: "kvarh",
	var: "kvar",
	VAh: "kvah",
	VA: "kva",
	mV: "v",
	mA: "a",
	mHz: "hz",
	dm3: "m3",
};

const facts: SlotFacts[] = [];
/** {@link KIND} of each slot. */
export const SLOT_KIND = new Uint8Array(SLOTS);
/** {@link UNIT} of each slot where the telegram leaves no choice. */
export const SLOT_UNIT = new Uint8Array(SLOTS);
/** Key of the slot's usual unit on the wire; -1 where there is none. */
export const SLOT_WIRE_KEY = new Int32Array(SLOTS).fill(-1);
/** The units that a slot believes, as a bit mask over {@link UNIT}. */
export const SLOT_ACCEPTS = new Uint32Array(SLOTS);

function addRows(rows: readonly RowTuple[], channel: number): void {
	for (const [code, name, kind, unit] of rows) {
		const slot = facts.length;
		facts.push(Object.freeze({ code: code.replace("n", String(channel)), name, channel }));
		SLOT_KIND[slot] = KIND[kind];
		SLOT_UNIT[slot] = UNIT[unit];
		SLOT_ACCEPTS[slot] = unitMask(UNIT[unit]);
		const usual = USUAL_WIRE_UNIT[unit];
		if (usual !== undefined) SLOT_WIRE_KEY[slot] = unitKey(usual);
		// A channel's device decides: gas and water in m3, heat in GJ, MJ or kWh, slave electricity in kWh.
		if (unit === "dm3") SLOT_ACCEPTS[slot] = unitMask(UNIT.dm3, UNIT.kJ, UNIT.Wh);
	}
}

addRows(METER_ROWS, 0);
for (let channel = 1; channel <= MBUS_CHANNELS; channel++) addRows(MBUS_ROWS, channel);

// The limiter comes in kW (NL 4.x), kVA (telegrams/lu) or A (telegrams/nl-v3/spec-3.0-example-a.txt).
SLOT_ACCEPTS[FIELD.limiterThreshold_W] = unitMask(UNIT.W, UNIT.VA, UNIT.mA);

/** The channels of the M-Bus share theirs. */
function namesAsBytes(): Uint8Array[] {
	const bytes = new Map<string, Uint8Array>();
	return facts.map(({ name }) => {
		const made = bytes.get(name) ?? literal(name);
		bytes.set(name, made);
		return made;
	});
}

/** Name of each slot's quantity as bytes. */
export const SLOT_NAME: readonly Uint8Array[] = Object.freeze(namesAsBytes());

/** Name of each slot's quantity, without its unit. */
export const SLOT_QUANTITY: readonly string[] = Object.freeze(facts.map(({ name }) => name));

/**
 * Facts of every slot, by number. For what modules do while they load, and for tests: as long as no function of the device's
 * program uses them, they take no flash.
 */
export const SLOT_FACTS: readonly SlotFacts[] = Object.freeze(facts);

/** The slots that hold text as it stands. */
export const PLAIN_SLOTS = Uint8Array.from(SLOT_KIND.keys()).filter((slot) => SLOT_KIND[slot] === KIND.plain);

/** The slots that hold a time stamp. */
export const TIME_SLOTS = Uint8Array.from(SLOT_KIND.keys()).filter((slot) => SLOT_KIND[slot] === KIND.time);
