/**
 * A second reading of telegram rows for tests: from the raw contents of the brackets, with whole-number arithmetic on the
 * decimal digits, from the standards' own lists. It shares nothing with src on purpose.
 */
import type { ObisObject } from "../../src/platform/node/decode/obis-objects.js";

/** Unit as printed, in lower case: unit that it is kept in, and by how many powers of ten that is finer. */
const UNITS: Readonly<Record<string, readonly [unit: string, powers: number]>> = {
	kwh: ["Wh", 3],
	wh: ["Wh", 0],
	kw: ["W", 3],
	w: ["W", 0],
	kvarh: ["varh", 3],
	varh: ["varh", 0],
	kvar: ["var", 3],
	var: ["var", 0],
	kva: ["VA", 3],
	v: ["mV", 3],
	a: ["mA", 3],
	hz: ["mHz", 3],
	m3: ["dm3", 3],
	gj: ["kJ", 6],
	mj: ["kJ", 3],
	s: ["s", 0],
};

const TEXTS = /^(0-\d:96\.(1|13)\.\d|0-0:42\.0\.0|1-[01]:0\.2\.[08])$/;
const PLAIN_TEXTS = /^(0-0:96\.1\.4|1-[01]:0\.2\.[08])$/;
const LOGS = /^(1-0:99\.97\.0|0-0:98\.1\.0)$/;
const COUNTS =
	/^(1-3:0\.2\.8|0-0:96\.14\.0|0-\d:96\.3\.10|0-0:96\.7\.(21|9)|1-0:[357]2\.3[26]\.0|0-[1-4]:24\.1\.0|0-[1-4]:24\.4\.0)$/;
const TIMED = /^(0-[1-4]:24\.2\.[13]|1-0:[12]\.6\.0)$/;
const DSMR3_REGISTERS = /^0-[1-4]:24\.3\.0$/;

/** How a port's time stamps become UTC. */
export type TimeZoneRule = "sweden" | "central-europe" | "eastern-europe";

const amsterdam = new Intl.DateTimeFormat("en", { timeZone: "Europe/Amsterdam", timeZoneName: "longOffset" });

/** UTC of `YYMMDDhhmmss[W|S]` or `YYYYMMDD hh:mm:ss` by the Date of JavaScript; undefined for what is no time. */
export function timeOf(text: string, rule: TimeZoneRule): string | undefined {
	const match = /^(?:20)?(\d\d)(\d\d)(\d\d) ?(\d\d):?(\d\d):?(\d\d)([WS]?)$/i.exec(text);
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second, flag] = match;
	const local = `20${year}-${month}-${day}T${hour}:${minute}:${second}`;
	let offset = rule === "eastern-europe" ? "+02:00" : "+01:00";
	if (flag?.toUpperCase() === "S") offset = rule === "eastern-europe" ? "+03:00" : "+02:00";
	if (rule === "sweden") offset = "+01:00";
	else if (flag === "") {
		const winter = new Date(`${local}+01:00`);
		if (amsterdam.format(winter).endsWith("GMT+02:00")) offset = "+02:00";
	}
	const time = new Date(`${local}${offset}`);
	return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(".000Z", "Z");
}

/** The digits times ten to a power, as a whole number; what is finer than that is cut off. */
function scale(digits: string, powers: number): number {
	const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(digits);
	if (match === null) throw new Error(`not a number: ${digits}`);
	const [, sign, whole, fraction = ""] = match;
	const value = BigInt(`${whole}${fraction.padEnd(powers, "0").slice(0, powers)}`);
	return Number(sign === "-" ? -value : value);
}

function numberOf(code: string, text: string): ObisObject {
	if (text === "") return {};
	const [digits = "", wireUnit] = text.split("*");
	if (wireUnit !== undefined) {
		const known = UNITS[wireUnit.toLowerCase()];
		if (known === undefined) throw new Error(`unknown unit ${wireUnit}`);
		return { value: scale(digits, known[1]), unit: known[0] };
	}
	return { value: COUNTS.test(code) ? scale(digits, 0) : Number(digits) };
}

function octetsOf(digits: string): { text?: string } {
	if (!/^([0-9A-Fa-f]{2})+$/.test(digits)) return {};
	const text = (digits.match(/../g) ?? []).map((octet) => String.fromCharCode(Number.parseInt(octet, 16))).join("");
	return /^[ -~]*$/.test(text) ? { text } : {};
}

/**
 * What a row says.
 * @param groups - raw contents of its brackets.
 * @throws Error for contents that are no number where one must be. */
export function readIndependently(code: string, groups: readonly string[], rule: TimeZoneRule): ObisObject {
	const first = groups[0] ?? "";
	if (LOGS.test(code)) return { groups };
	if (TEXTS.test(code)) return { value: first, ...(PLAIN_TEXTS.test(code) ? {} : octetsOf(first)) };
	if (code === "0-0:1.0.0") {
		const value = timeOf(first, rule);
		return value === undefined ? {} : { value };
	}
	if (code === "1-1:31.4.0") {
		const [importLimit, exportLimit] = groups.map((group) => numberOf(code, group));
		return { values: [Number(importLimit?.value), Number(exportLimit?.value)], unit: importLimit?.unit ?? "" };
	}
	if (TIMED.test(code) || DSMR3_REGISTERS.test(code)) {
		const value = TIMED.test(code) ? (groups[1] ?? "") : `${groups[6]}*${groups[5]}`;
		const timestamp = timeOf(first, rule);
		return { ...(timestamp === undefined ? {} : { timestamp }), ...numberOf(code, value) };
	}
	return numberOf(code, first);
}
