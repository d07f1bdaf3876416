import type { JsonWriter } from "./json-writer.js";

/** Writes a member with a text. */
export function writeTextMember(writer: JsonWriter, name: string, value: string): void {
	writer.name(name);
	writer.string(value);
}

/** Writes a member with a whole number; undefined leaves it out. */
export function writeNumberMember(writer: JsonWriter, name: string, value: number | undefined): void {
	if (value === undefined) return;
	writer.name(name);
	writer.number(value);
}

/** Writes a member that is true or false. */
export function writeFlagMember(writer: JsonWriter, name: string, value: boolean): void {
	writer.name(name);
	writer.boolean(value);
}
