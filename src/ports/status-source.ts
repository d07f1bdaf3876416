import type { JsonWriter } from "../core/json-writer.js";

/** A part of the program that has a section of its own in the device's status. */
export interface StatusSource {
	/** Name of the section: ASCII, lower camel case, used once. */
	readonly statusName: string;
	/** Writes the section as exactly one JSON value. No secret may be in it. */
	writeStatus(writer: JsonWriter): void;
}
