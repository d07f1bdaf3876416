import { GridPhases } from "../../core/grid.js";
import type { Reading } from "../../core/reading.js";
import { EXCEPTION, type RegisterSource } from "./answer.js";
import { MAP_END, rowOf, SERIAL_ADDRESS } from "./register-map.js";
import { registerValue } from "./register-values.js";

/** What Modbus wants to know of the meter. */
export interface MeterView {
	/** The latest reading, however old; undefined before the first. */
	readonly reading: Reading | undefined;
	/** True when the latest reading is too old to act on. */
	readonly stale: boolean;
}

const FLOAT_BYTES = 4;

/**
 * The registers, filled from the latest reading as a request asks for them: all values of one answer are of one reading.
 * What is not known is never a number that somebody could act on; docs/modbus.md says why each case is answered as it is.
 */
export class MeterRegisters implements RegisterSource {
	readonly #meter: MeterView;
	readonly #serialNumber: number;
	readonly #phases = new GridPhases();
	readonly #view = new DataView(new ArrayBuffer(FLOAT_BYTES));

	/** @param serial - Hexadecimal digits; the last eight are the serial number. */
	constructor(meter: MeterView, serial: string) {
		this.#meter = meter;
		this.#serialNumber = Number.parseInt(serial.slice(-8), 16);
	}

	read(address: number, count: number, bytes: Uint8Array, offset: number): number {
		// Half of a value is none.
		if (count % 2 !== 0) return EXCEPTION.illegalDataValue;
		if (address % 2 !== 0) return EXCEPTION.illegalDataAddress;
		if (address === SERIAL_ADDRESS && count === 2) {
			this.#view.setUint32(0, this.#serialNumber);
			this.#copy(bytes, offset);
			return 0;
		}
		if (address + count > MAP_END) return EXCEPTION.illegalDataAddress;
		const { reading, stale } = this.#meter;
		if (reading === undefined || stale) return EXCEPTION.targetFailedToRespond;
		return this.#readValues(reading, address, count, bytes, offset);
	}

	#readValues(reading: Reading, address: number, count: number, bytes: Uint8Array, offset: number): number {
		this.#phases.observe(reading);
		for (let i = 0; i < count; i += 2) {
			const row = rowOf(address + i);
			const value = row === undefined ? Number.NaN : registerValue(row, reading, this.#phases);
			if (row?.isNeeded === true && Number.isNaN(value)) return EXCEPTION.illegalDataAddress;
			this.#view.setFloat32(0, value);
			this.#copy(bytes, offset + 2 * i);
		}
		return 0;
	}

	#copy(bytes: Uint8Array, offset: number): void {
		for (let i = 0; i < FLOAT_BYTES; i++) bytes[offset + i] = this.#view.getUint8(i);
	}
}
