import { Decoder } from "../../src/core/decoder.js";
import { JsonWriter } from "../../src/core/json-writer.js";
import type { Reading } from "../../src/core/reading.js";
import type { TcpConnectionHandler, TcpListenerOptions } from "../../src/ports/tcp.js";
import type { UdpSocket, UdpSocketOptions } from "../../src/ports/udp.js";
import { ModbusServer } from "../../src/publishers/modbus/server.js";
import { ANSWER_BYTES } from "../../src/publishers/shelly/frame.js";
import { ShellyRpc } from "../../src/publishers/shelly/rpc.js";
import { ShellyUdp } from "../../src/publishers/shelly/udp.js";
import { FakeClock } from "../support/fake-clock.js";

type MeterView = { reading: Reading | undefined; stale: boolean };

/** Modbus on a network that does not exist, unless a listener is wanted. */
export function openModbus(
	meter: MeterView,
	clock: FakeClock,
	onOpen: (listener: TcpListenerOptions) => void = () => {},
): ModbusServer {
	return new ModbusServer({
		openListener: (options) => {
			onOpen(options);
			return { close: () => {} };
		},
		port: 502,
		meter,
		serial: "3c39e7aabbcc",
		clock,
		timers: clock,
		onError: () => {},
	});
}

/** A Shelly on the same network. */
export function openShelly(
	meter: MeterView,
	clock: FakeClock,
	onOpen: (socket: UdpSocketOptions) => UdpSocket = () => ({ send: () => {}, close: () => {} }),
): ShellyUdp {
	return new ShellyUdp({
		openSocket: onOpen,
		ports: [1010],
		rpc: new ShellyRpc(meter, { name: "P1", serial: "3c39e7aabbcc" }),
		clock,
		writer: new JsonWriter(new Uint8Array(ANSWER_BYTES)),
		onError: () => {},
	});
}

/** Modbus with one connection, and a Shelly with one socket, on a network in memory; nothing here needs Node. */
export class ModbusSession {
	readonly meter: MeterView = { reading: undefined, stale: false };
	readonly clock = new FakeClock();
	readonly #decoder: Decoder;
	#peer: TcpConnectionHandler | undefined;
	#battery: ((bytes: Uint8Array, end: number) => void) | undefined;
	#request: Uint8Array = new Uint8Array(0);
	#requestAt = 0;
	/** The buffer of the last answer, at `[0, end)`. */
	#answer: Uint8Array = this.#request;
	#answerEnd = 0;

	constructor() {
		const { clock, meter } = this;
		this.#decoder = new Decoder({
			onReading: (reading) => {
				meter.reading = reading;
			},
			onError: () => {},
		});
		let listener: TcpListenerOptions | undefined;
		const server = openModbus(meter, clock, (options) => {
			listener = options;
		});
		if (server.openConnections !== 0) throw new Error("open before anybody came");
		this.#peer = listener?.onConnection({
			remoteAddress: "192.0.2.7",
			read: (bytes, offset, end) => {
				const count = Math.min(end - offset, this.#request.length - this.#requestAt);
				for (let i = 0; i < count; i++) bytes[offset + i] = this.#request[this.#requestAt + i] as number;
				this.#requestAt += count;
				return count;
			},
			write: (bytes, offset, end) => this.#take(bytes, offset, end),
			close: () => {},
		});
		openShelly(meter, clock, (options) => {
			this.#battery = (bytes, end) => options.onDatagram(bytes, end, "192.0.2.7", 40_000);
			return { send: (bytes, offset, end) => this.#take(bytes, offset, end), close: () => {} };
		});
	}

	receive(telegram: Uint8Array): void {
		this.#decoder.push(telegram, 0, telegram.length);
	}

	/** A Modbus request. @returns how many bytes the answer has. */
	ask(request: Uint8Array): number {
		this.#request = request;
		this.#requestAt = 0;
		this.#answerEnd = 0;
		this.#peer?.onReadable();
		return this.#answerEnd;
	}

	/** A battery's datagram. @returns how many bytes the answer has, 0 for silence. */
	poll(datagram: Uint8Array): number {
		this.#answerEnd = 0;
		this.#battery?.(datagram, datagram.length);
		return this.#answerEnd;
	}

	/** The last answer in hexadecimal. */
	get answer(): string {
		let text = "";
		for (let i = 0; i < this.#answerEnd; i++) text += (this.#answer[i] as number).toString(16).padStart(2, "0");
		return text;
	}

	#take(bytes: Uint8Array, offset: number, end: number): number {
		if (offset !== 0) throw new Error("an answer in pieces");
		this.#answer = bytes;
		this.#answerEnd = end;
		return end;
	}
}

/** A request to read input registers. */
export function registersFrame(address: number, count: number): Uint8Array {
	return Uint8Array.of(0, 7, 0, 0, 0, 6, 1, 4, address >> 8, address & 255, count >> 8, count & 255);
}

/** A request to a Shelly, or something that is none. */
export function datagramOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}

export const STATUS_REQUEST = '{"id":1,"src":"battery","method":"EM.GetStatus","params":{"id":0}}';

const DATAGRAMS = [
	STATUS_REQUEST,
	'{"id":"x","method":"EMData.GetStatus"}',
	'{"id":2,"method":"Shelly.GetDeviceInfo"}',
	"hame",
	"[".repeat(512),
	`["${"]".repeat(200)}",${"[".repeat(200)}`,
];

/** What is answered, in hexadecimal: before the first telegram, with it, and when it is stale. */
export function modbusAnswers(telegram: Uint8Array): string[] {
	const session = new ModbusSession();
	const answers: string[] = [];
	const askAll = () => {
		for (let address = 0; address < 0x180; address += 2) {
			session.ask(registersFrame(address, 2));
			answers.push(session.answer);
		}
		session.ask(registersFrame(0, 80));
		answers.push(session.answer);
		session.ask(registersFrame(0xfc00, 2));
		answers.push(session.answer);
		for (const datagram of DATAGRAMS) {
			session.poll(datagramOf(datagram));
			answers.push(session.answer);
		}
		session.clock.advance(1000);
	};
	askAll();
	session.receive(telegram);
	askAll();
	session.meter.stale = true;
	askAll();
	return answers;
}
