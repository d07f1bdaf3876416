import { vi } from "vitest";
import type { P1PortFault } from "../../src/ports/p1-port.js";
import type { WifiOptions } from "../../src/ports/wifi.js";
import { parseSettings } from "../../src/services/settings/parse.js";
import { storeOfSettings } from "../../src/services/settings/stored.js";
import type { SettingKey } from "../../src/services/settings/table.js";
import { FakeAir } from "./fake-air.js";
import { FakeButton } from "./fake-button.js";
import { FakeClock } from "./fake-clock.js";
import { FakeFirmwareUpdate, type FakeFlash } from "./fake-firmware-update.js";
import { FakeLight } from "./fake-light.js";
import { FakeSockets, FakeTcpDriver, useSockets } from "./fake-sockets.js";
import { FakeWifi } from "./fake-wifi.js";
import { RecordingStore } from "./faulty-store.js";

/** The one that runs: what the modules of the SDK and of the chip below belong to. */
let running: Dongle | undefined;

function current(): Dongle {
	if (running === undefined) throw new Error("no dongle runs");
	return running;
}

vi.mock("platform/moddable/chip/host", () => ({
	default: new Proxy({}, { get: (_target, key) => current().host[String(key)] }),
}));
vi.mock("timer", () => {
	type Handle = { readonly callback: () => void; next: { cancel(): void } | undefined };
	const schedule = (handle: Handle, delayMs: number, repeatMs = 0): void => {
		const dongle = current();
		handle.next?.cancel();
		handle.next = dongle.clock.after(delayMs, () => {
			if (dongle.areTimersDead) return;
			if (repeatMs > 0) schedule(handle, repeatMs, repeatMs);
			handle.callback();
		});
	};
	const set = (callback: () => void, delayMs = 0, repeatMs = 0): Handle => {
		const handle: Handle = { callback, next: undefined };
		schedule(handle, delayMs, repeatMs);
		return handle;
	};
	return { default: { set, schedule } };
});
/** What the device's C functions do. */
const NATIVES: Readonly<Record<string, unknown>> = {
	xs_p1_random_fill(bytes: Uint8Array): void {
		if (current().wifi === undefined) throw new Error("without the radio nothing is random");
		bytes.fill(77);
	},
};
Object.assign(globalThis, { native: (name: string) => NATIVES[name] });
vi.mock("embedded:io/socket/tcp", async () => ({ default: (await import("./fake-sockets.js")).FakeTcpDriver }));
vi.mock("platform/moddable/chip/tls", () => ({ SecureSocket: undefined }));
vi.mock("embedded:io/socket/listener", async () => ({
	default: (await import("./fake-sockets.js")).FakeListenerDriver,
}));
vi.mock("embedded:io/socket/udp", async () => ({ default: (await import("./fake-sockets.js")).FakeUdpDriver }));
/** A server that never answers. */
vi.mock("embedded:network/http/client", () => ({
	default: class {
		constructor() {
			current().fetches++;
			current().openFetches++;
		}
		request(): object {
			return {};
		}
		close(): void {
			current().openFetches--;
		}
	},
}));
/** A broker that never answers. */
vi.mock("embedded:network/mqtt/client", () => ({
	default: class {
		constructor() {
			current().mqttAttempts++;
		}
		close(): void {}
	},
}));
vi.mock("crypt", () => ({ Digest: class {} }));
vi.mock("Resource", () => {
	const text = 'content-type: text/html\netag: "1"\n\n<title>page</title>';
	function Resource() {
		return Uint8Array.from(Buffer.from(text)).buffer;
	}
	return { default: Resource };
});

/** The type checker must not follow: the SDK's declarations are not those of Node. */
const MAIN = "../../src/main.ts";

/** Settings for the network that an access point of the {@link FakeAir} has unless it is told otherwise. */
export const HOME = { wifiSsid: "home", wifiPass: "correct horse" };
/** Settings for a broker that never answers. */
export const BROKER = { mqtt: true, mqttHost: "192.168.1.2" };

type LineCallbacks = { onReadable(): void; onFault(fault: P1PortFault): void };

export type DongleOptions = {
	/** Flash, from an earlier run. */
	readonly store?: RecordingStore;
	/** Stored before it starts. */
	readonly settings?: Readonly<Record<string, unknown>>;
	/** The two slots; absent: nothing is on trial. */
	readonly flash?: FakeFlash;
	/** What the chip says of its start. */
	readonly resetReason?: string;
	/** Of the board's 5 V; absent: it is not measured. */
	readonly milliVolts?: (nowMs: number) => number;
	/** False: as on a computer, where the system keeps its network. */
	readonly hasRadio?: boolean;
};

/** The device's whole program (src/main.ts) on a virtual clock, with a radio in a simulated air and a chip that does what a test says. */
export class Dongle {
	readonly clock = new FakeClock();
	readonly air = new FakeAir();
	readonly store: RecordingStore;
	readonly light = new FakeLight(this.clock);
	readonly button = new FakeButton();
	readonly firmware: FakeFirmwareUpdate;
	/** Of the trace, and of the serial line. */
	readonly lines: string[] = [];
	readonly announced: string[] = [];
	/** Milliseconds at which the chip restarted, by whatever way. */
	readonly restarts: number[] = [];
	/** The radio; undefined until it is on. */
	wifi: FakeWifi | undefined;
	/** As the program knows it. */
	readonly host: Readonly<Record<string, unknown>>;
	/** What the line to the meter was set to, in order. */
	readonly asked: boolean[] = [];
	/** To reach the broker. */
	mqttAttempts = 0;
	/** Requests of the program to other servers, and to itself. */
	fetches = 0;
	openFetches = 0;
	/** True: nothing is ever called back by time any more. */
	areTimersDead = false;
	readonly sockets = new FakeSockets(this.clock);
	/** Of name servers, which answer when the dongle is connected; every other name is unknown. */
	readonly names = new Map<string, string>();
	/** Names that were looked up, in order. */
	readonly lookups: string[] = [];
	/** What the system's clock was set to, with what the virtual one said then. */
	readonly timesSet: { readonly utcMs: number; readonly atMs: number }[] = [];
	#onReadable: () => void = () => {};
	#onFault: (fault: P1PortFault) => void = () => {};
	#telegram = new Uint8Array(0);

	private constructor(options: DongleOptions) {
		const { store = new RecordingStore(), settings = {} } = options;
		this.store = store;
		this.firmware = new FakeFirmwareUpdate(options.flash);
		const parsed = parseSettings(settings, { platform: "device" });
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
		const keys = Object.keys(settings) as SettingKey[];
		if (keys.length > 0) storeOfSettings(store, "device").write(parsed.settings, keys);
		this.host = this.#host(options);
		Object.assign(globalThis, { trace: (...texts: readonly string[]) => this.lines.push(texts.join("").trimEnd()) });
	}

	/** Makes one and starts its program. */
	static async start(options: DongleOptions = {}): Promise<Dongle> {
		const { default: main } = (await import(/* @vite-ignore */ MAIN)) as { default: () => void };
		const dongle = new Dongle(options);
		running = dongle;
		useSockets(dongle.sockets);
		main();
		return dongle;
	}

	/** As {@link start}, with settings for {@link HOME}; it has been in that network for some seconds. */
	static async connected(options: DongleOptions = {}): Promise<Dongle> {
		const dongle = await Dongle.start({ settings: HOME, ...options });
		dongle.air.add();
		dongle.clock.advance(10_000);
		return dongle;
	}

	/** Ports of TCP that are listened on, in order. */
	get ports(): number[] {
		return [...this.sockets.listeners.keys()].sort((a, b) => a - b);
	}

	/** A GET of somebody in the house, within 100 ms. @returns the answer's body; "" when nothing passes. */
	get(path: string): string {
		const isCarrying = this.air.accessPoints.every(({ state }) => state.isCarrying);
		const listener = this.sockets.listeners.get(80);
		if (!isCarrying || listener === undefined || this.wifi?.status !== "connected") return "";
		const peer = new FakeTcpDriver();
		const headers = "Host: 192.168.1.50\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n";
		// 1.0: the body comes as it is.
		peer.incoming = Buffer.from(`GET ${path} HTTP/1.0\r\n${headers}\r\n`);
		listener.accept(peer);
		this.clock.advance(100);
		const text = Buffer.concat(peer.outgoing).toString();
		return text.slice(text.indexOf("\r\n\r\n") + 4);
	}

	/** Sections of the status. */
	status(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
		return JSON.parse(this.get("/api/v1/status"));
	}

	/** The meter sends. */
	send(telegram: Uint8Array): void {
		this.#telegram = telegram.slice();
		this.#onReadable();
	}

	/** The receiver notices that something is wrong with the line to the meter. */
	noticeFault(fault: P1PortFault): void {
		this.#onFault(fault);
	}

	#host({ resetReason = "power-on", milliVolts, hasRadio = true }: DongleOptions): Record<string, unknown> {
		const { clock, store, light, firmware } = this;
		const restart = (): void => {
			this.restarts.push(clock.monotonicMs());
			this.areTimersDead = true;
		};
		return {
			platform: "device",
			model: "esp32",
			httpConnections: 6,
			ticksMs: () => clock.monotonicMs(),
			utcMs: () => undefined,
			setSystemTime: hasRadio
				? (utcMs: number) => void this.timesSet.push({ utcMs, atMs: clock.monotonicMs() })
				: undefined,
			memory: () => ({ heapUsedBytes: 1, heapTotalBytes: 2, systemFreeBytes: 3 }),
			link: () => ({ kind: "wifi", connected: false }),
			serialNumber: () => "3c39e7aabbcc",
			openStore: () => store,
			openAccessStore: () => store,
			settingsInput: () => undefined,
			resolve: (name: string, _guard: unknown, onResolved: (address: string | undefined) => void) => {
				this.lookups.push(name);
				clock.after(0, () => onResolved(/^[\d.]+$/.test(name) ? name : this.names.get(name)));
			},
			openSerialLine: ({ onReadable, onFault }: LineCallbacks) => {
				this.#onReadable = onReadable;
				this.#onFault = onFault;
				return { read: (bytes: Uint8Array) => this.#read(bytes), close() {} };
			},
			openWifi: hasRadio ? () => this.#openWifi : undefined,
			openLight: () => light,
			openButton: () => this.button.open,
			openDataRequest: () => ({ setAsked: (isAsked: boolean) => void this.asked.push(isAsked) }),
			openSupply: () => milliVolts && { readMilliVolts: () => milliVolts(clock.monotonicMs()) },
			openChip: () => ({ resetReason, brownOutCount: 0, minimumSystemFreeBytes: 40_000 }),
			eraseStore: () => store.values.clear(),
			brownOutCount: () => 0,
			openConsole: () => ({
				port: { read: () => 0, write: () => 0, close() {} },
				announce: (line: string) => this.announced.push(line),
			}),
			onStop() {},
			openFirmware: () => firmware,
			exit: restart,
			restart,
		};
	}

	readonly #openWifi = (options: WifiOptions): FakeWifi => {
		this.wifi = new FakeWifi(this.clock, this.air, options);
		return this.wifi;
	};

	#read(bytes: Uint8Array): number {
		const piece = this.#telegram.subarray(0, bytes.length);
		bytes.set(piece);
		this.#telegram = this.#telegram.slice(piece.length);
		return piece.length;
	}
}
