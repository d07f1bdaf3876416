import { GridPhases } from "../../core/grid.js";
import type { JsonWriter } from "../../core/json-writer.js";
import type { Reading } from "../../core/reading.js";
import { asciiBytes } from "../../http/ascii.js";
import { type DeviceInfo, shellyId, writeDeviceInfo } from "./device-info.js";
import { writeEmDataStatus, writeEmStatus } from "./em-status.js";

/** What Shelly's RPC wants to know of the meter. */
export interface MeterView {
	/** The latest reading, however old; undefined before the first. */
	readonly reading: Reading | undefined;
	/** True when the latest reading is too old to act on. */
	readonly stale: boolean;
}

/**
 * Why a method gives no result: Shelly's code, a text for people, and the HTTP status that goes with it.
 * @see https://shelly-api-docs.shelly.cloud/gen2/General/CommonErrors (1.0)
 */
export interface RpcError {
	readonly code: number;
	readonly message: string;
	readonly status: number;
}

/** INVALID ARGUMENT: no frame, or parameters of the wrong kind. */
export const INVALID_ARGUMENT: RpcError = Object.freeze({
	code: -103,
	message: 'Not a request: {"id":1,"method":"EM.GetStatus","params":{"id":0}} is one',
	status: 400,
});
/** NOT FOUND: there is one component of each kind. */
export const NOT_FOUND: RpcError = Object.freeze({ code: -105, message: "The only id is 0", status: 404 });
/** UNAVAILABLE: nothing that anybody could act on. */
export const UNAVAILABLE: RpcError = Object.freeze({ code: -114, message: "The meter is silent", status: 503 });
/** The same, for good: this meter does not send it. */
export const NOT_SENT: RpcError = Object.freeze({
	code: -114,
	message: "The meter does not send what this needs",
	status: 503,
});
export const NO_HANDLER: RpcError = Object.freeze({ code: 404, message: "No such method here", status: 404 });

/** The methods that are answered. */
export const METHODS = Object.freeze([
	"EM.GetStatus",
	"EMData.GetStatus",
	"Shelly.GetDeviceInfo",
	"Shelly.ListMethods",
] as const);

/** One of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** The methods of a Shelly Pro 3EM, on the latest reading. */
export class ShellyRpc {
	/** The name by which it answers, see {@link shellyId}. */
	readonly id: Uint8Array;
	readonly #info: DeviceInfo;
	readonly #meter: MeterView;
	readonly #phases = new GridPhases();

	constructor(meter: MeterView, info: DeviceInfo) {
		this.#meter = meter;
		this.#info = info;
		this.id = asciiBytes(shellyId(info));
	}

	/**
	 * Writes the result of a method as one JSON value. All values are of one reading.
	 * @param componentId - As componentIdOf gives it.
	 * @param needsCurrents - See writeEmStatus.
	 * @returns why there is none, in which case something may have been written.
	 */
	write(writer: JsonWriter, method: string, componentId: number, needsCurrents: boolean): RpcError | undefined {
		if (method === "Shelly.GetDeviceInfo") {
			writeDeviceInfo(writer, this.#info);
			return undefined;
		}
		if (method === "Shelly.ListMethods") {
			writeMethods(writer);
			return undefined;
		}
		if (method !== "EM.GetStatus" && method !== "EMData.GetStatus") return NO_HANDLER;
		if (componentId !== 0) return Number.isNaN(componentId) ? INVALID_ARGUMENT : NOT_FOUND;
		const { reading, stale } = this.#meter;
		if (reading === undefined || stale) return UNAVAILABLE;
		this.#phases.observe(reading);
		const isWritten =
			method === "EM.GetStatus"
				? writeEmStatus(writer, reading, this.#phases, needsCurrents)
				: writeEmDataStatus(writer, reading);
		return isWritten ? undefined : NOT_SENT;
	}
}

function writeMethods(writer: JsonWriter): void {
	writer.openObject();
	writer.name("methods");
	writer.openArray();
	for (let i = 0; i < METHODS.length; i++) writer.string(METHODS[i] as Method);
	writer.closeArray();
	writer.closeObject();
}
