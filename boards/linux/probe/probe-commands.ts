import { FileKeyValueStore } from "platform/moddable/chip/key-value-file";
import { DeviceCrypto } from "platform/moddable/crypto";
import { createHttpFetch } from "platform/moddable/http-fetch";
import { createConnectMqtt } from "platform/moddable/mqtt-client";
import { createOpenP1SerialPort } from "platform/moddable/p1-serial-port";
import { createOpenP1TcpPort } from "platform/moddable/p1-tcp-port";
import { openStreamHash } from "platform/moddable/stream-hash";
import { createOpenTcpListener } from "platform/moddable/tcp";
import type { TcpContext } from "platform/moddable/tcp-stream";
import { createOpenUdpSocket } from "platform/moddable/udp";
import type { Commands, Request } from "probe-control";
import { QuietTimers } from "probe-quiet-timers";
import type { Clock, TimerHandle } from "../../../src/ports/clock.js";
import type { KeyDerivation } from "../../../src/ports/crypto.js";
import type { HttpFetchJob, HttpFetchTarget } from "../../../src/ports/http-fetch.js";
import type { KeyValueStore } from "../../../src/ports/key-value-store.js";
import type { MqttConnection, MqttConnectOptions, MqttQos } from "../../../src/ports/mqtt-client.js";
import type { LineFormat, P1Port } from "../../../src/ports/p1-port.js";
import type { StreamHash } from "../../../src/ports/stream-hash.js";
import type { TcpConnection, TcpListener } from "../../../src/ports/tcp.js";
import type { UdpSocket } from "../../../src/ports/udp.js";

/** Something happened to the object that the test knows by this number. */
export type Event = { readonly id: number; readonly on: string; readonly [key: string]: unknown };

/** Longer than any message of the tests. */
const PAYLOAD_BYTES = 300_000;

/** Bytes and hexadecimal digits, by the engine: tests send hundreds of kilobytes. */
const Hex = Uint8Array as unknown as { fromHex(text: string): Uint8Array };

function toHex(bytes: Uint8Array, offset: number, end: number): string {
	return (bytes.subarray(offset, end) as Uint8Array & { toHex(): string }).toHex();
}

function fromHex(text: unknown): Uint8Array {
	return Hex.fromHex(String(text));
}

/** The objects of one kind, by the number that the test gave them. */
class Things<Thing> {
	readonly #things = new Map<number, Thing>();

	set({ id }: Request, thing: Thing): void {
		this.#things.set(Number(id), thing);
	}

	get({ id }: Request): Thing {
		const thing = this.#things.get(Number(id));
		if (thing === undefined) throw new Error(`nothing has the number ${id}`);
		return thing;
	}
}

/** What a test may ask for; `tell` passes on events. */
export function makeCommands(context: TcpContext, clock: Clock, tell: (event: Event) => void): Commands {
	return {
		...timerCommands(context, clock, tell),
		...storeCommands(),
		...tcpCommands(context, tell),
		...udpCommands(context, tell),
		...p1Commands(context, tell),
		...mqttCommands(context, tell),
		...fetchCommands(context, tell),
		...hashCommands(),
		...cryptoCommands(context, clock, tell),
		faults: () => context.guard.faults,
	};
}

function timerCommands({ timers }: TcpContext, clock: Clock, tell: (event: Event) => void): Commands {
	const handles = new Things<TimerHandle>();
	return {
		now: () => clock.monotonicMs(),
		// JSON has no NaN and no infinity.
		after: (request) =>
			handles.set(
				request,
				timers.after(Number(request.delayMs), () => tell({ id: Number(request.id), on: "timer" })),
			),
		every: (request) =>
			handles.set(
				request,
				timers.every(Number(request.delayMs), () => tell({ id: Number(request.id), on: "timer" })),
			),
		cancel: (request) => handles.get(request).cancel(),
	};
}

function storeCommands(): Commands {
	const stores = new Things<KeyValueStore>();
	return {
		openStore: (request) =>
			stores.set(request, new FileKeyValueStore(request.path === null ? undefined : String(request.path))),
		readStore: (request) => stores.get(request).read(String(request.key)),
		writeStore: (request) => stores.get(request).write(String(request.key), String(request.text)),
		removeStore: (request) => stores.get(request).remove(String(request.key)),
	};
}

function tcpCommands(context: TcpContext, tell: (event: Event) => void): Commands {
	const listeners = new Things<TcpListener>();
	const connections = new Map<number, TcpConnection>();
	const connection = (request: Request): TcpConnection => connections.get(Number(request.id)) as TcpConnection;
	let count = 1_000_000;
	return {
		listen(request) {
			const id = Number(request.id);
			const listener = createOpenTcpListener(context)({
				port: Number(request.port),
				...(request.host === null ? {} : { host: String(request.host) }),
				onListening: (port) => tell({ id, on: "listening", port }),
				onError: (code, detail) => tell({ id, on: "error", code, detail }),
				onConnection(opened) {
					const number = count++;
					connections.set(number, opened);
					tell({ id, on: "connection", number, remoteAddress: opened.remoteAddress });
					return {
						onReadable: () => tell({ id: number, on: "readable" }),
						onWritable: () => tell({ id: number, on: "writable" }),
						onClosed: () => tell({ id: number, on: "closed" }),
					};
				},
			});
			listeners.set(request, listener);
		},
		closeListener: (request) => listeners.get(request).close(),
		read(request) {
			const bytes = new Uint8Array(Number(request.count) + 2);
			const count = connection(request).read(bytes, 1, bytes.length - 1);
			return toHex(bytes, 1, 1 + count);
		},
		write(request) {
			const bytes = fromHex(request.hex);
			return connection(request).write(bytes, 0, bytes.length);
		},
		close: (request) => connection(request).close(request.abort === true),
	};
}

function udpCommands(context: TcpContext, tell: (event: Event) => void): Commands {
	const sockets = new Things<UdpSocket>();
	return {
		openUdp(request) {
			const id = Number(request.id);
			const socket = createOpenUdpSocket(context)({
				port: Number(request.port),
				...(request.host === null ? {} : { host: String(request.host) }),
				onDatagram: (bytes, end, address, port) =>
					tell({ id, on: "datagram", hex: toHex(bytes, 0, end), address, port }),
				onListening: (port) => tell({ id, on: "listening", port }),
				onError: (code, detail) => tell({ id, on: "error", code, detail }),
			});
			sockets.set(request, socket);
		},
		sendUdp(request) {
			const bytes = fromHex(request.hex);
			sockets.get(request).send(bytes, 0, bytes.length, String(request.address), Number(request.port));
		},
		closeUdp: (request) => sockets.get(request).close(),
	};
}

function p1Commands(context: TcpContext, tell: (event: Event) => void): Commands {
	const ports = new Things<P1Port>();
	return {
		openP1(request) {
			const id = Number(request.id);
			const open =
				request.path === null
					? createOpenP1TcpPort(context, String(request.host), Number(request.port))
					: createOpenP1SerialPort(context, String(request.path));
			const port = open({
				onBytes: (bytes, offset, end) => tell({ id, on: "bytes", hex: toHex(bytes, offset, end) }),
				onFault: (fault) => tell({ id, on: "fault", fault }),
				onLinkChanged: (connected, detail) => tell({ id, on: "link", connected, detail }),
				onEnd: () => tell({ id, on: "end" }),
			});
			ports.set(request, port);
			return port.hasLineFormat;
		},
		setLineFormat: (request) => ports.get(request).setLineFormat(request.format as LineFormat),
		closeP1: (request) => ports.get(request).close(),
	};
}

function fetchCommands(context: TcpContext, tell: (event: Event) => void): Commands {
	const jobs = new Things<HttpFetchJob>();
	return {
		fetch(request) {
			const id = Number(request.id);
			const job = createHttpFetch(context)(request.target as HttpFetchTarget, {
				onHead: ({ status, contentLength = null, location = null }) =>
					tell({ id, on: "head", status, contentLength, location }),
				onBytes: (bytes, offset, end) => tell({ id, on: "bytes", hex: toHex(bytes, offset, end) }),
				onEnd: () => tell({ id, on: "end" }),
				onFailed: (failure, detail) => tell({ id, on: "failed", failure, detail }),
			});
			jobs.set(request, job);
		},
		closeFetch: (request) => jobs.get(request).close(),
	};
}

function hashCommands(): Commands {
	const hashes = new Things<StreamHash>();
	return {
		openHash: (request) => hashes.set(request, openStreamHash()),
		updateHash(request) {
			const bytes = request.isShared === true ? toShared(fromHex(request.hex)) : fromHex(request.hex);
			hashes.get(request).update(bytes, Number(request.offset), Number(request.end));
		},
		digestHash(request) {
			const digest = hashes.get(request).digest();
			return toHex(digest, 0, digest.length);
		},
	};
}

/** A copy inside a buffer that is shared, as those of the HTTP server are. */
function toShared(bytes: Uint8Array): Uint8Array {
	const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 2), 1, bytes.length);
	shared.set(bytes);
	return shared;
}

function cryptoCommands({ timers }: TcpContext, clock: Clock, tell: (event: Event) => void): Commands {
	const crypto = new DeviceCrypto({ clock, timers });
	const derivations = new Things<KeyDerivation>();
	return {
		random(request) {
			const bytes = new Uint8Array(Number(request.count) + 2);
			crypto.fillRandom(bytes.subarray(1, bytes.length - 1));
			return toHex(bytes, 0, bytes.length);
		},
		sha256(request) {
			const digest = crypto.sha256(fromHex(request.hex));
			return toHex(digest, 0, digest.length);
		},
		equal: (request) => crypto.equal(fromHex(request.a), fromHex(request.b)),
		deriveKey(request) {
			const password = fromHex(request.password);
			const salt = fromHex(request.salt);
			const derivation = crypto.deriveKey(password, salt, Number(request.iterations), (key) =>
				tell({ id: Number(request.id), on: "key", hex: toHex(key, 0, key.length) }),
			);
			password.fill(0);
			salt.fill(0);
			derivations.set(request, derivation);
		},
		cancelKey: (request) => derivations.get(request).cancel(),
	};
}

function mqttCommands({ guard, timers: plainTimers, traffic }: TcpContext, tell: (event: Event) => void): Commands {
	const timers = new QuietTimers(plainTimers);
	const context = { guard, timers, traffic };
	const connections = new Things<MqttConnection>();
	return {
		connect(request) {
			const id = Number(request.id);
			const limits = { ...(request.limits as object), maxPayloadBytes: PAYLOAD_BYTES };
			const connection = createConnectMqtt(
				context,
				limits,
			)({
				...(request.options as MqttConnectOptions),
				onConnected: () => tell({ id, on: "connected" }),
				onDisconnected: (reason, detail) => tell({ id, on: "disconnected", reason, detail }),
				onMessage: (topic, payload) => tell({ id, on: "message", topic, hex: toHex(payload, 0, payload.length) }),
				onWritable: () => tell({ id, on: "writable" }),
			});
			connections.set(request, connection);
		},
		publish(request) {
			timers.disturb();
			const bytes = fromHex(request.hex);
			const { topic, qos, retain } = request;
			const isTaken = connections
				.get(request)
				.publish(String(topic), bytes, 0, bytes.length, qos as MqttQos, retain === true);
			bytes.fill(0x3f);
			return isTaken;
		},
		publishStream(request) {
			const all = fromHex(request.hex);
			let start = 0;
			const payload = {
				length: all.length,
				read(bytes: Uint8Array, offset: number, end: number): number {
					const count = Math.min(end - offset, Number(request.pieceBytes), all.length - start);
					bytes.set(all.subarray(start, start + count), offset);
					start += count;
					return count;
				},
			};
			const { topic, qos, retain } = request;
			return connections.get(request).publishStream(String(topic), payload, qos as MqttQos, retain === true);
		},
		subscribe: (request) => connections.get(request).subscribe(String(request.topic), request.qos as MqttQos),
		disconnect: (request) => connections.get(request).close(request.abort === true),
	};
}
