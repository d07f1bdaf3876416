import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ConnectMqtt, MqttTls } from "../../src/ports/mqtt-client.js";
import { findMosquitto, type Mosquitto, startMosquitto } from "../e2e/support/mosquitto.js";
import { type RecordedConnection, recordConnection } from "../support/mqtt-observer.js";
import { BUILD_TIMEOUT_MS, hasProbe } from "./support/build-probe.js";
import { type CertificateChain, makeCertificateChain } from "./support/certificate-chain.js";
import { Probe } from "./support/probe.js";
import { probeConnectMqtt } from "./support/probe-ports.js";

const LIMITS = { maxBytesInFlight: 8192, maxMessagesInFlight: 8 };
const GOOD_NAMES = "IP:127.0.0.1,DNS:localhost";

/** What the SDK's TLS needs of a broker and of an authority, which the contract's certificates do not have. */
describe.skipIf(!hasProbe() || findMosquitto() === undefined)("MQTT over TLS on XS", { timeout: 30_000 }, () => {
	let probe: Probe;
	let certificates: CertificateChain;
	let other: CertificateChain;
	const brokers: Mosquitto[] = [];
	const opened: RecordedConnection[] = [];

	beforeAll(async () => {
		probe = await Probe.start();
		certificates = makeCertificateChain("rsa", GOOD_NAMES);
		other = makeCertificateChain("rsa", "DNS:broker.example");
	}, BUILD_TIMEOUT_MS);
	afterEach(async () => {
		for (const { connection } of opened.splice(0)) connection.close(true);
		for (const broker of brokers.splice(0)) await broker.kill();
	});
	afterAll(() => probe?.stop());

	const start = async ({ certificatePem, keyPem }: CertificateChain, chain: string): Promise<number> => {
		const tls = { certificatePem: certificatePem + chain, keyPem };
		const broker = await startMosquitto({ tls });
		brokers.push(broker);
		return broker.port;
	};
	const open = (port: number, tls: MqttTls, host = "127.0.0.1"): RecordedConnection => {
		const connectMqtt: ConnectMqtt = (options) => probeConnectMqtt(probe, LIMITS)(options);
		const recorded = recordConnection(connectMqtt, { port, host, tls, username: "me", password: "hunter2" });
		opened.push(recorded);
		return recorded;
	};
	const trusted = (): MqttTls => ({ verify: true, certificateAuthorityPem: certificates.authorityPem });

	test.each(["127.0.0.1", "localhost"])("a chain that ends in the given authority, as %s: connected", async (host) => {
		const port = await start(certificates, certificates.authorityPem);
		await open(port, trusted(), host).waitForEvent("connected");
	});

	test("the same with EC keys: connected", async () => {
		const chain = makeCertificateChain("ec", GOOD_NAMES);
		const port = await start(chain, chain.authorityPem);
		await open(port, { verify: true, certificateAuthorityPem: chain.authorityPem }).waitForEvent("connected");
	});

	test("another authority: tls", async () => {
		const port = await start(certificates, certificates.authorityPem);
		const recorded = open(port, { verify: true, certificateAuthorityPem: other.authorityPem });
		await recorded.waitForEvent("disconnected tls");
		expect(recorded.end?.detail).not.toContain("hunter2");
	});

	test("another name: tls", async () => {
		const port = await start(other, other.authorityPem);
		await open(port, { verify: true, certificateAuthorityPem: other.authorityPem }).waitForEvent("disconnected tls");
	});

	test("a broker that does not send its authority's certificate: tls, and the reason names the chain", async () => {
		const recorded = open(await start(certificates, ""), trusted());
		await recorded.waitForEvent("disconnected tls");
		expect(recorded.end?.detail).toMatch(/chain/);
	});

	test("a session that was begun without a check is not taken up again with one", async () => {
		const port = await start(certificates, certificates.authorityPem);
		const unchecked = open(port, { verify: false });
		await unchecked.waitForEvent("connected");
		unchecked.connection.close();
		const checked = open(port, { verify: true, certificateAuthorityPem: other.authorityPem });
		await checked.waitForEvent("disconnected tls");
	});
});
