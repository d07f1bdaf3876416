import { Decoder } from "../../src/core/decoder.js";
import type { Reading } from "../../src/core/reading.js";
import type { ModbusLimits } from "../../src/publishers/modbus/limits.js";
import { ModbusServer } from "../../src/publishers/modbus/server.js";
import { ascii } from "./decode-all.js";
import { FakeClock } from "./fake-clock.js";
import { bytesOf, type FakePeer, FakeTcp } from "./fake-tcp.js";
import { telegramOf } from "./telegram.js";

/** A meter whose latest reading and its age are a test's to say. */
export class FakeMeter {
	reading: Reading | undefined;
	stale = false;

	/** Takes a telegram: its rows, or its bytes. */
	receive(telegram: readonly string[] | Uint8Array): void {
		const decoder = new Decoder({
			telegramBytes: 8192,
			onReading: (reading) => {
				this.reading = reading;
			},
			onError: ({ code }) => {
				throw new Error(code);
			},
		});
		decoder.push(telegram instanceof Uint8Array ? telegram : ascii(telegramOf(telegram)));
		decoder.flush();
	}
}

/** An answer, taken apart. */
export type ModbusAnswer = {
	readonly transaction: number;
	readonly unit: number;
	/** Function code, without the flag of an exception. */
	readonly code: number;
	/** Undefined for data. */
	readonly exception: number | undefined;
	/** The registers of an answer to functions 3 and 4. */
	readonly data: Uint8Array;
};

/** Bytes of a frame around a protocol data unit. */
export function frameOf(data: readonly number[], transaction = 0x1234, unit = 1): Uint8Array {
	const length = data.length + 1;
	return Uint8Array.of(transaction >> 8, transaction & 255, 0, 0, length >> 8, length & 255, unit, ...data);
}

/** A request to read registers. */
export function readFrame(address: number, count: number, code = 4, transaction = 0x1234, unit = 1): Uint8Array {
	return frameOf([code, address >> 8, address & 255, count >> 8, count & 255], transaction, unit);
}

/**
 * Takes answers apart, strictly.
 * @throws Error for anything that is not a row of complete answers. */
export function parseAnswers(bytes: Uint8Array): ModbusAnswer[] {
	const answers: ModbusAnswer[] = [];
	for (let at = 0; at < bytes.length; ) {
		const view = new DataView(bytes.buffer, bytes.byteOffset + at);
		if (bytes.length - at < 9) throw new Error(`incomplete: ${bytes.subarray(at)}`);
		const end = at + 6 + view.getUint16(4);
		if (view.getUint16(2) !== 0 || end > bytes.length || end - at > 260)
			throw new Error(`length: ${bytes.subarray(at)}`);
		const isException = view.getUint8(7) >= 0x80;
		const data = bytes.slice(at + 9, end);
		if (isException ? data.length !== 0 : data.length !== view.getUint8(8))
			throw new Error(`count: ${bytes.subarray(at)}`);
		answers.push({
			transaction: view.getUint16(0),
			unit: view.getUint8(6),
			code: view.getUint8(7) & 0x7f,
			exception: isException ? view.getUint8(8) : undefined,
			data,
		});
		at = end;
	}
	return answers;
}

/** A Modbus server on a meter, a network and a clock in a test's hand. */
export class ModbusBench {
	readonly meter = new FakeMeter();
	readonly tcp = new FakeTcp();
	readonly clock = new FakeClock();
	readonly server: ModbusServer;
	readonly errors: string[] = [];

	constructor(limits?: Partial<ModbusLimits>) {
		this.server = new ModbusServer({
			openListener: this.tcp.open,
			port: 502,
			meter: this.meter,
			serial: "3c39e7aabbcc",
			clock: this.clock,
			timers: this.clock,
			...(limits === undefined ? {} : { limits }),
			onError: (code, detail) => this.errors.push(`${code}: ${detail}`),
		});
	}

	/** What has come to a peer since the last time. */
	answersTo(peer: FakePeer): ModbusAnswer[] {
		return parseAnswers(bytesOf(peer.takeReceived()));
	}

	/** One request on a connection of its own. */
	ask(frame: Uint8Array): ModbusAnswer {
		const peer = this.tcp.connect();
		peer.send(frame);
		const [answer, ...more] = this.answersTo(peer);
		peer.end();
		if (answer === undefined || more.length > 0) throw new Error("not one answer");
		return answer;
	}

	/** The value at an address; the exception as a text such as "0x0b". */
	value(address: number): number | string {
		const { data, exception } = this.ask(readFrame(address, 2));
		if (exception !== undefined) return `0x${exception.toString(16).padStart(2, "0")}`;
		return new DataView(data.buffer).getFloat32(0);
	}
}
