import { FIELD, MBUS_CHANNELS, MBUS_FIELD, mbusSlot, SLOTS, slotChannel } from "../../../core/obis-table.js";
import { UNIT } from "../../../core/units.js";

/**
 * How Home Assistant shows a quantity; what is absent is left out of the announcement. Classes, units and which of them go
 * together: home-assistant/core, components/sensor/const.py.
 */
export type EntityLook = {
	readonly deviceClass?: string;
	/** Absent for what has no statistics: texts, states and limits. */
	readonly stateClass?: "measurement" | "total_increasing";
	readonly unit?: string;
	/** Decimals that are shown; the state has all of them. */
	readonly precision?: number;
	readonly icon?: string;
	readonly isDiagnostic?: boolean;
	/** The owner has to switch it on. */
	readonly isDisabled?: boolean;
	/** The JSON has thousandths of the unit: Wh, while people and the meter's display have kWh. */
	readonly isKilo?: boolean;
	/** Its state may be longer than Home Assistant takes. */
	readonly isText?: boolean;
	/** The values it may have. */
	readonly options?: readonly string[];
	/** For people, where it is not the words of the quantity's own name. */
	readonly name?: string;
};

/** Entities that are no slot of the table of OBIS codes: further members of the JSON, and what follows from two of them. */
export const EXTRA = {
	/** True while the meter speaks; the only one that is available when it does not. */
	connection: SLOTS,
	identification: SLOTS + 1,
	tariff: SLOTS + 2,
	/** Import minus export, for meters that do not send it themselves. */
	powerNet: SLOTS + 3,
} as const;

/** An entity is a slot or one of {@link EXTRA}. */
export const ENTITIES = SLOTS + 4;

const COUNTER: EntityLook = { stateClass: "total_increasing", icon: "mdi:counter", isDiagnostic: true };
const STATE: EntityLook = { icon: "mdi:electric-switch", isDiagnostic: true };
const TEXT: EntityLook = { icon: "mdi:identifier", isDiagnostic: true, isText: true };
const MESSAGE: EntityLook = { ...TEXT, icon: "mdi:message-text-outline" };
const POWER: EntityLook = { deviceClass: "power", stateClass: "measurement", unit: "W", precision: 0 };

/** A quantity by the unit in which it was sent, {@link UNIT}. */
const LOOK_BY_UNIT: Readonly<Record<number, EntityLook>> = Object.freeze({
	[UNIT.Wh]: { deviceClass: "energy", stateClass: "total_increasing", unit: "kWh", precision: 3, isKilo: true },
	[UNIT.W]: POWER,
	[UNIT.varh]: {
		deviceClass: "reactive_energy",
		stateClass: "total_increasing",
		unit: "kvarh",
		precision: 3,
		isKilo: true,
	},
	[UNIT.var]: { deviceClass: "reactive_power", stateClass: "measurement", unit: "var", precision: 0 },
	// There is no device class for apparent energy.
	[UNIT.VAh]: {
		stateClass: "total_increasing",
		unit: "kVAh",
		precision: 3,
		icon: "mdi:lightning-bolt-outline",
		isKilo: true,
	},
	[UNIT.VA]: { deviceClass: "apparent_power", stateClass: "measurement", unit: "VA", precision: 0 },
	[UNIT.mV]: { deviceClass: "voltage", stateClass: "measurement", unit: "V", precision: 1 },
	[UNIT.mA]: { deviceClass: "current", stateClass: "measurement", unit: "A", precision: 2 },
	[UNIT.mHz]: { deviceClass: "frequency", stateClass: "measurement", unit: "Hz", precision: 2 },
	[UNIT.dm3]: { deviceClass: "volume", stateClass: "total_increasing", unit: "m³", precision: 3 },
	[UNIT.kJ]: { deviceClass: "energy", stateClass: "total_increasing", unit: "GJ", precision: 3 },
	[UNIT.s]: { deviceClass: "duration", unit: "s", isDiagnostic: true },
	[UNIT.one]: STATE,
	[UNIT.milli]: { deviceClass: "power_factor", stateClass: "measurement", precision: 3 },
	[UNIT.time]: { deviceClass: "timestamp", isDiagnostic: true },
	[UNIT.text]: TEXT,
});

/** What stands still until the grid operator changes it: no statistics. */
const LIMIT = "limit";

/** Slots and extras that are shown otherwise than their unit says. */
const EXCEPTIONS: readonly (readonly [entity: number, look: EntityLook | typeof LIMIT])[] = [
	// It changes with every telegram: whoever wants that in the database says so.
	[FIELD.time, { deviceClass: "timestamp", isDiagnostic: true, isDisabled: true, name: "Meter time" }],
	[FIELD.p1Version, { ...TEXT, isText: false, name: "P1 version" }],
	[FIELD.emucsVersion, { ...TEXT, name: "e-MUCS version" }],
	[FIELD.tariffIndicator, { ...STATE, icon: "mdi:theme-light-dark" }],

	[FIELD.limiterThreshold_W, LIMIT],
	[FIELD.fuseThreshold_mA, LIMIT],
	[FIELD.fuseThresholdL2_mA, LIMIT],
	[FIELD.fuseThresholdL3_mA, LIMIT],
	[FIELD.supervisionThresholdImport_mA, LIMIT],
	[FIELD.supervisionThresholdExport_mA, LIMIT],
	[FIELD.voltageSagMagnitudeL1_mV, LIMIT],
	[FIELD.voltageSagMagnitudeL2_mV, LIMIT],
	[FIELD.voltageSagMagnitudeL3_mV, LIMIT],
	[FIELD.voltageSwellMagnitudeL1_mV, LIMIT],
	[FIELD.voltageSwellMagnitudeL2_mV, LIMIT],
	[FIELD.voltageSwellMagnitudeL3_mV, LIMIT],

	[FIELD.powerFailures, COUNTER],
	[FIELD.longPowerFailures, COUNTER],
	[FIELD.voltageSagsL1, COUNTER],
	[FIELD.voltageSagsL2, COUNTER],
	[FIELD.voltageSagsL3, COUNTER],
	[FIELD.voltageSwellsL1, COUNTER],
	[FIELD.voltageSwellsL2, COUNTER],
	[FIELD.voltageSwellsL3, COUNTER],

	[FIELD.textMessage, MESSAGE],
	[FIELD.textMessageCode, MESSAGE],
	[FIELD.textMessage2, MESSAGE],
	[FIELD.textMessage3, MESSAGE],
	[FIELD.textMessage4, MESSAGE],
	[FIELD.textMessage5, MESSAGE],

	[EXTRA.connection, { deviceClass: "connectivity", isDiagnostic: true, name: "Meter connection" }],
	[EXTRA.identification, { ...TEXT, icon: "mdi:meter-electric-outline", name: "Meter model" }],
	[EXTRA.tariff, { deviceClass: "enum", options: ["low", "normal"] }],
	[EXTRA.powerNet, POWER],
];

const exceptions: (EntityLook | typeof LIMIT | undefined)[] = new Array(ENTITIES).fill(undefined);
for (const [entity, look] of EXCEPTIONS) exceptions[entity] = look;
for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
	exceptions[mbusSlot(channel, MBUS_FIELD.registerTime)] = {
		deviceClass: "timestamp",
		isDiagnostic: true,
		name: "Reading time",
	};
}
/** {@link EXCEPTIONS} by entity. */
const LOOK_BY_ENTITY = Object.freeze(exceptions);

/** What a metered medium is in Home Assistant; others are a plain volume. */
const VOLUME_CLASS: Readonly<Record<string, string>> = Object.freeze({
	gas: "gas",
	water: "water",
	warmWater: "water",
});

/** Names of {@link EXTRA} in the JSON, as far as they have one. */
const EXTRA_NAMES = Object.freeze(["connection", "identification", "tariff", "powerNet"]);

/** The document that an entity is announced in: 0 is the meter's own, 1 to 4 that of an M-Bus channel's device. */
export function documentOf(entity: number): number {
	return entity >= SLOTS ? 0 : slotChannel(entity);
}

/** How many documents there may be. */
export const DOCUMENTS = 1 + MBUS_CHANNELS;

/** Name of one of {@link EXTRA}, as the JSON names it where it is there. */
export function extraName(entity: number): string {
	return EXTRA_NAMES[entity - SLOTS] ?? "";
}

/**
 * How an entity is shown.
 * @param unit - in which its value is sent, {@link UNIT}.
 * @param medium - what the M-Bus device meters, see `mbusMedium`; undefined for the meter itself.
 * @returns undefined for what is never shown, such as a log.
 */
export function lookOf(entity: number, unit: number, medium: string | undefined): EntityLook | undefined {
	const own = LOOK_BY_ENTITY[entity];
	const usual = LOOK_BY_UNIT[unit];
	if (own === LIMIT) {
		if (usual === undefined) return undefined;
		const { stateClass: _, ...look } = usual;
		return { ...look, isDiagnostic: true };
	}
	if (own !== undefined) return own;
	if (unit === UNIT.dm3 && medium !== undefined) {
		return { ...usual, deviceClass: VOLUME_CLASS[medium] ?? "volume" };
	}
	return usual;
}

/** The slots of a channel that are an entity: the rows that several makes of meters send in turn are one, the first. */
export const MBUS_ENTITY = Object.freeze({
	register: MBUS_FIELD.register_dm3,
	time: MBUS_FIELD.registerTime,
	equipmentIdentifier: MBUS_FIELD.equipmentIdentifier,
	connectionIdentifier: MBUS_FIELD.connectionIdentifier,
	valveState: MBUS_FIELD.valveState,
});
