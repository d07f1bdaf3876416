import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ConnectMqtt, MqttConnection, MqttConnectOptions, MqttQos } from "../../src/ports/mqtt-client.js";
import { findFreePort } from "../e2e/support/mosquitto.js";
import { makeCertificates, type TestCertificates } from "../support/certificates.js";
import { type MqttObserver, observeMqtt, type RecordedConnection, recordConnection } from "../support/mqtt-observer.js";
import { openTcpLink } from "../support/tcp-link.js";

export type ContractBrokerOptions = {
	readonly credentials?: { readonly username: string; readonly password: string };
	readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
};

export interface ContractBroker {
	readonly port: number;
	/** Ends it without a word to its clients. */
	kill(): Promise<void>;
}

export type MqttContractSetup = {
	/** Implementation and broker, for the report. */
	readonly name: string;
	/** The implementation with this budget of bytes and of unacknowledged QoS 1 messages. */
	createConnectMqtt(limits: { readonly maxBytesInFlight: number; readonly maxMessagesInFlight: number }): ConnectMqtt;
	startBroker(options: ContractBrokerOptions): Promise<ContractBroker>;
};

const MAX_BYTES = 16_384;
const MAX_MESSAGES = 8;
const CREDENTIALS = { username: "meter", password: "correct horse battery staple" };

const encoder = new TextEncoder();

/** Publishes the text with other bytes around it, which must not be sent. */
function publishText(
	connection: MqttConnection,
	topic: string,
	text: string,
	qos: MqttQos = 1,
	retain = false,
): boolean {
	const bytes = encoder.encode(`<<${text}>>`);
	const isTaken = connection.publish(topic, bytes, 2, bytes.length - 2, qos, retain);
	// The implementation has copied them, or sends rubbish.
	bytes.fill(0x3f);
	return isTaken;
}

/** What every {@link ConnectMqtt} does, whatever the platform and the broker. */
export function describeMqttClientContract(setup: MqttContractSetup): void {
	describe(`mqtt client contract: ${setup.name}`, () => {
		const connectMqtt = setup.createConnectMqtt({ maxBytesInFlight: MAX_BYTES, maxMessagesInFlight: MAX_MESSAGES });
		let broker: ContractBroker;
		const cleanUps: (() => unknown)[] = [];

		const open = (overrides: Partial<MqttConnectOptions> = {}): RecordedConnection => {
			const recorded = recordConnection(connectMqtt, { port: broker.port, ...overrides });
			cleanUps.push(() => recorded.connection.close(true));
			return recorded;
		};
		const openConnected = async (overrides: Partial<MqttConnectOptions> = {}): Promise<RecordedConnection> => {
			const recorded = open(overrides);
			await recorded.waitForEvent("connected");
			return recorded;
		};
		const observe = async (filter: string): Promise<MqttObserver> => {
			const observer = await observeMqtt(broker.port, filter);
			cleanUps.push(() => observer.close());
			return observer;
		};
		const startOther = async (options: ContractBrokerOptions): Promise<ContractBroker> => {
			const other = await setup.startBroker(options);
			cleanUps.push(() => other.kill());
			return other;
		};
		/** A server that takes connections and does with their bytes as it is told. */
		const listen = (onBytes: (answer: (bytes: Uint8Array) => void, end: () => void) => void): Promise<number> =>
			new Promise((resolve) => {
				const server = createServer((socket) => {
					socket.on("error", () => {});
					socket.on("data", () =>
						onBytes(
							(bytes) => socket.write(bytes),
							() => socket.end(),
						),
					);
					cleanUps.push(() => socket.destroy());
				});
				cleanUps.push(() => server.close());
				server.listen(0, "127.0.0.1", () => {
					const address = server.address();
					resolve(typeof address === "object" && address !== null ? address.port : 0);
				});
			});
		const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

		beforeAll(async () => {
			broker = await setup.startBroker({});
		});
		afterEach(async () => {
			for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
		});
		afterAll(() => broker.kill());

		describe("a session", () => {
			test("says nothing before connect has returned, then connected", async () => {
				const recorded = open();
				expect(recorded.events).toEqual([]);
				await recorded.waitForEvent("connected");
				expect(recorded.events).toEqual(["connected"]);
			});

			test.each([0, 1] as const)("publishes exactly the bytes of the range at QoS %i, in order", async (qos) => {
				const observer = await observe("range/#");
				const { connection } = await openConnected();
				for (let i = 0; i < 5; i++) expect(publishText(connection, "range/a", `{"n":${i},"å":"ä"}`, qos)).toBe(true);
				await observer.waitFor("range/a", '{"n":4,"å":"ä"}');
				expect(observer.messages.map((message) => message.payload)).toEqual(
					[0, 1, 2, 3, 4].map((n) => `{"n":${n},"å":"ä"}`),
				);
			});

			test.each([
				{ retain: true, expected: ["kept"] },
				{ retain: false, expected: [] },
			])("retain $retain decides what a later reader gets", async ({ retain, expected }) => {
				const { connection } = await openConnected();
				const witness = await observe(`retained-${retain}`);
				publishText(connection, `retained-${retain}`, "kept", 1, retain);
				await witness.waitFor(`retained-${retain}`, "kept");
				const later = await observe(`retained-${retain}`);
				await settle();
				expect(later.messages.map((message) => message.payload)).toEqual(expected);
			});

			test("passes on what arrives for a subscription", async () => {
				const { connection, messages } = await openConnected();
				connection.subscribe("to-us/#", 1);
				const observer = await observe("none");
				await expect
					.poll(async () => {
						await observer.publish("to-us/status", "online");
						return messages[0];
					})
					.toEqual({ topic: "to-us/status", payload: "online", retain: false });
			});

			test("passes on a message that is larger than any buffer", async () => {
				const { connection, messages } = await openConnected();
				connection.subscribe("large", 0);
				const observer = await observe("none");
				const payload = "x".repeat(200_000);
				await expect
					.poll(async () => {
						await observer.publish("large", payload);
						return messages[0]?.payload.length;
					})
					.toBe(200_000);
			});

			test("stays alive while nobody says anything for longer than the keep-alive time", async () => {
				const { events } = await openConnected({ keepAliveMs: 1000 });
				await new Promise((resolve) => setTimeout(resolve, 2500));
				expect(events).toEqual(["connected"]);
			});
		});

		describe("the budget", () => {
			test("publish returns false before connected, and nothing of it is sent later", async () => {
				const observer = await observe("early");
				const recorded = open();
				expect(publishText(recorded.connection, "early", "too early")).toBe(false);
				await recorded.waitForEvent("connected");
				expect(publishText(recorded.connection, "early", "in time")).toBe(true);
				await observer.waitFor("early", "in time");
				expect(observer.messages).toHaveLength(1);
			});

			test.each([0, 1] as const)("full of bytes at QoS %i: false, then onWritable once, then true", async (qos) => {
				const observer = await observe("bytes");
				const { connection, events, waitForEvent } = await openConnected();
				const text = "x".repeat(4000);
				let taken = 0;
				while (taken < 100 && publishText(connection, "bytes", text, qos)) taken++;
				// QoS 1 may count a message as written and as unacknowledged.
				expect(taken).toBeGreaterThanOrEqual(2);
				expect(taken).toBeLessThanOrEqual(4);
				expect(publishText(connection, "bytes", text, qos)).toBe(false);
				await waitForEvent("writable");
				expect(publishText(connection, "bytes", "after", qos)).toBe(true);
				await observer.waitFor("bytes", "after");
				expect(observer.messages).toHaveLength(taken + 1);
				expect(events).toEqual(["connected", "writable"]);
			});

			test("full of unacknowledged messages at QoS 1: false, then onWritable", async () => {
				const { connection, waitForEvent } = await openConnected();
				let taken = 0;
				while (taken < 100 && publishText(connection, "count", "x", 1)) taken++;
				expect(taken).toBe(MAX_MESSAGES);
				await waitForEvent("writable");
				expect(publishText(connection, "count", "x", 1)).toBe(true);
			});

			test("onWritable is not called when publish never returned false", async () => {
				const observer = await observe("calm");
				const { connection, events } = await openConnected();
				for (let i = 0; i < 3; i++) publishText(connection, "calm", `${i}`, 1);
				await observer.waitFor("calm", "2");
				await settle();
				expect(events).toEqual(["connected"]);
			});

			test("a broker that does not read: publish stays false until it reads again", async () => {
				const link = await openTcpLink(broker.port);
				cleanUps.push(() => link.close());
				const { connection, events } = await openConnected({ port: link.port });
				link.stall();
				const text = "x".repeat(8000);
				let taken = 0;
				// The kernel takes some megabytes; then our budget is the bound.
				for (let turn = 0; turn < 3000; turn++) {
					const before = taken;
					while (publishText(connection, "stalled", text, 0)) taken++;
					await new Promise((resolve) => setImmediate(resolve));
					if (taken === before && turn > 50) break;
				}
				await settle();
				events.length = 0;
				expect(publishText(connection, "stalled", text, 0)).toBe(false);
				await settle();
				expect(events).toEqual([]);
				link.resume();
				await expect.poll(() => events).toEqual(["writable"]);
				expect(publishText(connection, "stalled", text, 0)).toBe(true);
			});
		});

		describe("the end", () => {
			test("the will is published when the link breaks, and onDisconnected comes once", async () => {
				const link = await openTcpLink(broker.port);
				cleanUps.push(() => link.close());
				const observer = await observe("broken/#");
				const will = { topic: "broken/status", payload: "offline", qos: 1, retain: true } as const;
				const recorded = await openConnected({ port: link.port, will });
				link.cut();
				expect(await observer.waitFor("broken/status", "offline")).toBeDefined();
				await recorded.waitForEvent("disconnected closed");
				await settle();
				expect(recorded.events).toEqual(["connected", "disconnected closed"]);
				expect(publishText(recorded.connection, "broken/x", "late")).toBe(false);
				expect(recorded.events).toEqual(["connected", "disconnected closed"]);
			});

			test("close(): what was published arrives, no will, no callback", async () => {
				const observer = await observe("closing/#");
				const will = { topic: "closing/will", payload: "dead", qos: 1, retain: false } as const;
				const { connection, events } = await openConnected({ will });
				publishText(connection, "closing/a", "1", 1);
				publishText(connection, "closing/a", "2", 0);
				publishText(connection, "closing/status", "offline", 1, true);
				connection.close();
				connection.close();
				await observer.waitFor("closing/status", "offline");
				await settle();
				// Brokers keep the order within one QoS only.
				expect(observer.messages.map((message) => message.payload).sort()).toEqual(["1", "2", "offline"]);
				expect(events).toEqual(["connected"]);
				expect(publishText(connection, "closing/a", "3")).toBe(false);
			});

			test("close(true): the broker publishes the will, no callback", async () => {
				const observer = await observe("aborting/#");
				const will = { topic: "aborting/will", payload: "dead", qos: 0, retain: false } as const;
				const { connection, events } = await openConnected({ will });
				connection.close(true);
				await observer.waitFor("aborting/will", "dead");
				expect(events).toEqual(["connected"]);
			});

			test.each([0, 1, 3, 10])("close() %i ms after connect: no will, no callback", async (delayMs) => {
				const observer = await observe("early-close/#");
				const will = { topic: "early-close/will", payload: "dead", qos: 1, retain: false } as const;
				const recorded = open({ will });
				if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
				recorded.connection.close();
				const events = [...recorded.events];
				await settle();
				recorded.connection.close();
				expect(recorded.events).toEqual(events);
				expect(observer.messages).toEqual([]);
			});

			test("close() inside each callback is safe", async () => {
				for (const moment of ["onConnected", "onMessage", "onWritable"] as const) {
					let connection: MqttConnection | undefined;
					let calls = 0;
					const close = (): void => {
						calls++;
						connection?.close();
					};
					connection = connectMqtt({
						host: "127.0.0.1",
						port: broker.port,
						clientId: "p1-closer",
						keepAliveMs: 60_000,
						connectTimeoutMs: 5000,
						will: { topic: "closer/will", payload: "dead", qos: 0, retain: false },
						onConnected: () => {
							if (moment === "onConnected") return close();
							connection?.subscribe("closer/echo", 0);
							connection?.publish("closer/echo", encoder.encode("x"), 0, 1, 0, false);
							if (moment === "onWritable") {
								const bytes = new Uint8Array(4000);
								for (let i = 0; i < 100 && connection?.publish("closer/x", bytes, 0, 4000, 0, false); i++);
							}
						},
						onDisconnected: () => calls++,
						onMessage: moment === "onMessage" ? close : () => {},
						onWritable: moment === "onWritable" ? close : () => {},
					});
					await expect.poll(() => calls).toBe(1);
					await settle();
					expect(calls).toBe(1);
				}
			});

			test("the broker is killed: onDisconnected once", async () => {
				const other = await startOther({});
				const { events } = await openConnected({ port: other.port });
				await other.kill();
				await expect.poll(() => events).toEqual(["connected", "disconnected closed"]);
				await settle();
				expect(events).toEqual(["connected", "disconnected closed"]);
			});

			test("a broker that no longer answers pings: timeout", { timeout: 10_000 }, async () => {
				let isAccepted = false;
				const port = await listen((answer) => {
					if (!isAccepted) answer(Uint8Array.of(0x20, 2, 0, 0));
					isAccepted = true;
				});
				const recorded = await openConnected({ port, keepAliveMs: 1000 });
				await recorded.waitForEvent("disconnected timeout");
				expect(recorded.events).toEqual(["connected", "disconnected timeout"]);
			});
		});

		describe("failures", () => {
			const expectEnd = async (recorded: RecordedConnection, reason: string, detail: RegExp): Promise<void> => {
				await recorded.waitForEvent(`disconnected ${reason}`);
				await settle();
				expect(recorded.events).toEqual([`disconnected ${reason}`]);
				expect(recorded.end?.detail).toMatch(detail);
				expect(recorded.end?.detail).not.toContain(CREDENTIALS.password);
				expect(publishText(recorded.connection, "t", "x")).toBe(false);
				recorded.connection.close();
			};

			test("nothing listens: unreachable", async () => {
				await expectEnd(open({ port: await findFreePort() }), "unreachable", /127\.0\.0\.1/);
			});

			test("a port that cannot be: unreachable", async () => {
				await expectEnd(open({ port: 65_536 }), "unreachable", /65535/);
			});

			test("a name that does not exist: unreachable", async () => {
				await expectEnd(open({ host: "no-such-broker.invalid" }), "unreachable", /no-such-broker\.invalid/);
			});

			test("accepts the connection and says nothing: timeout", async () => {
				const port = await listen(() => {});
				await expectEnd(open({ port, connectTimeoutMs: 100 }), "timeout", /100 ms/);
			});

			test("closes before CONNACK: refused", async () => {
				const port = await listen((_answer, end) => end());
				await expectEnd(open({ port }), "refused", /broker/);
			});

			test("answers with something that is not MQTT: refused", async () => {
				const port = await listen((answer) => answer(encoder.encode("HTTP/1.1 400 Bad Request\r\n\r\n")));
				await expectEnd(open({ port, connectTimeoutMs: 2000 }), "refused", /broker/);
			});

			test.each([
				{ code: 1, reason: "refused" },
				{ code: 2, reason: "refused" },
				{ code: 3, reason: "refused" },
				{ code: 4, reason: "not-authorized" },
				{ code: 5, reason: "not-authorized" },
				{ code: 77, reason: "refused" },
			])("CONNACK with return code $code: $reason", async ({ code, reason }) => {
				const port = await listen((answer) => answer(Uint8Array.of(0x20, 2, 0, code)));
				await expectEnd(open({ port }), reason, /broker/);
			});

			test("right username and password: connected; wrong or missing: not-authorized", async () => {
				const { port } = await startOther({ credentials: CREDENTIALS });
				await openConnected({ port, ...CREDENTIALS });
				await expectEnd(open({ port, ...CREDENTIALS, password: "wrong" }), "not-authorized", /password/);
				await expectEnd(open({ port, ...CREDENTIALS, username: "other" }), "not-authorized", /password/);
				await expectEnd(open({ port }), "not-authorized", /password/);
			});
		});

		describe("TLS", () => {
			let certificates: TestCertificates;
			let other: TestCertificates;
			let secure: ContractBroker;
			beforeAll(async () => {
				certificates = makeCertificates();
				other = makeCertificates();
				secure = await setup.startBroker({ tls: certificates, credentials: CREDENTIALS });
			});
			afterAll(() => secure.kill());

			test.each([
				{ name: "own authority, address", host: "127.0.0.1", verify: true, hasAuthority: true },
				{ name: "own authority, name", host: "localhost", verify: true, hasAuthority: true },
				{ name: "not verified", host: "127.0.0.1", verify: false, hasAuthority: false },
			])("$name: connected, and messages arrive", async ({ host, verify, hasAuthority }) => {
				const tls = { verify, ...(hasAuthority ? { certificateAuthorityPem: certificates.authorityPem } : {}) };
				const { connection, messages, events, waitForEvent } = await openConnected({
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
				const before = events.length;
				for (let i = 0; i < 100 && publishText(connection, "secure", "y".repeat(3000), 0); i++);
				await waitForEvent("writable");
				expect(events.slice(before)).toContain("writable");
			});

			test.each([
				{ name: "another authority", authority: () => other.authorityPem },
				{ name: "only the platform's authorities", authority: () => undefined },
				{ name: "an authority that is no PEM", authority: () => "not a certificate" },
			])("$name: tls, and the password stays here", async ({ authority }) => {
				const pem = authority();
				const tls = { verify: true, ...(pem === undefined ? {} : { certificateAuthorityPem: pem }) };
				const recorded = open({ port: secure.port, ...CREDENTIALS, tls });
				await recorded.waitForEvent("disconnected tls");
				await settle();
				expect(recorded.events).toEqual(["disconnected tls"]);
				expect(recorded.end?.detail).toMatch(/certificate/);
			});

			test("TLS to a broker without it: tls", async () => {
				const recorded = open({ tls: { verify: false }, connectTimeoutMs: 3000 });
				await recorded.waitForEvent("disconnected tls");
				expect(recorded.events).toEqual(["disconnected tls"]);
			});

			test("no TLS to a broker with it: refused", async () => {
				const recorded = open({ port: secure.port, ...CREDENTIALS });
				await recorded.waitForEvent("disconnected refused");
				expect(recorded.end?.detail).toMatch(/TLS/);
			});
		});
	});
}
