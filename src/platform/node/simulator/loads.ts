/** When a load runs. Hours are the house's own wall clock, with parts: 6.5 is half past six. */
export type Run =
	| { readonly kind: "always" }
	/** Again and again: for about `onShare` of each period. */
	| { readonly kind: "cycle"; readonly periodMinutes: number; readonly onShare: number }
	/** Like a cycle, but its share follows how cold it is outside. */
	| { readonly kind: "heating"; readonly periodMinutes: number }
	/** On a share `chance` of days, beginning between two hours. */
	| {
			readonly kind: "daily";
			readonly chance: number;
			readonly fromHour: number;
			readonly toHour: number;
			readonly minMinutes: number;
			readonly maxMinutes: number;
	  }
	/** When it is dark outside and somebody is awake. */
	| { readonly kind: "dark"; readonly fromHour: number; readonly toHour: number };

/** Something in the house that uses power. */
export interface Load {
	readonly name: string;
	/** Watts on L1, L2 and L3. */
	readonly phasesW: readonly [number, number, number];
	/** cos φ; negative where the current leads the voltage (electronics), positive where it lags (motors). */
	readonly powerFactor: number;
	readonly runs: readonly Run[];
	/** Switches on and off while it runs. */
	readonly thermostat?: { readonly onS: number; readonly offS: number };
	/** Share of its power by which it wanders. */
	readonly unsteady?: number;
	/** A house with a gas boiler burns gas instead. */
	readonly gas?: "hotWater" | "heating";
}

function daily(
	chance: number,
	fromHour: number,
	toHour: number,
	minMinutes: number,
	maxMinutes: number,
): Run & { readonly kind: "daily" } {
	return { kind: "daily", chance, fromHour, toHour, minMinutes, maxMinutes };
}

/** The household: 4,000 kWh a year without heating and car. Single-phase loads make the phases unequal. */
export const LOADS: readonly Load[] = [
	{ name: "standby", phasesW: [55, 30, 42], powerFactor: -0.85, runs: [{ kind: "always" }], unsteady: 0.25 },
	{ name: "ventilation", phasesW: [0, 0, 45], powerFactor: 0.75, runs: [{ kind: "always" }], unsteady: 0.05 },
	{
		name: "fridge",
		phasesW: [0, 85, 0],
		powerFactor: 0.65,
		runs: [{ kind: "cycle", periodMinutes: 42, onShare: 0.38 }],
		unsteady: 0.05,
	},
	{
		name: "freezer",
		phasesW: [70, 0, 0],
		powerFactor: 0.7,
		runs: [{ kind: "cycle", periodMinutes: 63, onShare: 0.42 }],
		unsteady: 0.05,
	},
	{
		name: "lighting",
		phasesW: [60, 35, 70],
		powerFactor: -0.9,
		runs: [{ kind: "dark", fromHour: 6.2, toHour: 23.2 }],
		unsteady: 0.1,
	},
	{
		name: "television",
		phasesW: [140, 0, 0],
		powerFactor: -0.6,
		runs: [daily(0.9, 18.5, 20, 120, 200)],
		unsteady: 0.2,
	},
	{
		name: "kettle",
		phasesW: [2000, 0, 0],
		powerFactor: 1,
		runs: [
			daily(0.95, 6.3, 7.5, 2, 4),
			daily(0.5, 9.5, 11, 2, 4),
			daily(0.7, 15, 16.5, 2, 4),
			daily(0.8, 20, 21.5, 2, 4),
		],
	},
	{
		name: "microwave",
		phasesW: [0, 1250, 0],
		powerFactor: 0.93,
		runs: [daily(0.6, 11.8, 12.8, 3, 7), daily(0.4, 17, 18, 2, 6)],
	},
	{
		name: "hob",
		phasesW: [0, 1800, 1400],
		powerFactor: 1,
		runs: [daily(0.9, 17.2, 18.2, 25, 45), daily(0.5, 6.5, 8, 6, 12)],
		thermostat: { onS: 34, offS: 26 },
	},
	{
		name: "oven",
		phasesW: [2400, 0, 0],
		powerFactor: 1,
		runs: [daily(0.4, 16.8, 18, 35, 60)],
		thermostat: { onS: 70, offS: 80 },
	},
	{
		name: "dishwasher",
		phasesW: [0, 0, 1900],
		powerFactor: 0.99,
		runs: [daily(0.7, 18.8, 20, 15, 20)],
	},
	{
		name: "washing machine",
		phasesW: [0, 1900, 0],
		powerFactor: 0.98,
		runs: [daily(0.4, 8.5, 15, 12, 20)],
	},
	{
		name: "washing machine's motor",
		phasesW: [0, 180, 0],
		powerFactor: 0.6,
		runs: [daily(0.4, 8.5, 15, 60, 75)],
		thermostat: { onS: 15, offS: 7 },
		unsteady: 0.3,
	},
	{
		name: "water heater",
		phasesW: [1000, 1000, 1000],
		powerFactor: 1,
		runs: [daily(1, 7.2, 8, 40, 70), daily(1, 20.5, 21.8, 40, 80)],
		gas: "hotWater",
	},
	{
		name: "heat pump",
		phasesW: [780, 820, 800],
		powerFactor: 0.93,
		runs: [{ kind: "heating", periodMinutes: 48 }],
		unsteady: 0.08,
		gas: "heating",
	},
];

/** Evenings on which the car is charged. It takes 11 kW on three phases where the main fuse leaves room. */
export const CAR_RUN = daily(0.45, 17.8, 21.5, 90, 300);
