import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LineFormat, OpenP1Port, P1Port, P1PortHandler } from "../../src/ports/p1-port.js";
import { settled, waitUntil } from "../support/wait-until.js";

/** What stands at the other end of the port under test. */
export interface P1PortSource {
	readonly openP1Port: OpenP1Port;
	/** Lets bytes arrive at the port, in whatever pieces; only while the source is there. */
	send(bytes: Uint8Array): void;
	/** The source goes away: the cable is pulled out, the bridge stops, the file ends. */
	remove(): Promise<void>;
	/** The source comes back; absent where it never does. */
	restore?(): Promise<void>;
	close(): Promise<void>;
}

export type P1PortContract = {
	readonly name: string;
	readonly hasLineFormat: boolean;
	/** True when the source ends for good, which `onEnd` tells. */
	readonly ends: boolean;
	/** What every detail of the link must name, so that people know what is meant. */
	readonly detail: RegExp;
	startSource(): Promise<P1PortSource>;
};

/** Notes what a port calls back. */
class Recorder implements P1PortHandler {
	/** "link true", "link false", "fault disconnected", "end". */
	readonly events: string[] = [];
	readonly details: string[] = [];
	readonly chunks: Uint8Array[] = [];
	/** Runs inside `onBytes`. */
	onChunk: () => void = () => {};

	/** The events without those that repeat the one before: why the link is down may change while it is. */
	get turns(): string[] {
		return this.events.filter((event, index) => event !== this.events[index - 1]);
	}

	get received(): Uint8Array {
		return Buffer.concat(this.chunks);
	}

	get count(): number {
		return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		expect(offset).toBeGreaterThanOrEqual(0);
		expect(end).toBeGreaterThan(offset);
		expect(end).toBeLessThanOrEqual(bytes.length);
		this.chunks.push(bytes.slice(offset, end));
		this.onChunk();
	}

	onFault(fault: string): void {
		this.events.push(`fault ${fault}`);
	}

	onLinkChanged(connected: boolean, detail: string): void {
		this.events.push(`link ${connected}`);
		this.details.push(detail);
	}

	onEnd(): void {
		this.events.push("end");
	}
}

function pattern(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

const LONG = pattern(20_000);

/** Holds an implementation of {@link OpenP1Port} to what the port promises. */
export function describeP1PortContract({ name, hasLineFormat, ends, detail, startSource }: P1PortContract): void {
	describe(`P1 port contract: ${name}`, () => {
		let source: P1PortSource;
		let port: P1Port | undefined;
		let recorder: Recorder;

		beforeEach(async () => {
			source = await startSource();
			recorder = new Recorder();
		});
		afterEach(async () => {
			port?.close();
			port = undefined;
			await source.close();
		});

		const open = (): P1Port => {
			port = source.openP1Port(recorder);
			return port;
		};
		const openConnected = async (): Promise<P1Port> => {
			const opened = open();
			await waitUntil(() => recorder.events.includes("link true"));
			return opened;
		};

		test("calls nothing back from inside its constructor", async () => {
			open();
			expect({ events: recorder.events, chunks: recorder.chunks }).toEqual({ events: [], chunks: [] });
			await waitUntil(() => recorder.events.length > 0);
		});

		test("says that the source is reachable, once, and names it", async () => {
			await openConnected();
			await settled(() => recorder.events.length);
			expect(recorder.events).toEqual(["link true"]);
			expect(recorder.details[0]).toMatch(detail);
		});

		test("hands over every byte, in order", async () => {
			await openConnected();
			source.send(pattern(256));
			await waitUntil(() => recorder.count >= 256);
			source.send(LONG);
			await waitUntil(() => recorder.count >= 256 + LONG.length);
			await settled(() => recorder.count);
			expect(Buffer.compare(recorder.received, Buffer.concat([pattern(256), LONG]))).toBe(0);
			expect(recorder.events).toEqual(["link true"]);
		});

		test(`${hasLineFormat ? "has" : "has no"} line format; setting it at any time loses the port nothing`, async () => {
			const opened = open();
			expect(opened.hasLineFormat).toBe(hasLineFormat);
			opened.setLineFormat("9600-7e1");
			await waitUntil(() => recorder.events.includes("link true"));
			const formats: readonly LineFormat[] = ["115200-8n1", "115200-8n1", "9600-7e1", "115200-8n1"];
			for (const format of formats) opened.setLineFormat(format);
			await settled(() => recorder.events.length);
			source.send(pattern(100));
			await waitUntil(() => recorder.count >= 100);
			expect(Buffer.compare(recorder.received, pattern(100))).toBe(0);
			expect(new Set(recorder.events)).toEqual(new Set(["link true"]));
		});

		test("close from inside a callback: nothing comes after it", async () => {
			const opened = await openConnected();
			recorder.onChunk = () => opened.close();
			source.send(LONG);
			await waitUntil(() => recorder.count > 0);
			const { count } = recorder;
			await source.remove();
			await settled(() => recorder.count);
			expect({ count: recorder.count, events: recorder.events }).toEqual({ count, events: ["link true"] });
		});

		test("close at once, and again: nothing ever comes", async () => {
			const opened = open();
			opened.close();
			opened.close();
			opened.setLineFormat("9600-7e1");
			await source.remove();
			await settled(() => recorder.events.length + recorder.count);
			expect({ events: recorder.events, chunks: recorder.chunks }).toEqual({ events: [], chunks: [] });
		});

		if (ends) {
			test("tells the end once, after the last byte", async () => {
				await openConnected();
				source.send(LONG);
				await source.remove();
				await waitUntil(() => recorder.events.includes("end"));
				await settled(() => recorder.events.length);
				expect(recorder.events).toEqual(["link true", "link false", "end"]);
				expect(Buffer.compare(recorder.received, LONG)).toBe(0);
				expect(recorder.details[1]).toMatch(detail);
			});
			return;
		}

		test("tells that the source has gone, and finds it again by itself", async () => {
			await openConnected();
			source.send(pattern(10));
			await waitUntil(() => recorder.count === 10);
			for (const times of [1, 2]) {
				await source.remove();
				await waitUntil(() => recorder.turns.length === 3 * times);
				await source.restore?.();
				await waitUntil(() => recorder.turns.length === 3 * times + 1);
			}
			source.send(pattern(20));
			await waitUntil(() => recorder.count === 30);
			const lost = ["fault disconnected", "link false", "link true"];
			expect(recorder.turns).toEqual(["link true", ...lost, ...lost]);
			expect(recorder.events.filter((event) => event.startsWith("fault"))).toHaveLength(2);
			for (const text of recorder.details) expect(text).toMatch(detail);
		});

		test("opens without a source, says so once, and finds it when it comes", async () => {
			await source.remove();
			open();
			await waitUntil(() => recorder.events.length > 0);
			await settled(() => recorder.events.length);
			expect(recorder.events).toEqual(["link false"]);
			expect(recorder.details[0]).toMatch(detail);
			await source.restore?.();
			await waitUntil(() => recorder.events.includes("link true"));
			source.send(pattern(5));
			await waitUntil(() => recorder.count === 5);
			expect(recorder.turns).toEqual(["link false", "link true"]);
		});

		test("close while it looks for its source: nothing comes after it", async () => {
			await source.remove();
			const opened = open();
			await waitUntil(() => recorder.events.length > 0);
			opened.close();
			await source.restore?.();
			await settled(() => recorder.events.length + recorder.count);
			expect({ events: recorder.events, chunks: recorder.chunks }).toEqual({ events: ["link false"], chunks: [] });
		});
	});
}
