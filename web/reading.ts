import { asObject, isTrue, type JsonObject, numberOf, parseObject, textOf } from "./json.js";

/** One phase; what the meter does not send is undefined. */
export type Phase = {
	readonly name: string;
	readonly currentA: number | undefined;
	readonly voltageV: number | undefined;
	/** From the grid; negative to the grid. */
	readonly powerW: number | undefined;
};

/** A register of the electricity meter. */
export type Register = {
	/** As in the API. */
	readonly key: string;
	/** In Wh or varh, as the key says. */
	readonly value: number;
};

/** The register of a meter behind the electricity meter. */
export type MbusRegister = {
	readonly channel: number;
	/** As in the API; undefined where it is not known. */
	readonly medium: string | undefined;
	readonly value: number;
	readonly unit: "m³" | "GJ" | "kWh";
	/** When it was read, in milliseconds since 1970. */
	readonly timeMs: number | undefined;
};

/** What the page shows of a reading. */
export type PageReading = {
	/** The meter has been silent for three of its intervals. */
	readonly stale: boolean;
	readonly identification: string | undefined;
	/** From the grid; negative to the grid. */
	readonly powerW: number | undefined;
	/** Both, where energy goes both ways at once. */
	readonly importW: number | undefined;
	readonly exportW: number | undefined;
	readonly frequencyHz: number | undefined;
	/** Those that the meter has values of. */
	readonly phases: readonly Phase[];
	readonly tariff: number | undefined;
	readonly registers: readonly Register[];
	readonly mbus: readonly MbusRegister[];
};

const PHASE_NAMES = ["L1", "L2", "L3"] as const;
/** In the order in which people look for them. */
const REGISTERS = ["energyImport", "energyExport", "reactiveEnergyImport", "reactiveEnergyExport"] as const;
const TARIFFS = ["", "Tariff1", "Tariff2", "Tariff3", "Tariff4"] as const;

/** Import less export: a meter that sends import alone does not measure export, one that sends export alone says nothing. */
function netPower(reading: JsonObject, phase: string): number | undefined {
	const importW = numberOf(reading, `powerImport${phase}W`);
	if (importW === undefined) return numberOf(reading, `powerNet${phase}W`);
	return importW - (numberOf(reading, `powerExport${phase}W`) ?? 0);
}

function phasesOf(reading: JsonObject): Phase[] {
	const phases = PHASE_NAMES.map((name) => ({
		name,
		currentA: numberOf(reading, `current${name}A`),
		voltageV: numberOf(reading, `voltage${name}V`),
		powerW: netPower(reading, name),
	}));
	return phases.filter(
		({ currentA, voltageV, powerW }) => currentA !== undefined || voltageV !== undefined || powerW !== undefined,
	);
}

function registersOf(reading: JsonObject): Register[] {
	const registers: Register[] = [];
	for (const name of REGISTERS) {
		for (const tariff of TARIFFS) {
			const key = `${name}${tariff}${name.startsWith("reactive") ? "Varh" : "Wh"}`;
			const value = numberOf(reading, key);
			if (value !== undefined) registers.push({ key, value });
		}
	}
	return registers;
}

function mbusOf(reading: JsonObject): MbusRegister[] {
	const registers: MbusRegister[] = [];
	const list: unknown = reading.mbus;
	if (!Array.isArray(list)) return registers;
	for (const item of list) {
		const device = asObject(item);
		const volume = numberOf(device, "volumeM3");
		const heat = numberOf(device, "energyGJ");
		const energy = numberOf(device, "energyWh");
		const timeMs = Date.parse(textOf(device, "time") ?? "");
		const common = {
			channel: numberOf(device, "channel") ?? 0,
			medium: textOf(device, "medium"),
			timeMs: Number.isNaN(timeMs) ? undefined : timeMs,
		};
		if (volume !== undefined) registers.push({ ...common, value: volume, unit: "m³" });
		if (heat !== undefined) registers.push({ ...common, value: heat, unit: "GJ" });
		if (energy !== undefined) registers.push({ ...common, value: energy / 1000, unit: "kWh" });
	}
	return registers;
}

/** A reading as the API gives it; undefined when it is none. */
export function parseReading(text: string): PageReading | undefined {
	const reading = parseObject(text);
	if (typeof reading?.stale !== "boolean") return undefined;
	return {
		stale: isTrue(reading, "stale"),
		identification: textOf(reading, "identification"),
		powerW: netPower(reading, ""),
		importW: numberOf(reading, "powerImportW"),
		exportW: numberOf(reading, "powerExportW"),
		frequencyHz: numberOf(reading, "frequencyHz"),
		phases: phasesOf(reading),
		tariff: numberOf(reading, "tariffIndicator"),
		registers: registersOf(reading),
		mbus: mbusOf(reading),
	};
}
