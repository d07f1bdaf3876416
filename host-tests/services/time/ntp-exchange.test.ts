import { describe, expect, test } from "vitest";
import { NtpExchange } from "../../../src/services/time/ntp-exchange.js";
import { seededRandom } from "../../support/fake-clock.js";

/** Seconds of NTP's round at some instants; the first three stand in RFC 5905, figure 4. */
const STAMPS = [
	["1972-01-01T00:00:00.000Z", 2_272_060_800],
	["1999-12-31T00:00:00.000Z", 3_155_587_200],
	["2036-02-08T00:00:00.000Z", 63_104],
	["2036-02-07T06:28:15.000Z", 0xffff_ffff],
	["2036-02-07T06:28:17.000Z", 1],
	["2038-01-19T03:14:08.000Z", 61_505_152],
] as const;

function ask(): { readonly exchange: NtpExchange; readonly cookie: Uint8Array } {
	const exchange = new NtpExchange(seededRandom(3));
	const packet = new Uint8Array(48);
	exchange.mark(packet);
	return { exchange, cookie: packet.slice(40) };
}

/** A server's answer (RFC 4330 §4). */
function answerTo(cookie: Uint8Array, seconds: number, fraction = 0): Uint8Array {
	const packet = new Uint8Array(48);
	packet[0] = (4 << 3) | 4;
	packet[1] = 2;
	packet.set(cookie, 24);
	new DataView(packet.buffer).setUint32(40, seconds);
	new DataView(packet.buffer).setUint32(44, fraction);
	return packet;
}

function changed(answer: Uint8Array, at: number, byte: number): Uint8Array {
	answer[at] = byte;
	return answer;
}

describe("ntpExchange", () => {
	test.each(STAMPS)("reads %s", (text, seconds) => {
		const { exchange, cookie } = ask();
		expect(exchange.utcMs).toBeUndefined();
		expect(exchange.accept(answerTo(cookie, seconds))).toBe(true);
		expect(new Date(exchange.utcMs ?? Number.NaN).toISOString()).toBe(text);
	});

	test("reads the fraction of a second", () => {
		const { exchange, cookie } = ask();
		exchange.accept(answerTo(cookie, STAMPS[1][1], 0x8000_0000));
		expect(exchange.utcMs).toBe(Date.UTC(1999, 11, 31, 0, 0, 0, 500));
	});

	test("marks each question by chance", () => {
		const random = seededRandom(1);
		const cookies = [new NtpExchange(random), new NtpExchange(random)].map((exchange) => {
			const packet = new Uint8Array(48);
			exchange.mark(packet);
			return packet.slice(40).join();
		});
		expect(cookies[0]).not.toBe(cookies[1]);
	});

	test.each<[string, (answer: Uint8Array) => Uint8Array]>([
		["is cut off", (answer) => answer.subarray(0, 47)],
		["is empty", () => new Uint8Array(0)],
		["is a client's question", (answer) => changed(answer, 0, (4 << 3) | 3)],
		["is a broadcast", (answer) => changed(answer, 0, (4 << 3) | 5)],
		["comes from a server whose clock is not set", (answer) => changed(answer, 0, (3 << 6) | (4 << 3) | 4)],
		["asks to be left alone (kiss of death)", (answer) => changed(answer, 1, 0)],
		["comes from a stratum that is none", (answer) => changed(answer, 1, 16)],
		["answers another question", (answer) => changed(answer, 31, (answer[31] as number) ^ 1)],
		["has no time", (answer) => answer.fill(0, 40, 44)],
	])("takes nothing that %s", (_name, damage) => {
		const { exchange, cookie } = ask();
		expect(exchange.accept(damage(answerTo(cookie, STAMPS[1][1])))).toBe(false);
		expect(exchange.utcMs).toBeUndefined();
	});

	test("does not take an echo of the question", () => {
		const exchange = new NtpExchange(() => 0);
		const packet = new Uint8Array(48);
		packet[0] = (4 << 3) | 3;
		exchange.mark(packet);
		expect(exchange.accept(packet)).toBe(false);
	});
});
