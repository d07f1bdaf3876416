import { UNIT } from "../../core/units.js";
import { counter, gauge } from "./family.js";
import { LOAD_FAMILIES } from "./load-families.js";
import { DIRECTION, family, type MeterFamily, PHASE, RELAY } from "./meter-family.js";

/**
 * THE table of the meter's values as metrics: every number that a reading may have, in base units, so energy in joules
 * (its rate is the power in watts) and reactive and apparent energy in var seconds and volt-ampere seconds. Values that add
 * up or are a mean of another family's are a family of their own: the sum over a family's phases or tariffs means something.
 */
export const METER_FAMILIES: readonly MeterFamily[] = Object.freeze([
	...LOAD_FAMILIES,
	family(
		gauge("p1_demand_watts", "Mean power of the running demand period."),
		UNIT.W,
		["demandImport_W", "demandExport_W"],
		DIRECTION,
	),
	family(
		gauge("p1_reactive_demand_vars", "Mean reactive power of the running demand period."),
		UNIT.var,
		["reactiveDemandImport_var", "reactiveDemandExport_var"],
		DIRECTION,
	),
	family(
		gauge("p1_apparent_demand_voltamperes", "Mean apparent power of the running demand period."),
		UNIT.VA,
		["apparentDemandImport_VA", "apparentDemandExport_VA"],
		DIRECTION,
	),
	family(
		gauge("p1_maximum_demand_watts", "Highest demand of the running month."),
		UNIT.W,
		["maximumDemandImport_W", "maximumDemandExport_W"],
		DIRECTION,
	),
	family(
		gauge("p1_maximum_demand_timestamp_seconds", "When the highest demand of the month was."),
		UNIT.time,
		["maximumDemandImportTime", "maximumDemandExportTime"],
		DIRECTION,
	),
	family(
		gauge("p1_average_power_watts", "Mean active power of the last demand period."),
		UNIT.W,
		["averagePowerImport_W", "averagePowerExport_W"],
		DIRECTION,
	),
	family(gauge("p1_average_net_power_watts", "Mean of import less export of the last demand period."), UNIT.W, [
		"averagePowerNet_W",
	]),
	family(
		gauge("p1_average_absolute_power_watts", "Mean power of the last demand period, of both directions."),
		UNIT.W,
		["averagePowerAbsolute_W"],
	),
	family(
		gauge("p1_phase_average_voltage_volts", "Mean voltage of the last demand period, by phase."),
		UNIT.mV,
		["averageVoltageL1_mV", "averageVoltageL2_mV", "averageVoltageL3_mV"],
		PHASE,
	),
	family(
		gauge("p1_phase_average_current_amperes", "Mean current of the last demand period, by phase."),
		UNIT.mA,
		["averageCurrentL1_mA", "averageCurrentL2_mA", "averageCurrentL3_mA"],
		PHASE,
	),
	family(gauge("p1_demand_period_seconds", "Length of a demand period."), UNIT.s, ["demandPeriod_s"]),
	family(gauge("p1_tariff_indicator", "The tariff that applies now, as the meter numbers it."), UNIT.one, [
		"tariffIndicator",
	]),
	family(gauge("p1_breaker_state", "Position of the main breaker, as the meter numbers it."), UNIT.one, [
		"breakerState",
	]),
	family(
		gauge("p1_relay_state", "Position of a relay, as the meter numbers it."),
		UNIT.one,
		["relay1State", "relay2State", "relay3State", "relay4State"],
		RELAY,
	),
	// One row, three units: NL sends kW, Luxembourg kVA, DSMR 3 A.
	family(gauge("p1_limiter_threshold_watts", "Power at which the meter cuts off."), UNIT.W, ["limiterThreshold_W"]),
	family(gauge("p1_limiter_threshold_voltamperes", "Apparent power at which the meter cuts off."), UNIT.VA, [
		"limiterThreshold_W",
	]),
	family(gauge("p1_limiter_threshold_amperes", "Current at which the meter cuts off."), UNIT.mA, [
		"limiterThreshold_W",
	]),
	family(
		gauge("p1_phase_fuse_threshold_amperes", "Current at which the meter's fuse function cuts off, by phase."),
		UNIT.mA,
		["fuseThreshold_mA", "fuseThresholdL2_mA", "fuseThresholdL3_mA"],
		PHASE,
	),
	family(
		gauge("p1_supervision_threshold_amperes", "Current that the meter supervises."),
		UNIT.mA,
		["supervisionThresholdImport_mA", "supervisionThresholdExport_mA"],
		DIRECTION,
	),
	family(counter("p1_power_failures_total", "Power failures that the meter counted."), UNIT.one, ["powerFailures"]),
	family(counter("p1_long_power_failures_total", "Long power failures that the meter counted."), UNIT.one, [
		"longPowerFailures",
	]),
	family(
		counter("p1_phase_voltage_sags_total", "Voltage sags that the meter counted, by phase."),
		UNIT.one,
		["voltageSagsL1", "voltageSagsL2", "voltageSagsL3"],
		PHASE,
	),
	family(
		gauge("p1_phase_voltage_sag_duration_seconds", "How long the last voltage sag was, by phase."),
		UNIT.s,
		["voltageSagDurationL1_s", "voltageSagDurationL2_s", "voltageSagDurationL3_s"],
		PHASE,
	),
	family(
		gauge("p1_phase_voltage_sag_volts", "How deep the last voltage sag was, by phase."),
		UNIT.mV,
		["voltageSagMagnitudeL1_mV", "voltageSagMagnitudeL2_mV", "voltageSagMagnitudeL3_mV"],
		PHASE,
	),
	family(
		counter("p1_phase_voltage_swells_total", "Voltage swells that the meter counted, by phase."),
		UNIT.one,
		["voltageSwellsL1", "voltageSwellsL2", "voltageSwellsL3"],
		PHASE,
	),
	family(
		gauge("p1_phase_voltage_swell_duration_seconds", "How long the last voltage swell was, by phase."),
		UNIT.s,
		["voltageSwellDurationL1_s", "voltageSwellDurationL2_s", "voltageSwellDurationL3_s"],
		PHASE,
	),
	family(
		gauge("p1_phase_voltage_swell_volts", "How high the last voltage swell was, by phase."),
		UNIT.mV,
		["voltageSwellMagnitudeL1_mV", "voltageSwellMagnitudeL2_mV", "voltageSwellMagnitudeL3_mV"],
		PHASE,
	),
	family(gauge("p1_meter_timestamp_seconds", "The meter's own clock at its latest telegram."), UNIT.time, ["time"]),
]);
