import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIRST_MS } from "../../../src/services/improv/improv.js";
import { PacketParser, PacketWriter } from "../../../src/services/improv/packets.js";
import { commandOf, ImprovBench, packetOf, packetsIn, settingsOf, textsIn } from "../../support/improv-bench.js";
import { HOME_ADDRESS, TRY_MS } from "../../support/setup-bench.js";

// Numbers and forms: https://www.improv-wifi.com/serial/
const NO_ERROR = [2, 0];
const MALFORMED = [2, 1];
const UNKNOWN = [2, 2];
const UNABLE = [2, 3];
const OTHER = [2, 0xff];
const READY = [1, 2];
const PROVISIONING = [1, 3];
const PROVISIONED = [1, 4];
const HOME = { ssid: "home", password: "correct horse" };
const URL_RESULT = (command: number, url: string) => [4, command, url.length + 1, url.length, ...Buffer.from(url)];
const HOME_URL = `http://${HOME_ADDRESS}/`;

describe("packets", () => {
	test("the specification's example of Wi-Fi settings", () => {
		const data = [0x01, 0x1e, 0x0c, ...Buffer.from("MyWirelessAP"), 0x10, ...Buffer.from("mysecurepassword")];
		expect(settingsOf("MyWirelessAP", "mysecurepassword")).toEqual(packetOf(3, data));
	});

	test("are on lines of their own", () => {
		const writer = new PacketWriter(600);
		writer.value(1, 2);
		// 49 4d 50 52 4f 56 + 01 + 01 + 01 + 02 = 0x1e2
		expect([...writer.bytes.subarray(0, writer.length)]).toEqual([10, ...Buffer.from("IMPROV"), 1, 1, 1, 2, 0xe2, 10]);
	});

	test("texts that do not fit are left out, the rest is whole", () => {
		const writer = new PacketWriter(600);
		writer.result(4, [new Uint8Array(200).fill(97), new Uint8Array(60).fill(98), new Uint8Array(1)]);
		const [packet = []] = packetsIn([...writer.bytes.subarray(0, writer.length)]);
		expect(textsIn(packet)).toEqual(["a".repeat(200)]);
	});

	test("one without room is not begun", () => {
		const writer = new PacketWriter(270);
		writer.value(1, 2);
		const { length } = writer;
		writer.value(1, 3);
		writer.result(1, []);
		expect(writer.length).toBe(length);
	});

	test("are found whatever stands around them, in pieces of any size", () => {
		const noise = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 });
		const beginnings = fc.constantFrom("I", "IM", "IMPRO", "IIMPROI", "IMPROVE", "log line\n", "IMPROV\u0002");
		fc.assert(
			fc.property(
				noise,
				beginnings,
				fc.uint8Array({ maxLength: 255 }),
				fc.integer({ min: 1, max: 300 }),
				(rows, start, data, size) => {
					const found: number[][] = [];
					const parser = new PacketParser({
						onPacket: (type, bytes, offset, end) => found.push([type, ...bytes.subarray(offset, end)]),
						onDamaged: () => {},
					});
					// Noise that holds a header of its own would swallow what follows.
					const around = rows.flatMap((row) => [...row].filter((byte) => byte !== 0x49));
					const bytes = Uint8Array.from([
						...around,
						...Buffer.from(start, "latin1"),
						...packetOf(3, [...data]),
						...around,
					]);
					for (let at = 0; at < bytes.length; at += size) {
						const piece = bytes.subarray(at, at + size);
						parser.push(piece, piece.length);
					}
					expect(found).toEqual([[3, ...data]]);
				},
			),
		);
	});
});

describe("the state", () => {
	test("without Wi-Fi settings: ready", () => {
		expect(new ImprovBench().ask(commandOf(2))).toEqual([NO_ERROR, READY]);
	});

	test("in a network: provisioned, and where to go", () => {
		const bench = new ImprovBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
		expect(bench.ask(commandOf(2))).toEqual([NO_ERROR, PROVISIONED, URL_RESULT(2, HOME_URL)]);
	});

	test("in no network, where it may not be changed: provisioned all the same", () => {
		const bench = new ImprovBench({ credentials: HOME });
		bench.mayChange = false;
		expect(bench.ask(commandOf(2))).toEqual([NO_ERROR, PROVISIONED, [4, 2, 0]]);
	});
});

test("the device: firmware, version, chip, name", () => {
	const [error, result = []] = new ImprovBench().ask(commandOf(3));
	expect([error, result.slice(0, 2)]).toEqual([NO_ERROR, [4, 3]]);
	expect(textsIn(result)).toEqual(["p1-dongle", "1.2.3", "ESP32-C3", "Källaren"]);
});

describe("the networks", () => {
	test("one result each, then an empty one", () => {
		const bench = new ImprovBench();
		bench.setup.air.add({ ssid: "home", rssiDbm: -60 });
		bench.setup.air.add({ ssid: "Café", rssiDbm: -48, password: "" });
		const [error, ...results] = bench.ask(commandOf(4), 5000);
		expect(error).toEqual(NO_ERROR);
		expect(results.map(textsIn)).toEqual([["Café", "-48", "NO"], ["home", "-60", "YES"], []]);
	});

	test("all of them, on a slow line too", () => {
		const bench = new ImprovBench();
		for (let i = 0; i < 40; i++) bench.setup.air.add({ ssid: `${i}`.padEnd(32, "x"), rssiDbm: -40 - i });
		bench.console.roomBytes = 60;
		const results = bench.ask(commandOf(4), 20_000).slice(1);
		expect(results).toHaveLength(25);
		expect(textsIn(results[23] ?? [])[1]).toBe("-63");
		expect(results[24]).toEqual([4, 4, 0]);
	});
});

describe("Wi-Fi settings", () => {
	test("that work are saved, and the setup is finished", () => {
		const bench = new ImprovBench();
		expect(bench.ask(settingsOf("home", "correct horse"))).toEqual([NO_ERROR, PROVISIONING]);
		expect(bench.ask(commandOf(2))).toEqual([NO_ERROR, PROVISIONING]);
		expect(bench.ask([], TRY_MS)).toEqual([PROVISIONED, URL_RESULT(1, HOME_URL)]);
		expect([bench.setup.credentials, bench.setup.portal.state]).toEqual([HOME, "showing-result"]);
		expect(bench.setup.station.calls).toEqual(["try home correct horse", "keep"]);
	});

	test("of a network without a password", () => {
		const bench = new ImprovBench();
		bench.ask(settingsOf("open", ""), TRY_MS + 200);
		expect(bench.setup.credentials).toEqual({ ssid: "open", password: "" });
	});

	test("that do not work are not", () => {
		const bench = new ImprovBench({ credentials: HOME });
		bench.setup.station.result = { kind: "failed", reason: "wrong-password" };
		bench.ask(settingsOf("other", "battery staple"));
		expect(bench.ask([], TRY_MS)).toEqual([UNABLE, READY]);
		expect(bench.setup.credentials).toEqual(HOME);
	});

	test("that cannot be stored are left again", () => {
		const bench = new ImprovBench();
		bench.storeProblem = "flash is full";
		bench.ask(settingsOf("home", "correct horse"));
		expect(bench.ask([], TRY_MS)).toEqual([OTHER, READY]);
		expect([bench.setup.credentials, bench.setup.station.calls.at(-1)]).toEqual([undefined, "goBack"]);
	});

	test("while a test is under way: unable", () => {
		const bench = new ImprovBench();
		bench.setup.test.start(HOME);
		expect(bench.ask(settingsOf("other", "battery staple"))).toEqual([NO_ERROR, UNABLE]);
	});

	test("where they may not be changed: refused, and nothing is tried", () => {
		const bench = new ImprovBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
		bench.mayChange = false;
		expect(bench.ask(settingsOf("other", "battery staple"))).toEqual([OTHER]);
		expect(bench.setup.station.calls).toEqual([]);
	});

	test.each([
		["no data", []],
		["a name alone", [4, ...Buffer.from("home")]],
		["a name that is too long for what is there", [40, ...Buffer.from("home"), 0]],
		["a password that is", [4, ...Buffer.from("home"), 30, 1, 2]],
		["something behind", [4, ...Buffer.from("home"), 0, 0]],
		["no name", [0, 0]],
		["a name of 33 bytes", [33, ...Buffer.alloc(33, 97), 0]],
		["a password of 7", [1, 97, 7, ...Buffer.alloc(7, 97)]],
		["a password of 64", [1, 97, 64, ...Buffer.alloc(64, 97)]],
		["a name that is no UTF-8", [2, 0xc3, 0x28, 0]],
	])("with %s: malformed", (_what, data) => {
		const bench = new ImprovBench();
		expect(bench.ask(commandOf(1, data))).toEqual([MALFORMED]);
		expect(bench.setup.station.calls).toEqual([]);
	});
});

describe("what is no command", () => {
	test.each([
		["an unknown one", commandOf(9), [UNKNOWN]],
		["a wrong length", packetOf(3, [2, 1]), [MALFORMED]],
		["no length", packetOf(3, [2]), [MALFORMED]],
		["nothing", packetOf(3, []), [MALFORMED]],
		["a wrong checksum", [...commandOf(2).slice(0, -1), 0], [MALFORMED]],
		["a state", packetOf(1, [2]), []],
		["another version", commandOf(2).map((byte, i) => (i === 6 ? 2 : byte)), []],
		["a log", [...Buffer.from("I (123) wifi: IMPROVED\r\n")], []],
	])("%s", (_what, bytes, expected) => {
		const bench = new ImprovBench();
		expect(bench.ask(bytes)).toEqual(expected);
		expect(bench.ask(commandOf(2))).toEqual([NO_ERROR, READY]);
	});

	test("whatever comes: it goes on, answers in whole packets, and tries nothing but what was asked", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
				const bench = new ImprovBench();
				for (const piece of pieces) {
					bench.ask([...piece]);
					bench.ask(packetOf(3, [...piece.subarray(0, 255)]));
				}
				// The end of whatever has begun.
				bench.ask(new Array<number>(300).fill(0));
				bench.setup.clock.advance(100_000);
				expect(bench.ask(commandOf(3)).at(-1)?.slice(0, 2)).toEqual([4, 3]);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("the line", () => {
	test("is looked at for the first minutes, and while the setup network is open", () => {
		const bench = new ImprovBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
		bench.setup.clock.advance(FIRST_MS + 10_000);
		const { reads } = bench.console;
		expect(reads).toBeGreaterThan(2000);
		bench.setup.clock.advance(3_600_000);
		expect(bench.console.reads).toBe(reads);
		bench.setup.portal.open();
		bench.setup.clock.advance(6000);
		expect(bench.ask(commandOf(2))).toHaveLength(3);
		bench.setup.clock.advance(700_000);
		const after = bench.console.reads;
		bench.setup.clock.advance(3_600_000);
		expect(bench.console.reads).toBe(after);
	});

	test("nobody listens: nothing grows, and who comes later is answered", () => {
		const bench = new ImprovBench();
		bench.console.roomBytes = 0;
		for (let i = 0; i < 100; i++) expect(bench.ask(commandOf(3))).toEqual([]);
		bench.console.roomBytes = 4096;
		expect(bench.ask(commandOf(2)).slice(-2)).toEqual([NO_ERROR, READY]);
	});

	test("full of noise: a bounded part of it at a time", () => {
		const bench = new ImprovBench();
		bench.console.incoming.push(...new Array<number>(10_000).fill(0x49));
		bench.setup.clock.advance(100);
		expect(bench.console.incoming.length).toBe(10_000 - 512);
	});

	test("closed, no timer runs", () => {
		const bench = new ImprovBench();
		bench.improv.close();
		bench.setup.portal.close();
		expect([bench.console.isClosed, bench.setup.clock.timerCount]).toEqual([true, 0]);
	});
});
