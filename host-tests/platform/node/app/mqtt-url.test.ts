import { describe, expect, test } from "vitest";
import { parseMqttUrl } from "../../../../src/platform/node/app/mqtt-url.js";

describe("MQTT URL", () => {
	test.each([
		{ url: "mqtt://broker", place: { host: "broker", port: 1883, isSecure: false } },
		{ url: "mqtts://broker.lan/", place: { host: "broker.lan", port: 8883, isSecure: true } },
		{ url: "mqtt://192.168.1.5:1884", place: { host: "192.168.1.5", port: 1884, isSecure: false } },
		{ url: "mqtt://[fe80::1]:1884", place: { host: "fe80::1", port: 1884, isSecure: false } },
		{ url: "mqtt://me@broker", place: { host: "broker", port: 1883, isSecure: false, username: "me" } },
		{
			url: "mqtts://me:p%40ss%2Fw%3Ard@broker:9000",
			place: { host: "broker", port: 9000, isSecure: true, username: "me", password: "p@ss/w:rd" },
		},
		{
			url: "mqtt://me:a@b@broker",
			place: { host: "broker", port: 1883, isSecure: false, username: "me", password: "a@b" },
		},
	])("$url", ({ url, place }) => {
		expect(parseMqttUrl(url)).toEqual(place);
	});

	test.each([
		"broker",
		"broker:1883",
		"http://broker",
		"tcp://broker",
		"mqtt://",
		"mqtt:broker",
		"mqtt://broker:70000",
		"mqtt://broker:0",
		"mqtt://broker:x",
		"mqtt://broker/topic",
		"mqtt://broker?x=1",
		"mqtt://broker#x",
		"mqtt://:secret@broker",
		"mqtt://me:%zz@broker",
		"",
	])("%j is none", (url) => {
		expect(parseMqttUrl(url)).toBeUndefined();
	});
});
