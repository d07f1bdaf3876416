import type { Clock, TimerHandle, Timers } from "../../../src/ports/clock.js";
import type { Crypto } from "../../../src/ports/crypto.js";
import type { HttpFetch, HttpFetchFailure } from "../../../src/ports/http-fetch.js";
import type { KeyValueStore } from "../../../src/ports/key-value-store.js";
import type { ConnectMqtt, MqttConnectOptions, MqttDisconnectReason } from "../../../src/ports/mqtt-client.js";
import type { OpenP1Port, P1PortFault } from "../../../src/ports/p1-port.js";
import type { OpenStreamHash } from "../../../src/ports/stream-hash.js";
import type { OpenTcpListener, TcpConnection, TcpConnectionHandler } from "../../../src/ports/tcp.js";
import type { OpenUdpSocket } from "../../../src/ports/udp.js";
import type { Probe, ProbeEvent } from "./probe.js";

const hexOf = (bytes: Uint8Array, offset: number, end: number): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset).toString("hex");
const bytesOf = (hex: unknown): Uint8Array => Buffer.from(String(hex), "hex");

/** The clock of the program on XS. */
export function probeClock(probe: Probe): Clock {
	return { monotonicMs: () => probe.call<number>("now"), utcMs: () => Date.now() };
}

/** The timers of the program on XS. */
export function probeTimers(probe: Probe): Timers {
	const start = (command: "after" | "every", delayMs: number, callback: () => void): TimerHandle => {
		const id = probe.addObject(callback);
		probe.call(command, { id, delayMs: Number.isFinite(delayMs) ? delayMs : "none" });
		return {
			cancel() {
				probe.silence(id);
				probe.call("cancel", { id });
			},
		};
	};
	return {
		after: (delayMs, callback) => start("after", delayMs, callback),
		every: (intervalMs, callback) => start("every", intervalMs, callback),
	};
}

/** The key-value store of the Linux program; without a path one that outlives nothing. */
export function probeStore(probe: Probe, path: string | null): KeyValueStore {
	const id = probe.addObject();
	probe.call("openStore", { id, path });
	return {
		read: (key) => probe.call<string | null>("readStore", { id, key }) ?? undefined,
		write: (key, text) => probe.call("writeStore", { id, key, text }),
		remove: (key) => probe.call("removeStore", { id, key }),
	};
}

function probeConnection(probe: Probe, number: number, remoteAddress: string): TcpConnection {
	return {
		remoteAddress,
		read(bytes, offset, end) {
			const read = bytesOf(probe.call("read", { id: number, count: end - offset }));
			bytes.set(read, offset);
			return read.length;
		},
		write: (bytes, offset, end) => probe.call<number>("write", { id: number, hex: hexOf(bytes, offset, end) }),
		close(abort = false) {
			probe.silence(number);
			probe.call("close", { id: number, abort });
		},
	};
}

/** The listener of the program on XS. */
export function probeOpenTcpListener(probe: Probe): OpenTcpListener {
	return (options) => {
		const accept = ({ number, remoteAddress }: ProbeEvent): void => {
			const connection = probeConnection(probe, Number(number), String(remoteAddress));
			let handler: TcpConnectionHandler | undefined;
			probe.listen(Number(number), ({ on }) => {
				if (on === "readable") handler?.onReadable();
				else if (on === "writable") handler?.onWritable();
				else handler?.onClosed();
			});
			handler = options.onConnection(connection);
			if (handler === undefined) connection.close(true);
		};
		const id = probe.addObject((event) => {
			if (event.on === "connection") accept(event);
			else if (event.on === "listening") options.onListening?.(Number(event.port));
			else options.onError(event.code as "port-taken", String(event.detail));
		});
		probe.call("listen", { id, port: options.port, host: options.host ?? null });
		return {
			close() {
				probe.silence(id);
				probe.call("closeListener", { id });
			},
		};
	};
}

/** The UDP socket of the program on XS. */
export function probeOpenUdpSocket(probe: Probe): OpenUdpSocket {
	return (options) => {
		const id = probe.addObject((event) => {
			const bytes = bytesOf(event.hex ?? "");
			if (event.on === "datagram") options.onDatagram(bytes, bytes.length, String(event.address), Number(event.port));
			else if (event.on === "listening") options.onListening?.(Number(event.port));
			else options.onError(event.code as "port-taken", String(event.detail));
		});
		probe.call("openUdp", { id, port: options.port, host: options.host ?? null });
		return {
			send(bytes, offset, end, address, port) {
				probe.call("sendUdp", { id, hex: hexOf(bytes, offset, end), address, port });
			},
			close() {
				probe.silence(id);
				probe.call("closeUdp", { id });
			},
		};
	};
}

/** The HTTP client of the program on XS. */
export function probeHttpFetch(probe: Probe): HttpFetch {
	return (target, handler) => {
		const id = probe.addObject((event) => {
			const bytes = bytesOf(event.hex ?? "");
			const { contentLength, location } = event;
			if (event.on === "head") {
				handler.onHead({
					status: Number(event.status),
					contentLength: contentLength === null ? undefined : String(contentLength),
					location: location === null ? undefined : String(location),
				});
			} else if (event.on === "bytes") handler.onBytes(bytes, 0, bytes.length);
			else if (event.on === "end") handler.onEnd();
			else handler.onFailed(event.failure as HttpFetchFailure, String(event.detail));
		});
		probe.call("fetch", { id, target });
		return {
			close() {
				probe.silence(id);
				probe.call("closeFetch", { id });
			},
		};
	};
}

/** SHA-256 of the program on XS; buffers are passed whole, so that offsets count. With `isShared` they are shared there. */
export function probeOpenStreamHash(probe: Probe, isShared = false): OpenStreamHash {
	return () => {
		const id = probe.addObject();
		probe.call("openHash", { id });
		return {
			update(bytes, offset, end) {
				probe.call("updateHash", { id, hex: hexOf(bytes, 0, bytes.length), offset, end, isShared });
			},
			digest: () => bytesOf(probe.call("digestHash", { id })),
		};
	};
}

/** What keeps secrets in the program on XS. Password and salt are wiped there after the call. */
export function probeCrypto(probe: Probe): Crypto {
	const hex = (bytes: Uint8Array): string => hexOf(bytes, 0, bytes.length);
	return {
		fillRandom(bytes) {
			const around = bytesOf(probe.call("random", { count: bytes.length }));
			if (around[0] !== 0 || around[bytes.length + 1] !== 0) throw new Error("it wrote beside the view");
			bytes.set(around.subarray(1, bytes.length + 1));
		},
		sha256: (bytes) => bytesOf(probe.call("sha256", { hex: hex(bytes) })),
		equal: (a, b) => probe.call("equal", { a: hex(a), b: hex(b) }),
		deriveKey(password, salt, iterations, onKey) {
			const id = probe.addObject((event) => onKey(bytesOf(event.hex)));
			probe.call("deriveKey", { id, password: hex(password), salt: hex(salt), iterations });
			// The program cancels itself: events that are under way are let through.
			return { cancel: () => void probe.call("cancelKey", { id }) };
		},
	};
}

/** A P1 port of the program on XS. */
export function probeOpenP1Port(
	probe: Probe,
	place: { readonly path: string } | { readonly host: string; readonly port: number },
): OpenP1Port {
	return (handler) => {
		const id = probe.addObject((event) => {
			const bytes = bytesOf(event.hex ?? "");
			if (event.on === "bytes") handler.onBytes(bytes, 0, bytes.length);
			else if (event.on === "fault") handler.onFault(event.fault as P1PortFault);
			else if (event.on === "link") handler.onLinkChanged(event.connected === true, String(event.detail));
			else handler.onEnd();
		});
		const hasLineFormat = probe.call<boolean>("openP1", { id, path: null, ...place });
		return {
			hasLineFormat,
			setLineFormat: (format) => probe.call("setLineFormat", { id, format }),
			close() {
				probe.silence(id);
				probe.call("closeP1", { id });
			},
		};
	};
}

/** The MQTT client of the program on XS. A streamed payload is asked for at once: the program cannot ask later. */
export function probeConnectMqtt(
	probe: Probe,
	limits: { readonly maxBytesInFlight: number; readonly maxMessagesInFlight: number },
): ConnectMqtt {
	return (options: MqttConnectOptions) => {
		let isConnected = false;
		const id = probe.addObject((event) => {
			if (event.on === "connected") {
				isConnected = true;
				options.onConnected();
			} else if (event.on === "disconnected") {
				isConnected = false;
				options.onDisconnected(event.reason as MqttDisconnectReason, String(event.detail));
			} else if (event.on === "message") options.onMessage(String(event.topic), bytesOf(event.hex));
			else options.onWritable();
		});
		const { onConnected, onDisconnected, onMessage, onWritable, ...plain } = options;
		probe.call("connect", { id, limits, options: plain });
		return {
			publish: (topic, bytes, offset, end, qos, retain) =>
				probe.call<boolean>("publish", { id, topic, hex: hexOf(bytes, offset, end), qos, retain }),
			publishStream(topic, payload, qos, retain) {
				if (!isConnected) return false;
				const bytes = new Uint8Array(payload.length);
				const pieceBytes = payload.read(bytes, 0, bytes.length);
				for (let at = pieceBytes; at < bytes.length; ) at += payload.read(bytes, at, bytes.length);
				const hex = hexOf(bytes, 0, bytes.length);
				return probe.call<boolean>("publishStream", { id, topic, hex, pieceBytes, qos, retain });
			},
			subscribe: (topic, qos) => probe.call("subscribe", { id, topic, qos }),
			close(abort = false) {
				isConnected = false;
				probe.silence(id);
				probe.call("disconnect", { id, abort });
			},
		};
	};
}
