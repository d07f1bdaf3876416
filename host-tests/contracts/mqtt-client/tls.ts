import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificates, type TestCertificates } from "../../support/certificates.js";
import { type ContractBroker, CREDENTIALS, type MqttContractBench, publishText } from "./bench.js";

/** What is checked before anything is said. */
export function describeTls(bench: MqttContractBench): void {
	describe("TLS", () => {
		let certificates: TestCertificates;
		let other: TestCertificates;
		let secure: ContractBroker;
		beforeAll(async () => {
			certificates = makeCertificates();
			other = makeCertificates();
			secure = await bench.setup.startBroker({ tls: certificates, credentials: CREDENTIALS });
		});
		afterAll(() => secure.kill());

		test.each([
			{ name: "own authority, address", host: "127.0.0.1", verify: true, hasAuthority: true },
			{ name: "own authority, name", host: "localhost", verify: true, hasAuthority: true },
			{ name: "not verified", host: "127.0.0.1", verify: false, hasAuthority: false },
		])("$name: connected, and messages arrive", async ({ host, verify, hasAuthority }) => {
			const tls = { verify, ...(hasAuthority ? { certificateAuthorityPem: certificates.authorityPem } : {}) };
			const { connection, messages, events, waitForEvent } = await bench.openConnected({
				host,
				port: secure.port,
				...CREDENTIALS,
				tls,
			});
			connection.subscribe("secure", 1);
			await expect
				.poll(() => {
					publishText(connection, "secure", "x".repeat(3000));
					return messages[0]?.payload.length;
				})
				.toBe(3000);
			// Nothing waits for an acknowledgement any more, so that only the socket can say that there is room.
			await bench.settle();
			events.length = 0;
			for (let i = 0; i < 100 && publishText(connection, "secure", "y".repeat(3000), 0); i++);
			await waitForEvent("writable");
			expect(events).toEqual(["writable"]);
		});

		test.each([
			{ name: "another authority", authority: () => other.authorityPem },
			{ name: "only the platform's authorities", authority: () => undefined },
			{ name: "an authority that is no PEM", authority: () => "not a certificate" },
		])("$name: tls, and it says why", async ({ authority }) => {
			const pem = authority();
			const tls = { verify: true, ...(pem === undefined ? {} : { certificateAuthorityPem: pem }) };
			const recorded = bench.open({ port: secure.port, ...CREDENTIALS, tls });
			await recorded.waitForEvent("disconnected tls");
			await bench.settle();
			expect(recorded.events).toEqual(["disconnected tls"]);
			expect(recorded.end?.detail).toMatch(/certificate/);
		});

		test("a broker that is not the right one gets not a byte, so no password", async () => {
			let bytesReceived = 0;
			const impostor = createTlsServer({ cert: other.certificatePem, key: other.keyPem }, (socket) => {
				socket.on("data", (chunk) => {
					bytesReceived += chunk.length;
				});
				socket.on("error", () => {});
			});
			impostor.on("tlsClientError", () => {});
			bench.cleanUps.push(() => impostor.close());
			await new Promise<void>((resolve) => impostor.listen(0, "127.0.0.1", resolve));
			const address = impostor.address();
			const port = typeof address === "object" && address !== null ? address.port : 0;
			const trusted = { verify: true, certificateAuthorityPem: certificates.authorityPem };
			const refused = bench.open({ port, ...CREDENTIALS, tls: trusted });
			await refused.waitForEvent("disconnected tls");
			await bench.settle();
			expect(bytesReceived).toBe(0);
			// The same server does hear a client that trusts it.
			bench.open({ port, ...CREDENTIALS, tls: { verify: true, certificateAuthorityPem: other.authorityPem } });
			await expect.poll(() => bytesReceived).toBeGreaterThan(CREDENTIALS.password.length);
		});

		test("TLS to a broker without it: tls", async () => {
			const recorded = bench.open({ tls: { verify: false }, connectTimeoutMs: 3000 });
			await recorded.waitForEvent("disconnected tls");
			expect(recorded.events).toEqual(["disconnected tls"]);
		});

		test("no TLS to a broker with it: refused", async () => {
			const recorded = bench.open({ port: secure.port, ...CREDENTIALS });
			await recorded.waitForEvent("disconnected refused");
			expect(recorded.end?.detail).toMatch(/TLS/);
		});
	});
}
