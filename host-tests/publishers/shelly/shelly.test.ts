import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { ShellyRpc } from "../../../src/publishers/shelly/rpc.js";
import { SHELLY_UDP_PORTS, ShellyUdp } from "../../../src/publishers/shelly/udp.js";
import { VERSION } from "../../../src/version.js";
import { FakeClock } from "../../support/fake-clock.js";
import { bytesOf, latin1 } from "../../support/fake-tcp.js";
import { FakeMeter } from "../../support/modbus-bench.js";
import { Battery, ShellyBench } from "../../support/shelly-bench.js";
import { corpusTelegram } from "../../support/telegram.js";
import { waitUntil } from "../../support/wait-until.js";

/** All names of EM.GetStatus, in the API's order (shelly-api-docs.shelly.cloud, gen2 1.0, EM; openWB's fixture of a real one). */
const EM_NAMES = [
	"id",
	...["a", "b", "c"].flatMap((phase) =>
		["current", "voltage", "act_power", "aprt_power", "pf", "freq"].map((name) => `${phase}_${name}`),
	),
	"n_current",
	"total_current",
	"total_act_power",
	"total_aprt_power",
	"user_calibrated_phase",
];
const REGISTERS = ["1-0:1.8.0(001581.123*kWh)", "1-0:2.8.0(000017.004*kWh)"];
const GET_STATUS = JSON.stringify({ id: 17, src: "battery", method: "EM.GetStatus", params: { id: 0 } });

describe("Shelly Pro 3EM", () => {
	let bench: ShellyBench;
	beforeEach(async () => {
		bench = new ShellyBench();
		await waitUntil(() => bench.isListening);
	});
	afterEach(() => {
		bench.close();
		expect(bench.faults).toEqual([]);
	});

	describe("EM.GetStatus", () => {
		test("has every name of the API, and the meter's values with their signs", async () => {
			bench.meter.receive([
				"1-0:1.7.0(0000.000*kW)",
				"1-0:2.7.0(0001.250*kW)",
				"1-0:21.7.0(0000.000*kW)",
				"1-0:22.7.0(0002.000*kW)",
				"1-0:41.7.0(0000.500*kW)",
				"1-0:42.7.0(0000.000*kW)",
				"1-0:61.7.0(0000.250*kW)",
				"1-0:62.7.0(0000.000*kW)",
				"1-0:32.7.0(231.4*V)",
				"1-0:52.7.0(230.0*V)",
				"1-0:72.7.0(229.9*V)",
				"1-0:31.7.0(008.7*A)",
				"1-0:51.7.0(002.2*A)",
				"1-0:71.7.0(001.1*A)",
				"1-0:14.7.0(50.01*Hz)",
				"1-0:33.7.0(0.997)",
				"1-0:9.7.0(0000.000*kVA)",
				"1-0:10.7.0(0001.300*kVA)",
				"1-0:29.7.0(0000.000*kVA)",
				"1-0:30.7.0(0002.010*kVA)",
				"1-0:91.7.0(006.1*A)",
			]);
			const { status, body } = await bench.ask("/rpc/EM.GetStatus?id=0");
			expect(status).toBe(200);
			expect(Object.keys(body)).toEqual(EM_NAMES);
			expect(body).toEqual({
				id: 0,
				a_current: 8.7,
				a_voltage: 231.4,
				a_act_power: -2000,
				a_aprt_power: 2010,
				a_pf: 0.997,
				a_freq: 50.01,
				b_current: 2.2,
				b_voltage: 230,
				b_act_power: 500,
				b_aprt_power: null,
				b_pf: null,
				b_freq: 50.01,
				c_current: 1.1,
				c_voltage: 229.9,
				c_act_power: 250,
				c_aprt_power: null,
				c_pf: null,
				c_freq: 50.01,
				n_current: 6.1,
				total_current: 12,
				total_act_power: -1250,
				total_aprt_power: 1300,
				user_calibrated_phase: [],
			});
		});

		test("every number has a decimal point, zero too: batteries want one", async () => {
			bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
			const { text } = await bench.ask("/rpc/EM.GetStatus?id=0");
			const numbers = [...text.matchAll(/"\w+_(?:current|voltage|power|pf|freq)":(-?[\d.]+)/g)].map(
				([, number]) => number,
			);
			expect(numbers.length).toBeGreaterThanOrEqual(11);
			for (const number of numbers) expect(number).toMatch(/^-?\d+\.\d+$/);
			// Some batteries want at least so many characters (AstraMeter issue 200).
			expect(text.length).toBeGreaterThan(250);
		});

		test("a house with one phase: nothing on the others", async () => {
			bench.meter.receive(corpusTelegram("nl-v5/ene-xs210-a.txt"));
			const { body } = await bench.ask("/rpc/EM.GetStatus?id=0");
			expect(body).toMatchObject({ b_current: 0, b_voltage: 0, b_act_power: 0, b_aprt_power: 0, b_pf: null });
			expect(body).toMatchObject({ c_current: 0, c_voltage: 0, c_act_power: 0 });
			expect(body.total_current).toBe(body.a_current);
			expect(body.total_act_power).toBe(body.a_act_power);
		});

		test("currents that the meter does not send: refused over HTTP, null over UDP", async () => {
			bench.meter.receive(corpusTelegram("nl-v2/iskra-mt382-a.txt"));
			expect(await bench.ask("/rpc/EM.GetStatus?id=0")).toMatchObject({ status: 503, body: { code: -114 } });
			const battery = new Battery();
			await battery.send(bench.udpPorts[0] ?? 0, GET_STATUS);
			await waitUntil(() => battery.received.length === 1);
			battery.close();
			const { result } = JSON.parse(battery.received[0] ?? "") as { result: Record<string, unknown> };
			expect(Object.keys(result)).toEqual(EM_NAMES);
			expect(result).toMatchObject({ a_current: null, a_act_power: null, total_current: null });
			expect(result.total_act_power).toBeTypeOf("number");
		});

		test("no total power: no status", async () => {
			bench.meter.receive(["1-0:31.7.0(008.7*A)"]);
			expect(await bench.ask("/rpc/EM.GetStatus?id=0")).toMatchObject({ status: 503, body: { code: -114 } });
		});
	});

	test("EMData.GetStatus: the registers in Wh, none for a phase", async () => {
		bench.meter.receive(REGISTERS);
		expect(await bench.ask("/rpc/EMData.GetStatus?id=0")).toMatchObject({
			status: 200,
			text: '{"id":0,"total_act":1581123.0,"total_act_ret":17004.0}',
		});
		bench.meter.receive(corpusTelegram("nl-v5/iskra-m550e-a.txt"));
		expect((await bench.ask("/rpc/EMData.GetStatus")).status).toBe(200);
		bench.meter.receive(["1-0:1.8.0(001581.123*kWh)"]);
		expect(await bench.ask("/rpc/EMData.GetStatus?id=0")).toMatchObject({ status: 503, body: { code: -114 } });
	});

	test.each(["/shelly", "/rpc/Shelly.GetDeviceInfo"])("%s: who it is, with or without a reading", async (path) => {
		expect(await bench.ask(path)).toMatchObject({
			status: 200,
			body: {
				name: "Källaren",
				id: "shellypro3em-3c39e7aabbcc",
				mac: "3C39E7AABBCC",
				slot: 1,
				model: "SPEM-003CEBEU",
				gen: 2,
				fw_id: `p1-dongle/${VERSION}`,
				ver: "1.4.4",
				app: "Pro3EM",
				auth_en: false,
				auth_domain: null,
				profile: "triphase",
			},
		});
	});

	describe.each(["EM.GetStatus", "EMData.GetStatus"])("%s", (method) => {
		test("by GET, by POST with parameters, by POST of a frame: the same result", async () => {
			bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
			const { body } = await bench.ask(`/rpc/${method}?id=0`);
			// As evcc asks: the frame as parameters (meter/shelly/gen2.go).
			const posted = await bench.ask(`/rpc/${method}`, JSON.stringify({ id: 0, src: "evcc", method }));
			expect(posted).toMatchObject({ status: 200, body });
			expect(await bench.ask(`/rpc/${method}`, "")).toMatchObject({ status: 200, body });
			const framed = await bench.ask("/rpc", JSON.stringify({ id: "x", src: "me", method, params: { id: 0 } }));
			expect(framed).toMatchObject({
				status: 200,
				body: { id: "x", src: "shellypro3em-3c39e7aabbcc", dst: "me", result: body },
			});
		});

		test("before the first telegram and when the reading is stale: a failure that says to come again", async () => {
			const silent = { status: 503, body: { code: -114, message: "The meter is silent" } };
			expect(await bench.ask(`/rpc/${method}?id=0`)).toMatchObject(silent);
			bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
			expect(await bench.ask(`/rpc/${method}?id=0`)).toMatchObject({ status: 200 });
			bench.meter.stale = true;
			expect(await bench.ask(`/rpc/${method}?id=0`)).toMatchObject(silent);
			expect(await bench.ask("/rpc", JSON.stringify({ id: 1, method }))).toEqual({
				status: 503,
				body: { id: 1, src: "shellypro3em-3c39e7aabbcc", error: silent.body },
				text: expect.any(String),
			});
		});

		test.each([
			{ query: "?id=1", code: -105 },
			{ query: "?id=", code: -103 },
			{ query: "?id=zero", code: -103 },
			{ query: "?id=-1", code: -103 },
			{ query: "?id=0x0", code: -103 },
		])("$query: error $code", async ({ query, code }) => {
			bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
			expect(await bench.ask(`/rpc/${method}${query}`)).toMatchObject({ body: { code } });
		});
	});

	test.each([
		{ what: "no JSON", path: "/rpc", body: "hello", status: 400, code: -103 },
		{ what: "no id", path: "/rpc", body: '{"method":"EM.GetStatus"}', status: 400, code: -103 },
		{ what: "nothing", path: "/rpc", body: "", status: 400, code: -103 },
		{ what: "a deep nest", path: "/rpc", body: "[".repeat(500), status: 400, code: -103 },
		{ what: "parameters that are none", path: "/rpc/EM.GetStatus", body: "[", status: 400, code: -103 },
		{ what: "another component", path: "/rpc/EM.GetStatus", body: '{"id":1}', status: 404, code: -105 },
	])("POST $path with $what: $status", async ({ path, body, status, code }) => {
		bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
		expect(await bench.ask(path, body)).toMatchObject({ status, body: { code } });
	});

	test.each([
		{ method: "Switch.Set", code: 404 },
		{ method: "EM.SetConfig", code: 404 },
		{ method: "em.getstatus", code: 404 },
		{ method: "__proto__", code: 404 },
	])("a frame for $method: error $code, nothing changes", async ({ method, code }) => {
		const answer = await bench.ask("/rpc", JSON.stringify({ id: 5, method, params: { id: 0, on: true } }));
		expect(answer).toMatchObject({ status: 404, body: { id: 5, error: { code } } });
		expect(answer.body).not.toHaveProperty("result");
	});

	test("a body above 512 bytes, a method that is not there, POST where there is GET alone: the server's own answers", async () => {
		expect((await bench.ask("/rpc", `"${"x".repeat(600)}"`)).status).toBe(413);
		expect((await bench.ask("/rpc/Switch.Set?id=0&on=true")).status).toBe(404);
		expect((await bench.ask("/shelly", "{}")).status).toBe(405);
	});

	test("Shelly.ListMethods names what is answered", async () => {
		const { body } = await bench.ask("/rpc/Shelly.ListMethods", '{"id":0,"src":"evcc","method":"Shelly.ListMethods"}');
		expect(body.methods).toEqual(["EM.GetStatus", "EMData.GetStatus", "Shelly.GetDeviceInfo", "Shelly.ListMethods"]);
	});

	describe("over UDP", () => {
		test("on both ports: an answer to the request's id and source, of the newest reading", async () => {
			const battery = new Battery();
			for (const [index, port] of bench.udpPorts.entries()) {
				bench.meter.receive([`1-0:1.7.0(000${index + 1}.000*kW)`]);
				await battery.send(port, GET_STATUS);
				await waitUntil(() => battery.received.length === index + 1);
				expect(JSON.parse(battery.received[index] ?? "")).toMatchObject({
					id: 17,
					src: "shellypro3em-3c39e7aabbcc",
					dst: "battery",
					result: { id: 0, total_act_power: 1000 * (index + 1) },
				});
			}
			battery.close();
		});

		test("nothing to act on, no request, another method's name: silence, and it goes on", async () => {
			const port = bench.udpPorts[0] ?? 0;
			const battery = new Battery();
			const before = { ...bench.udp.counters };
			await battery.send(port, GET_STATUS);
			bench.meter.receive(["1-0:1.7.0(0001.000*kW)"]);
			bench.meter.stale = true;
			await battery.send(port, GET_STATUS);
			await waitUntil(() => bench.udp.counters.unavailable === before.unavailable + 2);
			for (const data of [
				"hame",
				"",
				"{}",
				"[".repeat(512),
				"x".repeat(2000),
				GET_STATUS.replace("GetStatus", "Reset"),
			]) {
				await battery.send(port, data);
			}
			await waitUntil(() => bench.udp.counters.ignored >= before.ignored + 6);
			bench.meter.stale = false;
			await battery.send(port, GET_STATUS);
			await waitUntil(() => battery.received.length > 0);
			expect(battery.received).toHaveLength(1);
			battery.close();
		});
	});
});

describe("Shelly's UDP in memory", () => {
	function open(clock = new FakeClock()) {
		const meter = new FakeMeter();
		meter.receive(["1-0:1.7.0(0001.000*kW)"]);
		const sent: string[] = [];
		const sockets: { port: number; receive: (data: string) => void; fail: () => void }[] = [];
		const errors: string[] = [];
		const udp = new ShellyUdp({
			openSocket: (options) => {
				sockets.push({
					port: options.port,
					receive: (data) => options.onDatagram(bytesOf(data), data.length, "192.0.2.5", 40_000),
					fail: () => options.onError("port-taken", "in use"),
				});
				return {
					send: (bytes, offset, end, address, port) =>
						sent.push(`${address}:${port} ${latin1(bytes.subarray(offset, end))}`),
					close: () => {},
				};
			},
			rpc: new ShellyRpc(meter, { name: "P1", serial: "3c39e7aabbcc" }),
			clock,
			writer: new JsonWriter(new Uint8Array(2048)),
			onError: (port, code, detail) => errors.push(`${port} ${code} ${detail}`),
		});
		return { udp, sockets, sent, errors, clock, meter };
	}

	test("the usual ports, each with its own errors", () => {
		const { sockets, errors, sent } = open();
		expect(sockets.map(({ port }) => port)).toEqual([...SHELLY_UDP_PORTS]);
		expect(SHELLY_UDP_PORTS).toEqual([1010, 2220]);
		sockets[0]?.fail();
		expect(errors).toEqual(["1010 port-taken in use"]);
		sockets[1]?.receive(GET_STATUS);
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatch(/^192\.0\.2\.5:40000 \{"id":17,/);
	});

	test("a flood is answered twenty times a second, over both ports together", () => {
		const { sockets, sent, udp, clock } = open();
		for (let i = 0; i < 100; i++) sockets[i % 2]?.receive(i % 3 === 0 ? "nonsense" : GET_STATUS);
		expect(sent.length).toBeLessThanOrEqual(20);
		expect(udp.counters).toEqual({ answers: 13, ignored: 7, unavailable: 0, limited: 80 });
		clock.advance(999);
		sockets[0]?.receive(GET_STATUS);
		expect(udp.counters.answers).toBe(13);
		clock.advance(1);
		sockets[0]?.receive(GET_STATUS);
		expect(udp.counters.answers).toBe(14);
	});

	test("the status counts what happened", () => {
		const { sockets, udp, meter } = open();
		sockets[0]?.receive(GET_STATUS);
		sockets[0]?.receive("nonsense");
		meter.stale = true;
		sockets[0]?.receive(GET_STATUS);
		const bytes = new Uint8Array(256);
		const writer = new JsonWriter(bytes);
		udp.writeStatus(writer);
		expect(udp.statusName).toBe("shelly");
		expect(JSON.parse(latin1(bytes.subarray(0, writer.length)))).toEqual({
			answers: 1,
			ignored: 1,
			unavailable: 1,
			limited: 0,
		});
	});
});
