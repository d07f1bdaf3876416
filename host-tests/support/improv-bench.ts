import type { ConsolePort } from "../../src/ports/console.js";
import { Improv } from "../../src/services/improv/improv.js";
import { SetupBench, type SetupBenchOptions } from "./setup-bench.js";

/** A serial line whose other end is a test's. */
export class FakeConsole implements ConsolePort {
	/** What the device has not read yet. */
	readonly incoming: number[] = [];
	/** What the device has written. */
	readonly outgoing: number[] = [];
	/** Bytes that are taken from the device at a time. */
	roomBytes = 4096;
	reads = 0;
	isClosed = false;

	read(bytes: Uint8Array): number {
		this.reads++;
		const count = Math.min(bytes.length, this.incoming.length);
		bytes.set(this.incoming.splice(0, count));
		return count;
	}

	write(bytes: Uint8Array, offset: number, end: number): number {
		const count = Math.min(this.roomBytes, end - offset);
		for (let i = 0; i < count; i++) this.outgoing.push(bytes[offset + i] as number);
		return count;
	}

	close(): void {
		this.isClosed = true;
	}
}

/** A packet as the specification has it. */
export function packetOf(type: number, data: readonly number[]): number[] {
	const bytes = [...Buffer.from("IMPROV"), 1, type, data.length, ...data];
	return [...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff];
}

export function commandOf(command: number, data: readonly number[] = []): number[] {
	return packetOf(3, [command, data.length, ...data]);
}

export function settingsOf(ssid: string, password: string): number[] {
	const [name, secret] = [Buffer.from(ssid), Buffer.from(password)];
	return commandOf(1, [name.length, ...name, secret.length, ...secret]);
}

/** What a device has sent, packet by packet: `[type, ...data]`; fails when a checksum is wrong. */
export function packetsIn(bytes: readonly number[]): number[][] {
	const packets: number[][] = [];
	const header = [...Buffer.from("IMPROV"), 1];
	for (let at = 0; at < bytes.length; at++) {
		if (!header.every((byte, i) => bytes[at + i] === byte)) continue;
		const length = bytes[at + 8] ?? 0;
		const packet = bytes.slice(at, at + 9 + length + 1);
		const sum = packet.slice(0, -1).reduce((total, byte) => total + byte, 0) & 0xff;
		if (packet.length !== length + 10 || packet.at(-1) !== sum) throw new Error(`damaged: ${packet.join(" ")}`);
		packets.push([bytes[at + 7] ?? 0, ...packet.slice(9, -1)]);
		at += packet.length - 1;
	}
	return packets;
}

/** The texts of a result. */
export function textsIn(packet: readonly number[]): string[] {
	const texts: string[] = [];
	const end = 3 + (packet[2] ?? 0);
	for (let at = 3; at < end; ) {
		const length = packet[at] ?? 0;
		texts.push(Buffer.from(packet.slice(at + 1, at + 1 + length)).toString());
		at += 1 + length;
	}
	return texts;
}

/** Improv on the setup of a {@link SetupBench}. */
export class ImprovBench {
	readonly setup: SetupBench;
	readonly console = new FakeConsole();
	readonly improv: Improv;
	mayChange = true;
	/** Why nothing can be stored; undefined: it can. */
	storeProblem: string | undefined;

	constructor(options: SetupBenchOptions = {}) {
		const setup = new SetupBench(options);
		this.setup = setup;
		this.improv = new Improv({
			console: this.console,
			clock: setup.clock,
			timers: setup.clock,
			test: setup.test,
			networks: setup.networks,
			isWanted: () => setup.portal.isOpen,
			mayChange: () => this.mayChange,
			save: (credentials) => {
				if (this.storeProblem !== undefined) return this.storeProblem;
				setup.save(credentials);
				setup.portal.finish();
				return undefined;
			},
			url: () => (setup.station.ipAddress === undefined ? undefined : `http://${setup.station.ipAddress}/`),
			device: () => ["p1-dongle", "1.2.3", "ESP32-C3", "Källaren"],
		});
	}

	/** Sends bytes, lets time go by, and gives the packets that came. */
	ask(bytes: readonly number[], waitMs = 200): number[][] {
		this.console.outgoing.length = 0;
		this.console.incoming.push(...bytes);
		this.setup.clock.advance(waitMs);
		return packetsIn(this.console.outgoing);
	}
}
