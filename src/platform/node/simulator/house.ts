import { CivilTime } from "../../../core/civil-time.js";
import type { TimeRule } from "../../../core/timestamp.js";
import { CAR_RUN, LOADS, type Load, type Run } from "./loads.js";
import { randomAt, wander } from "./noise.js";
import { type Place, type SolarPlant, Sun } from "./sun.js";

const STOCKHOLM: Place = { latitude: 59.33, longitude: 18.07 };
const PANELS: SolarPlant = { peakW: 9600, inverterW: 8000, tilt: 30 };
const WALL_CLOCK: TimeRule = { standardOffsetMinutes: 60, fixed: false };
const DAY_S = 86_400;

const MAIN_FUSE_A = 25;
const CAR_MAX_A = 16;
/** Below this a car does not charge (IEC 61851-1). */
const CAR_MIN_A = 6;
const NOMINAL_V = 230;
/** From the transformer to the meter, per phase. */
const GRID_OHM = 0.3;
const GRID_REACTANCE_OHM = 0.1;
/** Gas in mm³ a second at 35.17 MJ/m³: 24 kW for hot water, 8 kW for heating. */
const HOT_WATER_MM3_S = 682_000;
const HEATING_MM3_S = 227_000;

/** Streams of {@link randomAt}; each load has ten from `loads` on. */
const STREAM = { voltage: 1, phaseVoltage: 2, phaseOffset: 5, frequency: 8, haze: 9, car: 10, loads: 20 } as const;

function reactiveShare(powerFactor: number): number {
	return Math.tan(Math.acos(Math.abs(powerFactor))) * Math.sign(powerFactor);
}

const CAR_REACTIVE_SHARE = reactiveShare(-0.99);
const INVERTER_REACTIVE_SHARE = reactiveShare(-0.998);
const REACTIVE_SHARES = LOADS.map(({ powerFactor }) => reactiveShare(powerFactor));

/** What the house does at the meter during one second; reused. Index 0 is L1. */
export class HouseSample {
	/** Milliwatts, whole; negative where the phase feeds in. */
	readonly activeMw = new Float64Array(3);
	/** Millivars, whole; positive where the current lags. */
	readonly reactiveMvar = new Float64Array(3);
	/** Millivolts, whole. */
	readonly voltageMv = new Float64Array(3);
	frequencyMhz = 0;
	/** Gas in mm³ a second. */
	gasMm3PerS = 0;
}

export interface HouseOptions {
	readonly seed: number;
	/** Heats with gas instead of a heat pump. */
	readonly gas: boolean;
}

/**
 * A house near Stockholm: what people do in it by the wall clock, a fridge, a freezer, hot water, heating by season, an
 * electric car on some evenings, and panels under a clear sky. Everything is a function of the seed and the second, so
 * that any moment can be asked for, in any order.
 */
export class House {
	readonly #seed: number;
	readonly #gas: boolean;
	readonly #sun = new Sun();
	readonly #clock = new CivilTime();
	// Of the second that is asked for:
	#utcS = 0;
	#localS = 0;
	#hour = 0;
	#dark = false;
	/** Share of the time that the heating runs. */
	#cold = 0;

	constructor(options: HouseOptions) {
		this.#seed = options.seed;
		this.#gas = options.gas;
	}

	/** @param utcMs - Milliseconds since 1970-01-01T00:00:00Z; the second that begins there, or has begun. */
	sample(utcMs: number, into: HouseSample): void {
		this.#lookAround(utcMs);
		const { activeMw, reactiveMvar } = into;
		into.gasMm3PerS = 0;
		activeMw.fill(0);
		reactiveMvar.fill(0);
		for (let i = 0; i < LOADS.length; i++) this.#addLoad(LOADS[i] as Load, i, into);
		const haze = 0.8 + 0.2 * randomAt(this.#seed, STREAM.haze, Math.floor(this.#localS / DAY_S));
		const solarW = this.#sun.clearSkyW(PANELS) * haze;
		this.#addEqually(into, -solarW / 3, INVERTER_REACTIVE_SHARE);
		if (this.#runs(CAR_RUN, STREAM.car)) this.#addEqually(into, this.#carW(activeMw), CAR_REACTIVE_SHARE);
		for (let phase = 0; phase < 3; phase++) {
			activeMw[phase] = Math.round((activeMw[phase] as number) * 1000);
			reactiveMvar[phase] = Math.round((reactiveMvar[phase] as number) * 1000);
		}
		this.#setVoltages(into);
	}

	#lookAround(utcMs: number): void {
		this.#utcS = Math.floor(utcMs / 1000);
		const secondMs = this.#utcS * 1000;
		this.#clock.setUtc(secondMs, WALL_CLOCK);
		this.#localS = this.#utcS + this.#clock.offsetMinutes * 60;
		const secondOfDay = this.#localS % DAY_S;
		this.#hour = secondOfDay / 3600;
		this.#sun.set(secondMs, STOCKHOLM);
		this.#dark = this.#sun.up < 0.02;
		// Coldest in late January and in the small hours: -3 °C and 17 °C are the means of the extreme months.
		const season = Math.cos((2 * Math.PI * (this.#utcS / DAY_S - 25)) / 365.2425);
		const timeOfDay = Math.cos((2 * Math.PI * (this.#hour - 4)) / 24);
		const outdoorCelsius = 7 - 10 * season - 3 * timeOfDay;
		this.#cold = Math.min(1, Math.max(0, (15 - outdoorCelsius) / 32));
	}

	#addLoad(load: Load, index: number, into: HouseSample): void {
		const stream = STREAM.loads + 10 * index;
		let running = false;
		for (let i = 0; i < load.runs.length && !running; i++) running = this.#runs(load.runs[i] as Run, stream + i);
		if (!running) return;
		if (this.#gas && load.gas !== undefined) {
			into.gasMm3PerS += load.gas === "hotWater" ? HOT_WATER_MM3_S : HEATING_MM3_S;
			return;
		}
		const { thermostat, unsteady = 0, phasesW } = load;
		if (thermostat !== undefined && this.#utcS % (thermostat.onS + thermostat.offS) >= thermostat.onS) return;
		const share = 1 + (unsteady === 0 ? 0 : unsteady * wander(this.#seed, stream + 9, this.#utcS, 20));
		for (let phase = 0; phase < 3; phase++) {
			const watts = (phasesW[phase] as number) * share;
			(into.activeMw[phase] as number) += watts;
			(into.reactiveMvar[phase] as number) += watts * (REACTIVE_SHARES[index] as number);
		}
	}

	#addEqually(into: HouseSample, watts: number, reactiveShareOfIt: number): void {
		for (let phase = 0; phase < 3; phase++) {
			(into.activeMw[phase] as number) += watts;
			(into.reactiveMvar[phase] as number) += Math.abs(watts) * reactiveShareOfIt;
		}
	}

	/** Watts per phase that the main fuse leaves for the car. @param activeW - Watts of everything else. */
	#carW(activeW: Float64Array): number {
		const busiestW = Math.max(activeW[0] as number, activeW[1] as number, activeW[2] as number);
		const amperes = Math.min(CAR_MAX_A, Math.floor(MAIN_FUSE_A - busiestW / NOMINAL_V));
		return amperes < CAR_MIN_A ? 0 : amperes * NOMINAL_V;
	}

	#runs(run: Run, stream: number): boolean {
		switch (run.kind) {
			case "always":
				return true;
			case "cycle":
				return this.#inCycle(run.periodMinutes * 60, run.onShare, stream);
			case "heating":
				return this.#inCycle(run.periodMinutes * 60, this.#cold, stream);
			case "dark":
				return this.#dark && this.#hour >= run.fromHour && this.#hour < run.toHour;
			case "daily": {
				const day = Math.floor(this.#localS / DAY_S);
				// What began yesterday may go on past midnight.
				return this.#isDuring(run, stream, day) || this.#isDuring(run, stream, day - 1);
			}
		}
	}

	#inCycle(periodS: number, onShare: number, stream: number): boolean {
		const cycle = Math.floor(this.#utcS / periodS);
		return this.#utcS - cycle * periodS < periodS * onShare * (0.85 + 0.3 * randomAt(this.#seed, stream, cycle));
	}

	#isDuring(run: Run & { readonly kind: "daily" }, stream: number, day: number): boolean {
		const { chance, fromHour, toHour, minMinutes, maxMinutes } = run;
		const hours = (this.#localS - day * DAY_S) / 3600;
		if (hours < fromHour || hours >= toHour + maxMinutes / 60) return false;
		if (randomAt(this.#seed, stream, 3 * day) >= chance) return false;
		const startHour = fromHour + (toHour - fromHour) * randomAt(this.#seed, stream, 3 * day + 1);
		const minutes = minMinutes + (maxMinutes - minMinutes) * randomAt(this.#seed, stream, 3 * day + 2);
		return hours >= startHour && hours < startHour + minutes / 60;
	}

	#setVoltages(into: HouseSample): void {
		const seed = this.#seed;
		const common = 232 + 1.6 * wander(seed, STREAM.voltage, this.#utcS, 900);
		for (let phase = 0; phase < 3; phase++) {
			const own = 2 * randomAt(seed, STREAM.phaseOffset + phase, 0) - 1;
			const restless = 0.5 * wander(seed, STREAM.phaseVoltage + phase, this.#utcS, 7);
			const source = common + own + restless;
			const activeW = (into.activeMw[phase] as number) / 1000;
			const reactiveVar = (into.reactiveMvar[phase] as number) / 1000;
			const drop = (GRID_OHM * activeW + GRID_REACTANCE_OHM * reactiveVar) / NOMINAL_V;
			into.voltageMv[phase] = Math.round((source - drop) * 1000);
		}
		into.frequencyMhz = Math.round(50_000 + 40 * wander(seed, STREAM.frequency, this.#utcS, 60));
	}
}
