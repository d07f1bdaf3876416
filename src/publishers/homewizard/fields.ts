import { type NetSlots, PHASES, POWER_W } from "../../core/grid.js";
import { literal } from "../../core/literal.js";
import { FIELD } from "../../core/obis-table.js";

/** A member of the measurement that is one value of the reading. */
export interface ValueField {
	readonly name: Uint8Array;
	readonly slot: number;
	/** The reading's integer divided by 10 to this power is the member's number. */
	readonly decimals: number;
}

/** A member that is import minus export. */
export interface NetField {
	readonly name: Uint8Array;
	readonly slots: NetSlots;
}

/** The members of one direction of energy. */
export interface EnergyFields {
	readonly total: Uint8Array;
	/** Of all tariffs. Those of tariff 1 to 4 follow it in the table of OBIS codes. */
	readonly slot: number;
	readonly tariffs: readonly Uint8Array[];
}

function value(name: string, slot: number, decimals = 0): ValueField {
	return Object.freeze({ name: literal(name), slot, decimals });
}

function energy(direction: "import" | "export", slot: number): EnergyFields {
	const tariffs = [1, 2, 3, 4].map((tariff) => literal(`total_power_${direction}_t${tariff}_kwh`));
	return Object.freeze({ total: literal(`total_power_${direction}_kwh`), slot, tariffs: Object.freeze(tariffs) });
}

/**
 * Members of the measurement, in the order of the real device. The names are the API's, misspelling included.
 * @see https://api-documentation.homewizard.com/docs/v1/measurement (HWE-P1)
 */
export const ENERGY_FIELDS: readonly EnergyFields[] = Object.freeze([
	energy("import", FIELD.energyImport_Wh),
	energy("export", FIELD.energyExport_Wh),
]);

/** Active power in W, negative while energy is delivered to the grid. */
export const POWER_FIELDS: readonly NetField[] = Object.freeze([
	Object.freeze({ name: literal("active_power_w"), slots: POWER_W }),
	...PHASES.map(({ power_W: slots }, index) => Object.freeze({ name: literal(`active_power_l${index + 1}_w`), slots })),
]);

/** Voltages of L1 to L3. */
export const VOLTAGE_FIELDS: readonly ValueField[] = Object.freeze(
	PHASES.map(({ voltage_mV }, index) => value(`active_voltage_l${index + 1}_v`, voltage_mV, 3)),
);

/** Names of the currents of L1 to L3. */
export const CURRENT_NAMES: readonly Uint8Array[] = Object.freeze(
	PHASES.map((_, index) => literal(`active_current_l${index + 1}_a`)),
);

/** What follows the currents. */
export const VALUE_FIELDS: readonly ValueField[] = Object.freeze([
	value("active_frequency_hz", FIELD.frequency_mHz, 3),
	value("voltage_sag_l1_count", FIELD.voltageSagsL1),
	value("voltage_sag_l2_count", FIELD.voltageSagsL2),
	value("voltage_sag_l3_count", FIELD.voltageSagsL3),
	value("voltage_swell_l1_count", FIELD.voltageSwellsL1),
	value("voltage_swell_l2_count", FIELD.voltageSwellsL2),
	value("voltage_swell_l3_count", FIELD.voltageSwellsL3),
	value("any_power_fail_count", FIELD.powerFailures),
	value("long_power_fail_count", FIELD.longPowerFailures),
	value("active_power_average_w", FIELD.demandImport_W),
	value("montly_power_peak_w", FIELD.maximumDemandImport_W),
]);

/** Slots of the meter's own identifier, the first that is there counts. */
export const IDENTIFIER_SLOTS: readonly number[] = Object.freeze([
	FIELD.equipmentIdentifier,
	FIELD.meterSerialNumber,
	FIELD.logicalDeviceName,
]);

/** Type of an external device by its M-Bus device type (EN 13757-3); others have no name in the API. */
export const EXTERNAL_TYPES: readonly (Uint8Array | undefined)[] = Object.freeze([
	undefined,
	undefined,
	undefined,
	literal("gas_meter"),
	literal("heat_meter"),
	undefined,
	literal("warm_water_meter"),
	literal("water_meter"),
	undefined,
	undefined,
	undefined,
	undefined,
	literal("inlet_heat_meter"),
]);

/** M-Bus device type of gas. */
export const GAS = 3;

/**
 * Values that programs act on and take for 0 when they are not there (evcc meter/homewizard/types.go: plain float64): a
 * telegram without one that was there a moment ago is not shown.
 */
export const GUARDED_SLOTS: readonly number[] = Object.freeze([
	...[0, 1, 2, 3, 4].flatMap((tariff) => [FIELD.energyImport_Wh + tariff, FIELD.energyExport_Wh + tariff]),
	...[POWER_W, ...PHASES.map(({ power_W }) => power_W)].flatMap(({ import: imported, export: exported, net }) =>
		net === undefined ? [imported, exported] : [imported, exported, net],
	),
	...PHASES.map(({ current_mA }) => current_mA),
]);
