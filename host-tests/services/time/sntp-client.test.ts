import { describe, expect, test } from "vitest";
import type { UdpSocketOptions } from "../../../src/ports/udp.js";
import { ANSWER_MS, createAskTimeServer } from "../../../src/services/time/sntp-client.js";
import { FakeClock, seededRandom } from "../../support/fake-clock.js";

const ADDRESS = "192.0.2.7";
/** 1999-12-31T00:00:00Z in NTP's seconds (RFC 5905, figure 4). */
const SECONDS = 3_155_587_200;

/** A client in a network with one name and one socket, which a test moves. */
function bench() {
	const clock = new FakeClock();
	const sent: { readonly packet: Uint8Array; readonly to: string }[] = [];
	const answers: (number | undefined)[] = [];
	let socket: UdpSocketOptions | undefined;
	let isSocketOpen = false;
	let onResolved: (address: string | undefined) => void = () => {};
	const ask = createAskTimeServer({
		openSocket(options) {
			socket = options;
			isSocketOpen = true;
			return {
				send: (bytes, offset, end, address, port) =>
					void sent.push({ packet: bytes.slice(offset, end), to: `${address}:${port}` }),
				close() {
					isSocketOpen = false;
				},
			};
		},
		resolve(name, onName) {
			expect(name).toBe("time.example");
			onResolved = onName;
		},
		timers: clock,
		random: seededRandom(5),
	});
	const query = ask("time.example", (utcMs) => answers.push(utcMs));
	return {
		clock,
		sent,
		answers,
		query,
		resolve: (address: string | undefined) => onResolved(address),
		listen: () => socket?.onListening?.(50_000),
		fail: () => socket?.onError("failed", "no room"),
		receive: (bytes: Uint8Array, from = ADDRESS) => socket?.onDatagram(bytes, bytes.length, from, 123),
		isSocketOpen: () => isSocketOpen,
	};
}

function answerTo(packet: Uint8Array): Uint8Array {
	const answer = new Uint8Array(48);
	answer[0] = (4 << 3) | 4;
	answer[1] = 2;
	answer.set(packet.subarray(40), 24);
	new DataView(answer.buffer).setUint32(40, SECONDS);
	return answer;
}

function asked() {
	const made = bench();
	made.resolve(ADDRESS);
	made.listen();
	return made;
}

describe("SNTP client", () => {
	test("asks the server's port 123 as a client of version 4, and tells the answer once", () => {
		const { sent, answers, receive, clock, isSocketOpen } = asked();
		expect(sent).toHaveLength(1);
		expect(sent[0]?.to).toBe("192.0.2.7:123");
		expect(sent[0]?.packet).toHaveLength(48);
		expect(sent[0]?.packet[0]).toBe(0x23);
		const answer = answerTo(sent[0]?.packet ?? new Uint8Array(48));
		receive(answer);
		receive(answer);
		expect(answers).toEqual([Date.UTC(1999, 11, 31)]);
		expect(isSocketOpen()).toBe(false);
		expect(clock.timerCount).toBe(0);
	});

	test("an answer from elsewhere, a short one and one to another question are left alone", () => {
		const { sent, answers, receive } = asked();
		const answer = answerTo(sent[0]?.packet ?? new Uint8Array(48));
		receive(answer, "192.0.2.8");
		receive(answer.subarray(0, 47));
		receive(answerTo(new Uint8Array(48)));
		expect(answers).toEqual([]);
		receive(answer);
		expect(answers).toHaveLength(1);
	});

	test.each([
		["there is no answer", ({ clock }: ReturnType<typeof bench>) => clock.advance(ANSWER_MS)],
		["the socket fails", ({ fail }: ReturnType<typeof bench>) => fail()],
	])("undefined when %s", (_what, happen) => {
		const made = asked();
		happen(made);
		expect(made.answers).toEqual([undefined]);
		expect(made.isSocketOpen()).toBe(false);
		expect(made.clock.timerCount).toBe(0);
	});

	test("undefined when nobody knows the name", () => {
		const { resolve, answers, clock } = bench();
		resolve(undefined);
		expect(answers).toEqual([undefined]);
		expect(clock.timerCount).toBe(0);
	});

	test("a query that is cancelled tells nothing, whatever comes later", () => {
		const { query, resolve, answers, sent, clock } = bench();
		query.cancel();
		resolve(ADDRESS);
		clock.advance(ANSWER_MS);
		expect(sent).toEqual([]);
		expect(answers).toEqual([]);
	});
});
