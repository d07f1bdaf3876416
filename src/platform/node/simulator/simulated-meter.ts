import { CivilTime } from "../../../core/civil-time.js";
import { FIELD } from "../../../core/obis-table.js";
import { PROFILES, type ProfileId } from "../../../core/profile.js";
import type { TelegramValues } from "../../../core/telegram-values.js";
import type { TimeRule } from "../../../core/timestamp.js";
import { DemandMeter } from "./demand-meter.js";
import { EnergyRegister } from "./energy-register.js";
import { House, HouseSample } from "./house.js";
import { METER_MODELS, type MeterModel } from "./meter-models.js";
import { randomAt } from "./noise.js";
import { PowerWindow, setPowers } from "./power-window.js";

const STREAM = 4000;
const MM3_PER_DM3 = 1_000_000;

export interface SimulatedMeterOptions {
	readonly profile: ProfileId;
	readonly seed: number;
	/** The meter begins to measure here; a whole second. */
	readonly startUtcMs: number;
}

/**
 * A meter in a {@link House}. Every second it takes the sum of the three phases, import and export netted against each other
 * as Swedish, Dutch and Belgian meters do, and adds it to the import or to the export register; reactive energy
 * likewise. (That the E360 nets is seen in telegrams/se/lgf-e360-b.txt: 63 W in on L3, 12 W and 71 W out on L1 and L2,
 * 20 W export in all.)
 *
 * Powers, voltages and currents are means since the telegram before, so that power times interval is what the registers
 * gained. A real meter shows the last second instead, which nobody could hold against its registers.
 */
export class SimulatedMeter {
	readonly #house: House;
	readonly #model: MeterModel;
	readonly #timeRule: TimeRule;
	readonly #sample = new HouseSample();
	readonly #window = new PowerWindow();
	readonly #clock = new CivilTime();
	readonly #demand: DemandMeter;
	readonly #import = new EnergyRegister();
	readonly #export = new EnergyRegister();
	readonly #reactiveImport = new EnergyRegister();
	readonly #reactiveExport = new EnergyRegister();
	readonly #quadrants = [
		new EnergyRegister(),
		new EnergyRegister(),
		new EnergyRegister(),
		new EnergyRegister(),
	] as const;
	#nowMs: number;
	#tariff = 1;
	#gasMm3 = 0;
	#gasDm3 = 0;
	#gasAtMs: number;

	constructor(options: SimulatedMeterOptions) {
		const { profile, seed, startUtcMs } = options;
		this.#model = METER_MODELS[profile];
		this.#timeRule = PROFILES[profile].time;
		this.#house = new House({ seed, gas: this.#model.gas !== undefined });
		this.#demand = new DemandMeter(startUtcMs, this.#timeRule, seed);
		this.#nowMs = startUtcMs;
		this.#gasAtMs = startUtcMs - (startUtcMs % ((this.#model.gas?.intervalS ?? 1) * 1000));
		this.#addThePast(seed);
		this.#setTariff();
	}

	/** Measures up to an instant, second by second. @param utcMs - A whole second, not before the last one. */
	advanceTo(utcMs: number): void {
		while (this.#nowMs < utcMs) this.#measureSecond();
	}

	/** Fills in everything that a meter of any profile says, for the instant that it has come to; begins a new window. */
	fill(values: TelegramValues): void {
		values.clear();
		values.set(FIELD.time, this.#nowMs);
		values.set(FIELD.tariffIndicator, this.#tariff);
		for (const [slot, value, unit] of this.#model.numbers) values.set(slot, value, unit);
		for (const [slot, text] of this.#model.texts) values.setText(slot, text);
		setRegisters(values, IMPORT_SLOTS, this.#import);
		setRegisters(values, EXPORT_SLOTS, this.#export);
		setRegisters(values, REACTIVE_IMPORT_SLOTS, this.#reactiveImport);
		setRegisters(values, REACTIVE_EXPORT_SLOTS, this.#reactiveExport);
		for (let i = 0; i < 4; i++) values.set(QUADRANT_SLOTS[i] as number, (this.#quadrants[i] as EnergyRegister).totalWh);
		values.set(FIELD.energyAbsolute_Wh, this.#import.totalWh + this.#export.totalWh);
		setPowers(values, this.#window);
		this.#window.clear();
		values.set(FIELD.demandImport_W, this.#demand.demandW);
		values.set(FIELD.maximumDemandImport_W, this.#demand.peakW);
		values.set(FIELD.maximumDemandImportTime, this.#demand.peakAtMs);
		values.setText(FIELD.demandHistory, this.#demand.historyLog);
		if (this.#model.gas !== undefined) {
			values.set(this.#model.gas.registerSlot, this.#gasDm3);
			values.set(this.#model.gas.registerSlot + 1, this.#gasAtMs);
		}
	}

	#measureSecond(): void {
		const sample = this.#sample;
		this.#house.sample(this.#nowMs, sample);
		this.#nowMs += 1000;
		this.#window.add(sample);
		const { activeMw, reactiveMvar } = sample;
		const netMw = (activeMw[0] as number) + (activeMw[1] as number) + (activeMw[2] as number);
		const netMvar = (reactiveMvar[0] as number) + (reactiveMvar[1] as number) + (reactiveMvar[2] as number);
		if (netMw >= 0) this.#import.add(netMw, this.#tariff);
		else this.#export.add(-netMw, this.#tariff);
		if (netMvar >= 0) this.#reactiveImport.add(netMvar, this.#tariff);
		else this.#reactiveExport.add(-netMvar, this.#tariff);
		const quadrant = netMvar >= 0 ? (netMw >= 0 ? 0 : 1) : netMw < 0 ? 2 : 3;
		this.#quadrants[quadrant].add(Math.abs(netMvar), 1);
		this.#demand.addSecond(Math.max(0, netMw), this.#nowMs);
		this.#gasMm3 += sample.gasMm3PerS;
		const { gas } = this.#model;
		if (gas !== undefined && (this.#nowMs / 1000) % gas.intervalS === 0) {
			this.#gasDm3 = Math.floor(this.#gasMm3 / MM3_PER_DM3);
			this.#gasAtMs = this.#nowMs;
		}
		if ((this.#nowMs / 1000) % 900 === 0) this.#setTariff();
	}

	#setTariff(): void {
		const { workday, weekend } = this.#model.tariffs;
		this.#clock.setUtc(this.#nowMs, this.#timeRule);
		const hours = this.#clock.weekday >= 5 ? weekend : workday;
		this.#tariff = hours.charCodeAt(this.#clock.hour) - 48;
	}

	/** What the meter had counted before the simulation: some years of a household, spread over the tariffs it has. */
	#addThePast(seed: number): void {
		const { workday, weekend } = this.#model.tariffs;
		const registers = [this.#import, this.#export, this.#reactiveImport, this.#reactiveExport];
		const largestWh = [15_000_000, 9_000_000, 1_500_000, 4_000_000];
		for (const [index, register] of registers.entries()) {
			for (let tariff = 1; tariff <= 4; tariff++) {
				if (!(workday + weekend).includes(String(tariff))) continue;
				const share = 0.2 + 0.8 * randomAt(seed, STREAM + index, tariff);
				register.tariffsWh[tariff - 1] = Math.round((largestWh[index] as number) * share);
			}
		}
		const [quadrant1, quadrant2, quadrant3, quadrant4] = this.#quadrants;
		quadrant1.tariffsWh[0] = Math.round(0.7 * this.#reactiveImport.totalWh);
		quadrant2.tariffsWh[0] = this.#reactiveImport.totalWh - quadrant1.totalWh;
		quadrant3.tariffsWh[0] = Math.round(0.6 * this.#reactiveExport.totalWh);
		quadrant4.tariffsWh[0] = this.#reactiveExport.totalWh - quadrant3.totalWh;
		this.#gasDm3 = Math.round(8_000_000 * randomAt(seed, STREAM + 20, 0));
		this.#gasMm3 = this.#gasDm3 * MM3_PER_DM3;
	}
}

/** Total, then tariffs 1 to 4. */
const IMPORT_SLOTS = [
	FIELD.energyImport_Wh,
	FIELD.energyImportTariff1_Wh,
	FIELD.energyImportTariff2_Wh,
	FIELD.energyImportTariff3_Wh,
	FIELD.energyImportTariff4_Wh,
] as const;
const EXPORT_SLOTS = [
	FIELD.energyExport_Wh,
	FIELD.energyExportTariff1_Wh,
	FIELD.energyExportTariff2_Wh,
	FIELD.energyExportTariff3_Wh,
	FIELD.energyExportTariff4_Wh,
] as const;
const REACTIVE_IMPORT_SLOTS = [
	FIELD.reactiveEnergyImport_varh,
	FIELD.reactiveEnergyImportTariff1_varh,
	FIELD.reactiveEnergyImportTariff2_varh,
	FIELD.reactiveEnergyImportTariff3_varh,
	FIELD.reactiveEnergyImportTariff4_varh,
] as const;
const REACTIVE_EXPORT_SLOTS = [
	FIELD.reactiveEnergyExport_varh,
	FIELD.reactiveEnergyExportTariff1_varh,
	FIELD.reactiveEnergyExportTariff2_varh,
	FIELD.reactiveEnergyExportTariff3_varh,
	FIELD.reactiveEnergyExportTariff4_varh,
] as const;
const QUADRANT_SLOTS = [
	FIELD.reactiveEnergyQuadrant1_varh,
	FIELD.reactiveEnergyQuadrant2_varh,
	FIELD.reactiveEnergyQuadrant3_varh,
	FIELD.reactiveEnergyQuadrant4_varh,
] as const;

type RegisterSlots = readonly [total: number, tariff1: number, tariff2: number, tariff3: number, tariff4: number];

function setRegisters(values: TelegramValues, slots: RegisterSlots, register: EnergyRegister): void {
	values.set(slots[0], register.totalWh);
	for (let i = 0; i < 4; i++) values.set(slots[i + 1] as number, register.tariffsWh[i] as number);
}
