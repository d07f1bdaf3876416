import type { Socket } from "node:dgram";
import { EventEmitter } from "node:events";
import Bonjour, { type Service, type ServiceConfig } from "bonjour-service";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createOpenServiceDiscovery } from "../../../src/platform/node/mdns.js";
import type { AdvertisedService, ServiceDiscovery } from "../../../src/ports/service-discovery.js";
import { announcedServices } from "../../../src/services/discovery.js";

// No datagram leaves: the sockets of both sides are in memory.

/** A network of its own: whatever one socket sends, all hear. */
class MemoryNet {
	readonly sockets: MemorySocket[] = [];
	datagrams = 0;

	socket(bindError?: Error): MemorySocket {
		return new MemorySocket(this, bindError);
	}
}

class MemorySocket extends EventEmitter {
	isClosed = false;
	readonly groups: string[] = [];
	readonly #net: MemoryNet;
	readonly #bindError: Error | undefined;

	constructor(net: MemoryNet, bindError?: Error) {
		super();
		this.#net = net;
		this.#bindError = bindError;
	}

	bind(): void {
		if (this.#bindError !== undefined) {
			this.emit("error", this.#bindError);
			return;
		}
		this.#net.sockets.push(this);
		this.emit("listening");
	}

	address(): { port: number } {
		return { port: 5353 };
	}

	send(bytes: Uint8Array, offset: number, length: number, _port: number, _to: string, onSent: () => void): void {
		this.#net.datagrams++;
		const copy = Buffer.from(bytes.slice(offset, offset + length));
		for (const socket of this.#net.sockets) {
			if (!socket.isClosed) socket.emit("message", copy, { address: "192.0.2.1", port: 5353, family: "IPv4" });
		}
		onSent();
	}

	addMembership(group: string, address: string): void {
		this.groups.push(`${group} ${address}`);
	}

	dropMembership(): void {}
	setMulticastInterface(): void {}
	setMulticastTTL(): void {}
	setMulticastLoopback(): void {}

	close(onClosed?: () => void): void {
		this.isClosed = true;
		onClosed?.();
	}
}

const OPTIONS = {
	serial: "3c39e7aabbcc",
	name: "Källaren",
	version: "0.1.0",
	httpPort: 8080,
	hasHomeWizard: true,
	hasShelly: false,
};

let net: MemoryNet;
let browser: Bonjour;
let discovery: ServiceDiscovery | undefined;
let faults: string[];
const up = new Map<string, Service>();

beforeEach(async () => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"] });
	net = new MemoryNet();
	faults = [];
	up.clear();
	const socket = net.socket();
	browser = new Bonjour({ socket, bind: false } as unknown as Partial<ServiceConfig>);
	socket.bind();
	for (const type of ["http", "p1-dongle", "hwenergy"]) {
		browser
			.find({ type })
			.on("up", (service: Service) => up.set(service.type, service))
			.on("down", (service: Service) => up.delete(service.type))
			.on("txt-update", (service: Service) => up.set(service.type, service));
	}
});

afterEach(() => {
	discovery?.close();
	discovery = undefined;
	browser.destroy();
	vi.useRealTimers();
});

function open(services: readonly AdvertisedService[], host = "0.0.0.0", socket = net.socket()): MemorySocket {
	const openDiscovery = createOpenServiceDiscovery({ host, createSocket: () => socket as unknown as Socket });
	discovery = openDiscovery({ services, onFault: (detail) => faults.push(detail) });
	return socket;
}

describe("mDNS on a host", () => {
	test("a browser finds every service with its host name, port and text", async () => {
		open(announcedServices(OPTIONS));
		await vi.advanceTimersByTimeAsync(1500);
		expect([...up.keys()].sort()).toEqual(["http", "hwenergy", "p1-dongle"]);
		expect(up.get("hwenergy")).toMatchObject({
			name: "p1meter-aabbcc",
			host: "p1meter-aabbcc.local",
			port: 8080,
			txt: {
				api_enabled: "1",
				path: "/api/v1",
				product_name: "P1 Meter",
				product_type: "HWE-P1",
				serial: "3c39e7aabbcc",
			},
		});
		expect(up.get("p1-dongle")).toMatchObject({
			host: "p1-aabbcc.local",
			txt: { version: "0.1.0", path: "/api/v1", name: "Källaren" },
		});
		expect(faults).toEqual([]);
	});

	test("joins the group of mDNS, on the address that is listened on", async () => {
		const socket = open(announcedServices(OPTIONS), "127.0.0.1");
		await vi.advanceTimersByTimeAsync(10);
		expect(socket.groups).toEqual(["224.0.0.251 127.0.0.1"]);
	});

	test("tells no address that is not listened on", async () => {
		open(announcedServices(OPTIONS), "198.51.100.7");
		await vi.advanceTimersByTimeAsync(1500);
		expect(up.get("http")?.addresses).toEqual([]);
	});

	test("says goodbye, once, and nothing after it", async () => {
		const socket = open(announcedServices(OPTIONS));
		await vi.advanceTimersByTimeAsync(1500);
		const closed = vi.fn();
		discovery?.close(closed);
		await vi.advanceTimersByTimeAsync(10);
		expect([...up.keys()]).toEqual([]);
		expect([closed.mock.calls.length, socket.isClosed]).toEqual([1, true]);
		const { datagrams } = net;
		discovery?.close();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(net.datagrams).toBe(datagrams);
	});

	test("closed before it began never binds", async () => {
		const socket = open(announcedServices(OPTIONS));
		discovery?.close();
		await vi.advanceTimersByTimeAsync(1500);
		expect([net.sockets.includes(socket), up.size]).toEqual([false, 0]);
	});

	test("a port that cannot be had is a fault and no crash", async () => {
		const error = Object.assign(new Error("bind EADDRINUSE 0.0.0.0:5353"), { code: "EADDRINUSE" });
		open(announcedServices(OPTIONS), "0.0.0.0", net.socket(error));
		await vi.advanceTimersByTimeAsync(1500);
		expect(faults).toEqual(["bind EADDRINUSE 0.0.0.0:5353"]);
		expect(up.size).toBe(0);
	});
});
