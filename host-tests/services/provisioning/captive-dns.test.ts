import { Resolver } from "node:dns/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { openUdpSocket } from "../../../src/platform/node/udp.js";
import type { UdpSocketOptions } from "../../../src/ports/udp.js";
import { CaptiveDns } from "../../../src/services/provisioning/captive-dns.js";
import { PORTAL_OCTETS } from "../../../src/services/provisioning/setup-network.js";

const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, SVCB: 64, HTTPS: 65, ANY: 255 };
const RCODE = { noError: 0, formatError: 1, notImplemented: 4 };
const PHONE = "192.168.4.2";

/** A question as RFC 1035 §4.1 has it. */
function question(
	name: string,
	type = TYPES.A,
	options: { id?: number; flags?: number; kind?: number } = {},
): number[] {
	const { id = 0xbeef, flags = 0x0100, kind = 1 } = options;
	const labels = name === "" ? [] : name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
	return [
		id >> 8,
		id & 255,
		flags >> 8,
		flags & 255,
		0,
		1,
		0,
		0,
		0,
		0,
		0,
		0,
		...labels,
		0,
		0,
		type,
		kind >> 8,
		kind & 255,
	];
}

/** The server on a socket in a test's hand. */
function bench(isClient = (address: string) => address === PHONE) {
	const sent: { bytes: number[]; address: string; port: number }[] = [];
	const errors: string[] = [];
	let options: UdpSocketOptions | undefined;
	let isClosed = false;
	const dns = new CaptiveDns({
		openSocket(given) {
			options = given;
			return {
				send: (bytes, offset, end, address, port) =>
					sent.push({ bytes: [...bytes.subarray(offset, end)], address, port }),
				close: () => {
					isClosed = true;
				},
			};
		},
		address: PORTAL_OCTETS,
		isClient,
		onError: (detail) => errors.push(detail),
	});
	const ask = (bytes: readonly number[], address = PHONE, port = 5353): readonly number[] | undefined => {
		sent.length = 0;
		options?.onDatagram(Uint8Array.from(bytes), bytes.length, address, port);
		expect(sent.length).toBeLessThanOrEqual(1);
		if (sent[0] !== undefined) expect([sent[0].address, sent[0].port]).toEqual([address, port]);
		return sent[0]?.bytes;
	};
	return { dns, ask, errors, options: () => options, isClosed: () => isClosed };
}

const rcode = (answer: readonly number[] | undefined) => (answer?.[3] ?? 0xff) & 15;
const answers = (answer: readonly number[] | undefined) => answer?.[7];

describe("a question of a phone", () => {
	test.each(["connectivitycheck.gstatic.com", "captive.apple.com", "a", "x".repeat(63), `${"x.".repeat(120)}example`])(
		"for the address of %s: ours, not to be remembered",
		(name) => {
			const asked = question(name);
			expect(bench().ask(asked)).toEqual([
				// Identifier; response, authoritative, recursion desired; recursion available; one question, one answer.
				...[0xbe, 0xef, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0],
				...asked.slice(12),
				// The name by pointer, A, IN, a second, four bytes.
				...[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 168, 4, 1],
			]);
		},
	);

	test.each(Object.entries(TYPES).filter(([name]) => name !== "A" && name !== "ANY"))(
		"of type %s: there is none, and no error",
		(_name, type) => {
			const asked = question("example.com", type);
			expect(bench().ask(asked)).toEqual([0xbe, 0xef, 0x85, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, ...asked.slice(12)]);
		},
	);

	test("of any type: the address; of the class CHAOS: none", () => {
		const { ask } = bench();
		expect(answers(ask(question("example.com", TYPES.ANY)))).toBe(1);
		expect(answers(ask(question("example.com", TYPES.A, { kind: 255 })))).toBe(1);
		expect(answers(ask(question("version.bind", TYPES.TXT, { kind: 3 })))).toBe(0);
		expect(answers(ask(question("example.com", TYPES.A, { kind: 3 })))).toBe(0);
	});

	test("with an extension (RFC 6891) behind it: as without", () => {
		const asked = question("example.com");
		asked[11] = 1;
		const answer = bench().ask([...asked, 0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0]);
		expect([answers(answer), answer?.[11], answer?.length]).toEqual([1, 0, asked.length + 16]);
	});

	test("that does not ask for recursion is told so", () => {
		expect(bench().ask(question("a.b", TYPES.A, { flags: 0 }))?.[2]).toBe(0x84);
	});
});

describe("what is not a question with one name", () => {
	const cases: readonly (readonly [string, number[], number | undefined])[] = [
		["nothing", [], undefined],
		["less than a header", question("a").slice(0, 11), undefined],
		["an answer", question("a", TYPES.A, { flags: 0x8180 }), undefined],
		["an update (RFC 2136)", question("a", TYPES.A, { flags: 0x2800 }), RCODE.notImplemented],
		["no question", question("a").map((byte, i) => (i === 5 ? 0 : byte)), RCODE.formatError],
		["two questions", question("a").map((byte, i) => (i === 5 ? 2 : byte)), RCODE.formatError],
		["257 questions", question("a").map((byte, i) => (i === 4 ? 1 : byte)), RCODE.formatError],
		["a header alone", question("a").slice(0, 12), RCODE.formatError],
		["a name without its end", question("abc").slice(0, 15), RCODE.formatError],
		["no type", question("abc").slice(0, 17), RCODE.formatError],
		["half a class", question("abc").slice(0, -1), RCODE.formatError],
		["a label that is a pointer", [...question("").slice(0, 12), 0xc0, 12, 0, 1, 0, 1], RCODE.formatError],
		["a label of 64", [...question("").slice(0, 12), 64, ...Array(64).fill(97), 0, 0, 1, 0, 1], RCODE.formatError],
		["a name of 256", question(`${"x.".repeat(127)}x`), RCODE.formatError],
		["a label that goes past the end", [...question("").slice(0, 12), 63, 97, 97], RCODE.formatError],
	];

	test.each(cases)("%s", (_what, asked, expected) => {
		const answer = bench().ask(asked);
		if (expected === undefined) expect(answer).toBeUndefined();
		else {
			expect(answer).toHaveLength(12);
			expect(rcode(answer)).toBe(expected);
			expect(answer?.slice(0, 2)).toEqual(asked.slice(0, 2));
			expect(answer?.slice(4)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
		}
	});

	test("the root, which has no label, is one", () => {
		expect(answers(bench().ask(question("")))).toBe(1);
	});
});

test("people of the house are not answered", () => {
	expect(bench().ask(question("example.com"), "192.168.1.9")).toBeUndefined();
});

test("whatever comes: one answer at most, no longer than the question by an address, with its identifier", () => {
	const { ask } = bench();
	const name = fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 12 });
	const almost = fc
		.tuple(fc.uint8Array({ minLength: 12, maxLength: 12 }), name, fc.uint8Array({ maxLength: 12 }))
		.map(([head, labels, tail]) => [
			...[...head].map((byte, i) => (i === 2 ? byte & 1 : i === 4 ? 0 : i === 5 ? 1 : byte)),
			...labels.flatMap((label) => [label.length, ...label]),
			...tail,
		]);
	const anything = fc.oneof(
		fc.uint8Array({ maxLength: 1500 }).map((bytes) => [...bytes]),
		almost,
	);
	let isRight = 0;
	let answered = 0;
	fc.assert(
		fc.property(anything, (bytes) => {
			const answer = ask(bytes);
			if (answer === undefined) return;
			answered++;
			expect(answer.length).toBeLessThanOrEqual(bytes.length + 16);
			expect(answer.slice(0, 2)).toEqual(bytes.slice(0, 2));
			expect((answer[2] as number) & 0x80).toBe(0x80);
			if (rcode(answer) === RCODE.noError) isRight++;
			else expect(answer).toHaveLength(12);
		}),
		{ numRuns: 5000 },
	);
	expect(isRight).toBeGreaterThan(0);
	expect(answered).toBeGreaterThan(isRight);
});

describe("with a resolver of somebody else", () => {
	const opened: CaptiveDns[] = [];
	afterEach(() => {
		for (const each of opened.splice(0)) each.close();
	});

	function listen(): Promise<Resolver> {
		return new Promise((resolve, reject) => {
			const options = { openSocket: openUdpSocket, port: 0, host: "127.0.0.1", address: PORTAL_OCTETS };
			opened.push(
				new CaptiveDns({
					...options,
					isClient: () => true,
					onListening: (port) => {
						const resolver = new Resolver({ timeout: 1000, tries: 1 });
						resolver.setServers([`127.0.0.1:${port}`]);
						resolve(resolver);
					},
					onError: reject,
				}),
			);
		});
	}

	test("every name is ours, and has nothing else", async () => {
		const resolver = await listen();
		expect(await resolver.resolve4("www.msftconnecttest.com", { ttl: true })).toEqual([
			{ address: "192.168.4.1", ttl: 1 },
		]);
		expect(await resolver.resolve4("detectportal.firefox.com")).toEqual(["192.168.4.1"]);
		await expect(resolver.resolve6("www.msftconnecttest.com")).rejects.toMatchObject({ code: "ENODATA" });
		await expect(resolver.resolveTxt("example.com")).rejects.toMatchObject({ code: "ENODATA" });
	});
});

test("a port that cannot be had is told, and closing is closing", () => {
	const { dns, errors, options, isClosed } = bench();
	expect(options()?.port).toBe(53);
	options()?.onError("port-taken", "no datagrams on port 53");
	dns.close();
	expect([errors, isClosed()]).toEqual([["no datagrams on port 53"], true]);
});
