import { build } from "esbuild";
import { afterEach, describe, expect, test } from "vitest";
import { ImprovBench } from "../../support/improv-bench.js";
import { HOME_ADDRESS } from "../../support/setup-bench.js";

// The client that pages use which flash devices from the browser: npm's improv-wifi-serial-sdk, over a port in memory.

type Client = {
	readonly nextUrl: string | undefined;
	readonly state: number;
	initialize(timeoutMs: number): Promise<{ firmware: string; version: string; chipFamily: string; name: string }>;
	scan(timeoutMs: number): Promise<readonly { name: string; rssi: number; secured: boolean }[]>;
	provision(ssid: string, password: string, timeoutMs: number): Promise<void>;
	close(): Promise<void>;
};
type ClientModule = { readonly ImprovSerial: new (port: unknown, logger: unknown) => Client };

/** The package is made for bundlers: its imports have no endings. */
async function loadClient(): Promise<ClientModule> {
	const { outputFiles } = await build({
		stdin: { contents: 'export * from "improv-wifi-serial-sdk/dist/serial.js";', resolveDir: import.meta.dirname },
		bundle: true,
		format: "esm",
		write: false,
	});
	const text = outputFiles[0]?.text ?? "";
	return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)) as ClientModule;
}

const timers: NodeJS.Timeout[] = [];
afterEach(() => {
	for (const timer of timers.splice(0)) clearInterval(timer);
});

/** Lets the device's time run a hundred times as fast. */
async function connect(bench: ImprovBench): Promise<Client> {
	const { ImprovSerial } = await loadClient();
	const { console: line, setup } = bench;
	let push: (bytes: Uint8Array) => void = () => {};
	const readable = new ReadableStream<Uint8Array>({
		start(controller) {
			push = (bytes) => controller.enqueue(bytes);
		},
	});
	const writable = new WritableStream<Uint8Array>({ write: (bytes) => void line.incoming.push(...bytes) });
	// A log that shares the line.
	push(Buffer.from("ESP-ROM:esp32c3-api1\r\nsetup: join the network"));
	timers.push(
		setInterval(() => {
			setup.clock.advance(1000);
			if (line.outgoing.length > 0) push(Uint8Array.from(line.outgoing.splice(0)));
		}, 10),
	);
	const silent = { log: () => {}, error: () => {}, debug: () => {} };
	return new ImprovSerial({ readable, writable }, silent);
}

describe("the SDK of somebody else", () => {
	test("finds the device, its networks, and sets it up", async () => {
		const bench = new ImprovBench();
		bench.setup.air.add({ ssid: "Café", rssiDbm: -48, password: "" });
		bench.setup.air.add({ ssid: "home", rssiDbm: -60 });
		const client = await connect(bench);
		expect(await client.initialize(5000)).toMatchObject({
			firmware: "p1-dongle",
			version: "1.2.3",
			chipFamily: "ESP32-C3",
			name: "Källaren",
		});
		expect([client.state, client.nextUrl]).toEqual([2, undefined]);
		expect(await client.scan(5000)).toEqual([
			{ name: "Café", rssi: -48, secured: false },
			{ name: "home", rssi: -60, secured: true },
		]);
		await client.provision("home", "correct horse", 5000);
		expect([client.state, client.nextUrl]).toEqual([4, `http://${HOME_ADDRESS}/`]);
		expect(bench.setup.credentials).toEqual({ ssid: "home", password: "correct horse" });
		await client.close();
	});

	test("is told that the password is wrong, and may try again", async () => {
		const bench = new ImprovBench();
		bench.setup.station.result = { kind: "failed", reason: "wrong-password" };
		const client = await connect(bench);
		await client.initialize(5000);
		await expect(client.provision("home", "wrong one", 5000)).rejects.toBe("UNABLE_TO_CONNECT");
		bench.setup.station.result = { kind: "connected", ipAddress: HOME_ADDRESS };
		await client.provision("home", "correct horse", 5000);
		expect(client.nextUrl).toBe(`http://${HOME_ADDRESS}/`);
		await client.close();
	});

	test("of a device with an owner learns where it is, and changes nothing", async () => {
		const bench = new ImprovBench({
			credentials: { ssid: "home", password: "correct horse" },
			homeAddress: HOME_ADDRESS,
		});
		bench.mayChange = false;
		const client = await connect(bench);
		await client.initialize(5000);
		expect([client.state, client.nextUrl]).toEqual([4, `http://${HOME_ADDRESS}/`]);
		await expect(client.provision("other", "battery staple", 5000)).rejects.toBe("UNKNOWN_ERROR");
		expect(bench.setup.credentials).toEqual({ ssid: "home", password: "correct horse" });
		await client.close();
	});
});
