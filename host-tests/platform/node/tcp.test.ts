import { afterEach, describe, expect, test } from "vitest";
import { openTcpListener } from "../../../src/platform/node/tcp.js";
import type { TcpListener } from "../../../src/ports/tcp.js";
import { tcpListenerContract } from "../../contracts/tcp-listener.contract.js";

tcpListenerContract("openTcpListener on Node", openTcpListener);

describe("openTcpListener", () => {
	const listeners: TcpListener[] = [];
	afterEach(() => {
		for (const listener of listeners.splice(0)) listener.close();
	});

	test("says why it cannot listen on an address that is not the machine's", async () => {
		const [code, detail] = await new Promise<readonly [string, string]>((resolve) => {
			listeners.push(
				openTcpListener({
					port: 0,
					host: "192.0.2.1",
					onConnection: () => undefined,
					onError: (failure, why) => resolve([failure, why]),
				}),
			);
		});
		expect(code).toBe("failed");
		expect(detail).toContain("192.0.2.1");
	});

	test.skipIf(process.getuid?.() === 0)("says that a low port is not permitted", async () => {
		const code = await new Promise<string>((resolve) => {
			listeners.push(
				openTcpListener({
					port: 1,
					host: "127.0.0.1",
					onConnection: () => undefined,
					onListening: () => resolve("listening"),
					onError: resolve,
				}),
			);
		});
		expect(["not-permitted", "listening"]).toContain(code);
	});
});
