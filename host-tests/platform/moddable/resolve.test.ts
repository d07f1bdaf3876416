import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Guard } from "../../../src/platform/moddable/guard.js";

type Request = { host: string; onResolved(name: string, address: unknown): unknown; onError(name: string): unknown };

/** What stands for the SDK: the network's name servers, the resolvers that were made, and turns that a test gives. */
const sdk = vi.hoisted(() => ({
	servers: undefined as unknown,
	resolvers: [] as { servers: string[]; request: Request | undefined; isClosed: boolean }[],
	turns: [] as (() => void)[],
}));
vi.mock("net", () => ({ default: { get: () => sdk.servers } }));
vi.mock("timer", () => ({ default: { set: (callback: () => void) => void sdk.turns.push(callback) } }));
vi.mock("embedded:io/socket/udp", () => ({ default: class {} }));
vi.mock("embedded:network/dns/resolver/udp", () => ({
	default: class {
		readonly #made = { servers: [] as string[], request: undefined as Request | undefined, isClosed: false };
		constructor({ servers }: { servers: string[] }) {
			this.#made.servers = servers;
			sdk.resolvers.push(this.#made);
		}
		resolve(request: Request): void {
			this.#made.request = request;
		}
		close(): void {
			this.#made.isClosed = true;
		}
	},
}));

/** The type checker must not follow: the SDK's declarations are not those of Node. */
const RESOLVE = "../../../src/platform/moddable/esp32/resolve.ts";
const guard = { run: (_where: string, callback: () => void) => callback() } as unknown as Guard;

async function resolve(name: string): Promise<(string | undefined)[]> {
	const told: (string | undefined)[] = [];
	const { resolveName } = (await import(/* @vite-ignore */ RESOLVE)) as {
		resolveName(name: string, guard: Guard, onResolved: (address: string | undefined) => void): void;
	};
	resolveName(name, guard, (address) => told.push(address));
	return told;
}

function turn(): void {
	for (const callback of sdk.turns.splice(0)) callback();
}

beforeEach(() => {
	sdk.servers = "192.168.1.1";
	sdk.resolvers.length = 0;
	sdk.turns.length = 0;
});

describe("names on the device", () => {
	test("an address is its own answer, one turn later, and asks nobody", async () => {
		const told = await resolve("192.0.2.7");
		expect(told).toEqual([]);
		turn();
		expect([told, sdk.resolvers]).toEqual([["192.0.2.7"], []]);
	});

	test.each([["192.0.2"], ["192.0.2.256"], ["192.0.2."], ["a.b.c.d"], ["time.example"]])(
		"%s is a name, of which the network's server is asked",
		async (name) => {
			const told = await resolve(name);
			expect(sdk.resolvers).toMatchObject([{ servers: ["192.168.1.1"], request: { host: name } }]);
			sdk.resolvers[0]?.request?.onResolved(name, "192.0.2.9");
			expect([told, sdk.resolvers[0]?.isClosed]).toEqual([[], false]);
			turn();
			expect([told, sdk.resolvers[0]?.isClosed]).toEqual([["192.0.2.9"], true]);
		},
	);

	test("a name that nobody knows is undefined, and leaves nothing open", async () => {
		const told = await resolve("time.example");
		sdk.resolvers[0]?.request?.onError("time.example");
		turn();
		expect([told, sdk.resolvers[0]?.isClosed]).toEqual([[undefined], true]);
	});

	test.each([[undefined], [null], [[]]])("without a name server (%j) it is undefined at once", async (servers) => {
		sdk.servers = servers;
		const told = await resolve("time.example");
		turn();
		expect([told, sdk.resolvers]).toEqual([[undefined], []]);
	});

	test("all of the network's servers are asked, and for .local the network itself, with servers or without", async () => {
		sdk.servers = ["192.168.1.1", "192.168.1.2"];
		await resolve("time.example");
		sdk.servers = undefined;
		await resolve("broker.local");
		expect(sdk.resolvers.map(({ servers }) => servers)).toEqual([["192.168.1.1", "192.168.1.2"], []]);
	});
});
