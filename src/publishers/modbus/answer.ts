import { HEADER_BYTES, setFrameEnd } from "./frame.js";

/** Exception codes (Modbus Application Protocol 1.1b3, 7). */
export const EXCEPTION = Object.freeze({
	illegalFunction: 0x01,
	illegalDataAddress: 0x02,
	illegalDataValue: 0x03,
	/** "Gateway target device failed to respond": the meter behind this device is silent. */
	targetFailedToRespond: 0x0b,
});

/** What can be read. */
export interface RegisterSource {
	/**
	 * Writes registers `[address, address + count)`, two bytes each, to `offset` on.
	 * @returns 0, or the {@link EXCEPTION} to answer instead; then `bytes` may have changed all the same.
	 */
	read(address: number, count: number, bytes: Uint8Array, offset: number): number;
}

const READ_HOLDING_REGISTERS = 3;
const READ_INPUT_REGISTERS = 4;
/** Function, address and count. */
const READ_REQUEST_BYTES = 5;
/** What fits into a frame (Modbus Application Protocol 1.1b3, 6.3). */
const MAX_COUNT = 125;
const EXCEPTION_FLAG = 0x80;

/**
 * Turns a request into its answer, in place: transaction and unit stay, so every unit is answered.
 * @param bytes - A complete frame, with room for the largest one.
 * @param end - Where the request ends.
 * @returns where the answer ends.
 */
export function answer(bytes: Uint8Array, end: number, source: RegisterSource): number {
	const answerEnd = answerData(bytes, end, source);
	setFrameEnd(bytes, answerEnd);
	return answerEnd;
}

/** True when the answer in `bytes` is an exception. */
export function isException(bytes: Uint8Array): boolean {
	return (bytes[HEADER_BYTES] as number) >= EXCEPTION_FLAG;
}

function answerData(bytes: Uint8Array, end: number, source: RegisterSource): number {
	const code = bytes[HEADER_BYTES];
	// Everything that could change something is unknown here.
	if (code !== READ_HOLDING_REGISTERS && code !== READ_INPUT_REGISTERS) {
		return refuse(bytes, EXCEPTION.illegalFunction);
	}
	if (end - HEADER_BYTES !== READ_REQUEST_BYTES) return refuse(bytes, EXCEPTION.illegalDataValue);
	const address = word(bytes, HEADER_BYTES + 1);
	const count = word(bytes, HEADER_BYTES + 3);
	if (count < 1 || count > MAX_COUNT) return refuse(bytes, EXCEPTION.illegalDataValue);
	const data = HEADER_BYTES + 2;
	const exception = source.read(address, count, bytes, data);
	if (exception !== 0) return refuse(bytes, exception);
	bytes[HEADER_BYTES + 1] = 2 * count;
	return data + 2 * count;
}

function refuse(bytes: Uint8Array, exception: number): number {
	bytes[HEADER_BYTES] = (bytes[HEADER_BYTES] as number) | EXCEPTION_FLAG;
	bytes[HEADER_BYTES + 1] = exception;
	return HEADER_BYTES + 2;
}

function word(bytes: Uint8Array, offset: number): number {
	return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}
