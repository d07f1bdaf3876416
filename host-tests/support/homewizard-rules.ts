/**
 * How programs read the HomeWizard API v1, written down from their sources:
 * - homewizard/python-homewizard-energy 60be21a (2026-06-01): homewizard_energy/models.py, v1/__init__.py, tests/v1/fixtures;
 * - evcc-io/evcc b29b49e (2026-08-08): meter/homewizard/{connection,types}.go;
 * - SmartEVSE/SmartEVSE-3 2bc4238 (2026-01-14): SmartEVSE-3/src/network_common.cpp.
 */

export type Json = Readonly<Record<string, unknown>>;

type Kind = "integer" | "number" | "text" | "stamp" | "devices";

/** The members of a measurement of HWE-P1, and what the Python library makes of them (class Measurement). */
export const MEASUREMENT_KINDS: Readonly<Record<string, Kind>> = {
	wifi_ssid: "text",
	wifi_strength: "integer",
	smr_version: "integer",
	meter_model: "text",
	unique_id: "text",
	active_tariff: "integer",
	...Object.fromEntries(
		["import", "export"].flatMap((direction) =>
			["", "_t1", "_t2", "_t3", "_t4"].map((tariff) => [`total_power_${direction}${tariff}_kwh`, "number" as const]),
		),
	),
	active_power_w: "number",
	active_power_l1_w: "number",
	active_power_l2_w: "number",
	active_power_l3_w: "number",
	active_voltage_l1_v: "number",
	active_voltage_l2_v: "number",
	active_voltage_l3_v: "number",
	active_current_a: "number",
	active_current_l1_a: "number",
	active_current_l2_a: "number",
	active_current_l3_a: "number",
	active_frequency_hz: "number",
	voltage_sag_l1_count: "integer",
	voltage_sag_l2_count: "integer",
	voltage_sag_l3_count: "integer",
	voltage_swell_l1_count: "integer",
	voltage_swell_l2_count: "integer",
	voltage_swell_l3_count: "integer",
	any_power_fail_count: "integer",
	long_power_fail_count: "integer",
	active_power_average_w: "number",
	montly_power_peak_w: "number",
	montly_power_peak_timestamp: "stamp",
	total_gas_m3: "number",
	gas_timestamp: "stamp",
	gas_unique_id: "text",
	external: "devices",
};

const DEVICE_TYPES = ["gas_meter", "heat_meter", "warm_water_meter", "water_meter", "inlet_heat_meter"];

/** `strptime(str(value), "%y%m%d%H%M%S")` of an int; a float takes another path in the library and fails. */
function stampProblem(value: unknown): string | undefined {
	if (!Number.isInteger(value)) return "no integer";
	const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(String(value));
	if (match === null) return "not 12 digits";
	const [, year, month, day, hour, minute, second] = match.map(Number);
	const date = new Date(
		Date.UTC(2000 + (year ?? 0), (month ?? 0) - 1, day ?? 0, hour ?? 99, minute ?? 99, second ?? 99),
	);
	const back = date.toISOString().slice(2, 19).replaceAll(/\D/g, "");
	return back === String(value) ? undefined : "no date";
}

/** class ExternalDevice: every member is needed, and the key of the device is its type and its identifier. */
function deviceProblems(device: Json, at: string): string[] {
	const problems: string[] = [];
	if (typeof device.unique_id !== "string" || device.unique_id === "") problems.push(`${at}.unique_id`);
	if (!DEVICE_TYPES.includes(String(device.type))) problems.push(`${at}.type: ${device.type}`);
	if (typeof device.value !== "number") problems.push(`${at}.value`);
	if (device.unit !== "m3" && device.unit !== "GJ") problems.push(`${at}.unit`);
	const stamp = stampProblem(device.timestamp);
	if (stamp !== undefined) problems.push(`${at}.timestamp: ${stamp}`);
	const unknown = Object.keys(device).filter(
		(key) => !["unique_id", "type", "value", "unit", "timestamp"].includes(key),
	);
	return [...problems, ...unknown.map((key) => `${at}.${key}: unknown`)];
}

function problemOf(value: unknown, kind: Kind, at: string): string[] {
	switch (kind) {
		case "integer":
			return Number.isInteger(value) ? [] : [`${at}: no integer`];
		case "number":
			return typeof value === "number" ? [] : [`${at}: no number`];
		case "text":
			return typeof value === "string" ? [] : [`${at}: no text`];
		case "stamp": {
			const problem = stampProblem(value);
			return problem === undefined ? [] : [`${at}: ${problem}`];
		}
		default:
			return Array.isArray(value)
				? value.flatMap((device: Json, index) => deviceProblems(device, `${at}[${index}]`))
				: [`${at}: no array`];
	}
}

/** What the Python library, and the API's own rules, would not like about a measurement; none when all is well. */
export function measurementProblems(body: Json): string[] {
	const problems = "wifi_ssid" in body ? [] : ["no wifi_ssid: taken for an answer of the API v2"];
	for (const [name, value] of Object.entries(body)) {
		const kind = MEASUREMENT_KINDS[name];
		if (kind === undefined) problems.push(`${name}: unknown`);
		else if (value === null) problems.push(`${name}: null`);
		else problems.push(...problemOf(value, kind, name));
	}
	return problems;
}

/** class Device: needs all five, and an API version that is "v1" for evcc, too. Firmware from 6 on has the API v2. */
export function deviceProblemsOf(body: Json): string[] {
	const problems: string[] = [];
	if (body.product_type !== "HWE-P1") problems.push("product_type");
	if (typeof body.product_name !== "string") problems.push("product_name");
	if (!/^[0-9a-f]{12}$/.test(String(body.serial))) problems.push("serial");
	if (body.api_version !== "v1") problems.push("api_version");
	if (!(Number.parseFloat(String(body.firmware_version)) < 6)) problems.push("firmware_version");
	return problems;
}

/** What evcc knows of the grid. */
export type EvccMeter = {
	readonly power: number;
	readonly energy: number;
	readonly currents: readonly number[];
	readonly powers: readonly number[];
	readonly voltages: readonly number[];
};

/** evcc: a status other than 2xx is an error; a member that is not there is 0; energy is the sum of the tariffs. */
export function evccMeter(status: number, text: string): EvccMeter | "error" {
	if (status < 200 || status > 299) return "error";
	const body = JSON.parse(text) as Json;
	const number = (name: string): number => {
		const value = body[name] ?? 0;
		// Go refuses to put a string or an object into a float64.
		if (typeof value !== "number") throw new Error(`${name}: ${value}`);
		return value;
	};
	const phases = [1, 2, 3];
	return {
		power: number("active_power_w"),
		energy: [1, 2, 3, 4].reduce((sum, tariff) => sum + number(`total_power_import_t${tariff}_kwh`), 0),
		currents: phases.map((phase) => number(`active_current_l${phase}_a`)),
		powers: phases.map((phase) => number(`active_power_l${phase}_w`)),
		voltages: phases.map((phase) => number(`active_voltage_l${phase}_v`)),
	};
}

/**
 * SmartEVSE: a status other than 200 is a failure; the currents that are there are counted, and as many are taken from L1
 * on, in tenths of an ampere with the sign of their power. It reads the stream behind the head as JSON, so a chunk's length
 * would be one.
 */
export function smartEvseCurrents(status: number, headers: ReadonlyMap<string, string>, text: string): number[] {
	if (status !== 200 || headers.has("transfer-encoding") || !headers.has("content-length")) return [];
	const body = JSON.parse(text) as Json;
	const count = [1, 2, 3].filter((phase) => `active_current_l${phase}_a` in body).length;
	return Array.from({ length: count }, (_, index) => {
		const current = Math.trunc(Number(body[`active_current_l${index + 1}_a`] ?? 0) * 10);
		const power = Math.trunc(Number(body[`active_power_l${index + 1}_w`] ?? 0));
		return Math.abs(current) * (power < 0 ? -1 : 1);
	});
}
