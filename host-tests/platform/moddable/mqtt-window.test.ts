import { describe, expect, test } from "vitest";
import { MqttWindow } from "../../../src/platform/moddable/mqtt-window.js";

const PLENTY = 10_000;

describe("MqttWindow", () => {
	test.each([
		["a message that fills it", 100, 0, 100, true],
		["one byte more", 101, 0, 200, false],
		["more than the network takes", 100, 0, 99, false],
	] as const)("%s", (_, sizeBytes, qos, freeBytes, expected) => {
		expect(new MqttWindow({ maxBytes: 100, maxMessages: 2 }).fits(sizeBytes, qos, freeBytes)).toBe(expected);
	});

	test("QoS 0 counts until the queue is empty, QoS 1 until it is acknowledged", () => {
		const window = new MqttWindow({ maxBytes: 100, maxMessages: 9 });
		window.count(1, 40, 0);
		window.count(2, 40, 1);
		expect([window.fits(20, 0, PLENTY), window.fits(21, 0, PLENTY)]).toEqual([true, false]);
		window.drain();
		expect([window.fits(60, 0, PLENTY), window.fits(61, 0, PLENTY)]).toEqual([true, false]);
		expect([window.acknowledge(7), window.acknowledge(undefined), window.acknowledge(1)]).toEqual([
			false,
			false,
			false,
		]);
		expect([window.acknowledge(2), window.acknowledge(2)]).toEqual([true, false]);
		expect(window.fits(100, 0, PLENTY)).toBe(true);
	});

	test("no more QoS 1 messages than allowed, acknowledged in any order; QoS 0 is not among them", () => {
		const window = new MqttWindow({ maxBytes: 100, maxMessages: 2 });
		window.count(1, 1, 1);
		window.count(2, 1, 1);
		expect([window.fits(1, 1, PLENTY), window.fits(1, 0, PLENTY)]).toEqual([false, true]);
		window.acknowledge(2);
		expect(window.fits(1, 1, PLENTY)).toBe(true);
	});

	test("who found no room is told once, when there is some", () => {
		const window = new MqttWindow({ maxBytes: 100, maxMessages: 2 });
		expect(window.takeWanted(PLENTY)).toBe(false);
		window.count(1, 80, 0);
		window.want(50, 0);
		expect(window.takeWanted(PLENTY)).toBe(false);
		window.drain();
		expect([window.takeWanted(49), window.takeWanted(50), window.takeWanted(PLENTY)]).toEqual([false, true, false]);
	});
});
