import { describe, expect, test } from "vitest";
import { findFreePort } from "../../e2e/support/mosquitto.js";
import type { RecordedConnection } from "../../support/mqtt-observer.js";
import { CREDENTIALS, type MqttContractBench, publishText } from "./bench.js";

const encoder = new TextEncoder();

/** Why there is no session, in words that people understand. */
export function describeFailures(bench: MqttContractBench): void {
	describe("failures", () => {
		const expectEnd = async (recorded: RecordedConnection, reason: string, detail: RegExp): Promise<void> => {
			await recorded.waitForEvent(`disconnected ${reason}`);
			await bench.settle();
			expect(recorded.events).toEqual([`disconnected ${reason}`]);
			expect(recorded.end?.detail).toMatch(detail);
			expect(recorded.end?.detail).not.toContain(CREDENTIALS.password);
			expect(publishText(recorded.connection, "t", "x")).toBe(false);
			recorded.connection.close();
		};

		test("nothing listens: unreachable", async () => {
			await expectEnd(bench.open({ port: await findFreePort() }), "unreachable", /127\.0\.0\.1/);
		});

		test("a port that cannot be: unreachable", async () => {
			await expectEnd(bench.open({ port: 65_536 }), "unreachable", /65535/);
		});

		test("a name that does not exist: unreachable", async () => {
			await expectEnd(bench.open({ host: "no-such-broker.invalid" }), "unreachable", /no-such-broker\.invalid/);
		});

		test("accepts the connection and says nothing: timeout", async () => {
			const port = await bench.listen(() => {});
			await expectEnd(bench.open({ port, connectTimeoutMs: 100 }), "timeout", /100 ms/);
		});

		test("closes before CONNACK: refused", async () => {
			const port = await bench.listen((_answer, end) => end());
			await expectEnd(bench.open({ port }), "refused", /broker/);
		});

		test("answers with something that is not MQTT: refused", async () => {
			const port = await bench.listen((answer) => answer(encoder.encode("HTTP/1.1 400 Bad Request\r\n\r\n")));
			await expectEnd(bench.open({ port, connectTimeoutMs: 2000 }), "refused", /broker/);
		});

		test.each([
			{ code: 1, reason: "refused" },
			{ code: 2, reason: "refused" },
			{ code: 3, reason: "refused" },
			{ code: 4, reason: "not-authorized" },
			{ code: 5, reason: "not-authorized" },
			{ code: 77, reason: "refused" },
		])("CONNACK with return code $code: $reason", async ({ code, reason }) => {
			const port = await bench.listen((answer) => answer(Uint8Array.of(0x20, 2, 0, code)));
			await expectEnd(bench.open({ port }), reason, /broker/);
		});

		test("right username and password: connected; wrong or missing: not-authorized", async () => {
			const { port } = await bench.startOther({ credentials: CREDENTIALS });
			await bench.openConnected({ port, ...CREDENTIALS });
			await expectEnd(bench.open({ port, ...CREDENTIALS, password: "wrong" }), "not-authorized", /password/);
			await expectEnd(bench.open({ port, ...CREDENTIALS, username: "other" }), "not-authorized", /password/);
			await expectEnd(bench.open({ port }), "not-authorized", /password/);
		});
	});
}
