import { asObject, isTrue, type JsonObject, numberOf, parseObject, textOf } from "./json.js";

/** A setting as the form shows it. */
export type Setting = {
	readonly key: string;
	readonly type: "text" | "integer" | "boolean" | "choice";
	readonly title: string;
	readonly help: string;
	/** As stored; of a secret whether there is one. */
	readonly value: string | number | boolean;
	readonly isSecret: boolean;
	readonly isOptional: boolean;
	readonly choices: readonly string[];
	/** Of integers, both included. */
	readonly min: number | undefined;
	readonly max: number | undefined;
	readonly maxLength: number | undefined;
};

/** The groups of the form, in its order, with the keys that begin them. */
export const GROUPS = ["general", "network", "broker"] as const;

export type Group = (typeof GROUPS)[number];

const TYPES = ["text", "integer", "boolean", "choice"] as const;
const GENERAL = ["name", "source", "profile", "led"];

/** Where a setting stands in the form; those that the page does not know yet are about the network. */
export function groupOf({ key }: Setting): Group {
	if (GENERAL.includes(key)) return "general";
	return /^(mqtt|ha[A-Z])/.test(key) ? "broker" : "network";
}

/** The settings that schema and values of the API tell of; undefined when they are not what they should be. */
export function parseSettings(schemaText: string, valuesText: string): readonly Setting[] | undefined {
	const rows = parseObject(schemaText)?.settings;
	const values = parseObject(valuesText);
	if (!Array.isArray(rows) || values === undefined) return undefined;
	const settings: Setting[] = [];
	for (const row of rows) {
		const setting = settingOf(asObject(row), values);
		if (setting !== undefined) settings.push(setting);
	}
	return settings;
}

function settingOf(row: JsonObject | undefined, values: JsonObject): Setting | undefined {
	const key = textOf(row, "key");
	const type = TYPES.find((each) => each === row?.type);
	if (row === undefined || key === undefined || type === undefined) return undefined;
	const isSecret = isTrue(row, "secret");
	const value = isSecret ? isTrue(asObject(values[key]), "set") : values[key];
	if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
	const { choices } = row;
	return {
		key,
		type,
		title: textOf(row, "title") ?? key,
		help: textOf(row, "help") ?? "",
		value,
		isSecret,
		isOptional: isTrue(row, "optional"),
		choices: Array.isArray(choices) ? choices.map(String) : [],
		min: numberOf(row, "min"),
		max: numberOf(row, "max"),
		maxLength: numberOf(row, "maxLength"),
	};
}

/**
 * What a form field says, as the API wants it; undefined when nothing is to change. The API judges the value.
 * @param text - of the field; of a switch "true" or "false". An empty secret stays what it is.
 * @param isRemoved - of a secret: it is to go. */
export function changeOf(
	setting: Setting,
	text: string,
	isRemoved = false,
): string | number | boolean | null | undefined {
	const { type, value, isSecret } = setting;
	if (isSecret) return isRemoved ? null : text === "" ? undefined : text;
	if (type === "boolean") return (text === "true") === value ? undefined : text === "true";
	if (text === String(value)) return undefined;
	return type === "integer" && text.trim() !== "" ? Number(text) : text;
}
