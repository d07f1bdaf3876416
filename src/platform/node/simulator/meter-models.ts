import { FIELD, MBUS_FIELD, mbusSlot } from "../../../core/obis-table.js";
import type { ProfileId } from "../../../core/profile.js";
import { toOctets } from "../../../core/telegram-values.js";
import { UNIT } from "../../../core/units.js";

/** What the meter of a profile says besides what it measures. */
export interface MeterModel {
	/** Values that never change: slot, value, and the unit where the slot leaves a choice. */
	readonly numbers: readonly (readonly [slot: number, value: number, unit?: number])[];
	/** Texts that never change, as they stand in the telegram. */
	readonly texts: readonly (readonly [slot: number, text: string])[];
	/** Tariff indicator of each hour of the day on the meter's own clock. */
	readonly tariffs: { readonly workday: string; readonly weekend: string };
	/** The gas meter on channel 1, and how often it reports. */
	readonly gas?: { readonly registerSlot: number; readonly intervalS: number };
}

const ONE_TARIFF = { workday: "111111111111111111111111", weekend: "111111111111111111111111" };
/** Low from 23 to 7 and on weekends, normal otherwise: the usual one in the Netherlands. */
const DUTCH_TARIFFS = { workday: "111111122222222222222221", weekend: "111111111111111111111111" };
/** Day from 7 to 22 on workdays: the usual one in Flanders. */
const BELGIAN_TARIFFS = { workday: "222222211111111111111122", weekend: "222222222222222222222222" };
/** Night, morning and evening peak, day, weekend. */
const FOUR_TARIFFS = { workday: "111111122223333322223311", weekend: "444444444444444444444444" };

const DUTCH_GAS = mbusSlot(1, MBUS_FIELD.register_dm3);
const GAS_TYPE: readonly [number, number] = [mbusSlot(1, MBUS_FIELD.deviceType), 3];
const VALVE_OPEN: readonly [number, number] = [mbusSlot(1, MBUS_FIELD.valveState), 1];
const GAS_IDENTIFIER: readonly [number, string] = [
	mbusSlot(1, MBUS_FIELD.equipmentIdentifier),
	toOctets("G0000000000000001"),
];
const BREAKER_CLOSED: readonly [number, number] = [FIELD.breakerState, 1];
const IDENTIFIER: readonly [number, string] = [FIELD.equipmentIdentifier, toOctets("E0000000000000001")];
const POWER_QUALITY: readonly (readonly [number, number])[] = [
	[FIELD.powerFailures, 7],
	[FIELD.longPowerFailures, 2],
	[FIELD.voltageSagsL1, 3],
	[FIELD.voltageSagsL2, 1],
	[FIELD.voltageSagsL3, 2],
	[FIELD.voltageSwellsL1, 0],
	[FIELD.voltageSwellsL2, 0],
	[FIELD.voltageSwellsL3, 1],
];
const FAILURE_LOG: readonly [number, string] = [
	FIELD.powerFailureLog,
	"(2)(0-0:96.7.19)(240705141412S)(0000002214*s)(250118033507W)(0000000846*s)",
];

/** Every model by its profile. The identifiers are made up. */
export const METER_MODELS: { readonly [Id in ProfileId]: MeterModel } = {
	se: { numbers: [], texts: [], tariffs: ONE_TARIFF },
	dsmr2: {
		numbers: [[FIELD.limiterThreshold_W, 999_000], BREAKER_CLOSED, GAS_TYPE, VALVE_OPEN],
		texts: [IDENTIFIER, GAS_IDENTIFIER],
		tariffs: DUTCH_TARIFFS,
		gas: { registerSlot: mbusSlot(1, MBUS_FIELD.registerDsmr3_dm3), intervalS: 3600 },
	},
	dsmr4: {
		numbers: [[FIELD.p1Version, 42], ...POWER_QUALITY, GAS_TYPE],
		texts: [IDENTIFIER, FAILURE_LOG, GAS_IDENTIFIER],
		tariffs: DUTCH_TARIFFS,
		gas: { registerSlot: DUTCH_GAS, intervalS: 3600 },
	},
	dsmr5: {
		numbers: [[FIELD.p1Version, 50], ...POWER_QUALITY, GAS_TYPE],
		texts: [IDENTIFIER, FAILURE_LOG, GAS_IDENTIFIER],
		tariffs: DUTCH_TARIFFS,
		gas: { registerSlot: DUTCH_GAS, intervalS: 300 },
	},
	be: {
		numbers: [
			BREAKER_CLOSED,
			[FIELD.limiterThreshold_W, 999_900],
			[FIELD.fuseThreshold_mA, 999_000],
			GAS_TYPE,
			VALVE_OPEN,
		],
		texts: [
			[FIELD.emucsVersion, "50217"],
			[FIELD.equipmentIdentifier, toOctets("1SAG0000000001")],
			[mbusSlot(1, MBUS_FIELD.equipmentIdentifierBelgium), toOctets("7FLO0000000001")],
		],
		tariffs: BELGIAN_TARIFFS,
		gas: { registerSlot: mbusSlot(1, MBUS_FIELD.registerUnconverted_dm3), intervalS: 300 },
	},
	lu: {
		numbers: [
			[FIELD.p1Version, 42],
			[FIELD.limiterThreshold_W, 27_600, UNIT.VA],
			[FIELD.supervisionThresholdImport_mA, 40_000],
			[FIELD.supervisionThresholdExport_mA, -40_000],
			BREAKER_CLOSED,
			[FIELD.relay1State, 0],
			[FIELD.relay2State, 0],
			...POWER_QUALITY,
			GAS_TYPE,
			VALVE_OPEN,
		],
		texts: [[FIELD.logicalDeviceName, toOctets("SAG1000000000001")], GAS_IDENTIFIER],
		tariffs: ONE_TARIFF,
		gas: { registerSlot: DUTCH_GAS, intervalS: 3600 },
	},
	lt: {
		numbers: [[FIELD.demandPeriod_s, 900], ...POWER_QUALITY],
		texts: [
			[FIELD.firmwareVersion, "02.21"],
			[FIELD.firmwareChecksum, "1EA43311"],
			[FIELD.applicationVersion, "02.13"],
			[FIELD.applicationChecksum, "047C71F1"],
			[FIELD.equipmentIdentifier, toOctets("0000000000000001")],
		],
		tariffs: FOUR_TARIFFS,
	},
	p1: {
		numbers: [
			BREAKER_CLOSED,
			[FIELD.limiterThreshold_W, 90_000],
			[FIELD.fuseThreshold_mA, 200_000],
			[FIELD.fuseThresholdL2_mA, 200_000],
			[FIELD.fuseThresholdL3_mA, 200_000],
		],
		texts: [
			[FIELD.logicalDeviceName, toOctets("SAG0000000000001")],
			[FIELD.meterSerialNumber, toOctets("8900000000000001")],
		],
		tariffs: { workday: DUTCH_TARIFFS.workday, weekend: ONE_TARIFF.workday },
	},
};
