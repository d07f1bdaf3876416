/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The text as an object; undefined when it is no JSON or no object. */
export function parseObject(text: string): JsonObject | undefined {
	try {
		return asObject(JSON.parse(text));
	} catch {
		return undefined;
	}
}

/** The value as an object; undefined for anything else, arrays included. */
export function asObject(value: unknown): JsonObject | undefined {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A member that is a finite number; undefined otherwise: what is absent is never 0. */
export function numberOf(object: JsonObject | undefined, name: string): number | undefined {
	const value = object?.[name];
	return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A member that is a text with something in it. */
export function textOf(object: JsonObject | undefined, name: string): string | undefined {
	const value = object?.[name];
	return typeof value === "string" && value !== "" ? value : undefined;
}

/** True for a member that is `true`. */
export function isTrue(object: JsonObject | undefined, name: string): boolean {
	return object?.[name] === true;
}
