import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenTcpListener } from "../../src/ports/tcp.js";
import { cryptoContract } from "../contracts/crypto.contract.js";
import { httpFetchContract } from "../contracts/http-fetch.contract.js";
import { describeKeyValueStoreContract } from "../contracts/key-value-store.contract.js";
import { describeMqttClientContract } from "../contracts/mqtt-client.contract.js";
import { describeSerialP1PortContract, describeTcpP1PortContract } from "../contracts/p1-port-rows.js";
import { streamHashContract } from "../contracts/stream-hash.contract.js";
import { tcpListenerContract } from "../contracts/tcp-listener.contract.js";
import { describeTimersContract } from "../contracts/timers.contract.js";
import { describeUdpSocketContract } from "../contracts/udp-socket.contract.js";
import { findMosquitto, startMosquitto } from "../e2e/support/mosquitto.js";
import { BUILD_TIMEOUT_MS, hasProbe } from "./support/build-probe.js";
import { Probe } from "./support/probe.js";
import {
	probeClock,
	probeConnectMqtt,
	probeCrypto,
	probeHttpFetch,
	probeOpenP1Port,
	probeOpenStreamHash,
	probeOpenTcpListener,
	probeOpenUdpSocket,
	probeStore,
	probeTimers,
} from "./support/probe-ports.js";

/** Tests that the contract has and that cannot be held here, with the reason. */
const NOT_HERE: readonly (readonly [test: RegExp, reason: string])[] = [
	[
		/a broker that does not read/,
		"between two calls from outside the program's own turns go on, and the network takes bytes",
	],
	[
		/own authority|gets not a byte/,
		"the SDK's TLS needs a chain and an authority with a key identifier; see mqtt-tls.test.ts",
	],
];

describe.skipIf(!hasProbe())("the ports on XS (skipped: no SDK in $MODDABLE to build the probe)", () => {
	let probe: Probe;
	const directory = mkdtempSync(join(tmpdir(), "p1-xs-"));
	let stores = 0;

	beforeAll(async () => {
		probe = await Probe.start();
	}, BUILD_TIMEOUT_MS);
	beforeEach(({ task, skip }) => {
		const reason = NOT_HERE.find(([name]) => name.test(task.name))?.[1];
		if (reason !== undefined) skip(reason);
	});
	afterAll(async () => {
		rmSync(directory, { recursive: true, force: true });
		await probe?.stop();
	});

	describeTimersContract({
		name: "XS",
		create: () => ({
			clock: probeClock(probe),
			timers: probeTimers(probe),
			wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
		}),
	});

	describeKeyValueStoreContract({
		name: "file on XS",
		create() {
			const path = join(directory, `store-${stores++}.json`);
			return { store: probeStore(probe, path), reopen: () => probeStore(probe, path) };
		},
	});
	describeKeyValueStoreContract({ name: "memory on XS", create: () => ({ store: probeStore(probe, null) }) });

	const openTcpListener: OpenTcpListener = (options) => probeOpenTcpListener(probe)(options);
	tcpListenerContract("XS", openTcpListener);
	httpFetchContract("XS", () => probeHttpFetch(probe));
	streamHashContract("XS", () => probeOpenStreamHash(probe)());
	streamHashContract("XS, shared buffers", () => probeOpenStreamHash(probe, true)());
	test.each([
		[2, 1],
		[0, 4],
		[4, 4],
		[-1, 1],
	])("bytes %i to %i of three are no piece of them, on XS", (offset, end) => {
		expect(() => probeOpenStreamHash(probe)().update(new Uint8Array(3), offset, end)).toThrow(RangeError);
	});
	cryptoContract("XS", () => probeCrypto(probe));
	describeUdpSocketContract("XS", (options) => probeOpenUdpSocket(probe)(options));

	describeTcpP1PortContract("TCP on XS", (port) => probeOpenP1Port(probe, { host: "127.0.0.1", port }));
	describeSerialP1PortContract("serial on XS", (path) => probeOpenP1Port(probe, { path }));

	if (findMosquitto() !== undefined) {
		describeMqttClientContract({
			name: "the SDK's client on XS with mosquitto",
			createConnectMqtt: (limits) => (options) => probeConnectMqtt(probe, limits)(options),
			startBroker: startMosquitto,
		});
	}

	test("nothing of all that threw on XS", () => {
		expect(probe.call("faults")).toBe(0);
	});
});
