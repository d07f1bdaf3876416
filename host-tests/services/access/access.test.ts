import { describe, expect, test } from "vitest";
import { MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import { Access, type PasswordVerdict } from "../../../src/services/access/access.js";
import {
	formatPasswordRecord,
	parsePasswordRecord,
	passwordProblem,
} from "../../../src/services/access/password-record.js";
import { MAX_SESSIONS, SESSION_IDLE_MS, SESSION_LIFE_MS } from "../../../src/services/access/sessions.js";
import { AccessBench, basic, codeOf, PASSWORD, WRONG_PASSWORD } from "../../support/access-bench.js";
import { DERIVATION_MS } from "../../support/fake-crypto.js";
import { RecordingStore } from "../../support/faulty-store.js";

const change = (bench: AccessBench, password: string, address = "192.0.2.7") =>
	bench.ask("/change", { method: "POST", authorization: basic(password), address });

describe("the password", () => {
	test("is stored as a salted PBKDF2 record, another one each time, and never as it is", () => {
		const bench = new AccessBench().choose();
		const first = bench.store.read("password") ?? "";
		expect(first).toMatch(/^pbkdf2-sha256\$1000\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
		bench.choose();
		expect(bench.store.read("password")).not.toBe(first);
		expect([...bench.store.values.values()].join()).not.toContain(PASSWORD);
	});

	test("is known after a restart", () => {
		const bench = new AccessBench(new AccessBench().choose().store);
		expect(change(bench, PASSWORD).status).toBe(200);
		expect(codeOf(change(bench, WRONG_PASSWORD))).toBe("wrong-password");
	});

	test("of another number of iterations is known too: the record says how many", () => {
		const { store } = new AccessBench().choose();
		const access = (iterations: number) => {
			const bench = new AccessBench();
			return { bench, it: new Access({ ...bench, store, log: { info() {}, warn() {} }, iterations }) };
		};
		const { bench, it } = access(77);
		const verdicts: PasswordVerdict[] = [];
		it.judge(
			"a",
			new TextEncoder().encode(PASSWORD),
			() => true,
			(verdict) => verdicts.push(verdict),
		);
		bench.clock.advance(DERIVATION_MS);
		expect(verdicts).toEqual([{ kind: "right" }]);
	});

	test.each(["", "pbkdf2-sha256$1000$00$00", "plain", "pbkdf2-sha256$1e3$x$y", "$$$"])("record %j: none", (text) => {
		expect(parsePasswordRecord(text)).toBeUndefined();
	});

	test("a record that is written is read again; one that would take for ever is none", () => {
		const record = { iterations: 600_000, salt: new Uint8Array(16).fill(1), key: new Uint8Array(32).fill(2) };
		const text = formatPasswordRecord(record);
		expect(parsePasswordRecord(text)).toEqual(record);
		expect(parsePasswordRecord(text.replace("600000", "4000000000"))).toBeUndefined();
		expect(parsePasswordRecord(`${text}$`)).toBeUndefined();
	});

	test.each([
		["1234567", /8 to 64/],
		["x".repeat(65), /8 to 64/],
		["line\nbreak", /control/],
		["12345678", undefined],
		["pässwörd 🔌", undefined],
	])("%j as a choice: %s", (password, problem) => {
		if (problem === undefined) expect(passwordProblem(password)).toBeUndefined();
		else expect(passwordProblem(password)).toMatch(problem);
	});

	test("a choice in UTF-8 is what Basic sends", () => {
		expect(change(new AccessBench().choose("pässwörd 🔌"), "pässwörd 🔌").status).toBe(200);
	});

	test("that cannot be stored: the old one stands", () => {
		const bench = new AccessBench().choose();
		bench.store.failure = new Error("flash is full");
		const problems: unknown[] = [];
		bench.access.changePassword(new TextEncoder().encode("another one"), (problem) => problems.push(problem));
		bench.clock.advance(DERIVATION_MS);
		expect(problems).toEqual(["flash is full"]);
		expect(change(bench, PASSWORD).status).toBe(200);
	});

	test("that is replaced: the old one is wrong at once, its sessions end", () => {
		const bench = new AccessBench().choose();
		expect(change(bench, PASSWORD).status).toBe(200);
		const session = `Bearer ${bench.access.sessions.open()}`;
		bench.choose("another one");
		expect(codeOf(change(bench, PASSWORD))).toBe("wrong-password");
		expect(codeOf(bench.ask("/change", { method: "POST", authorization: session }))).toBe("bad-credentials");
		expect(change(bench, "another one").status).toBe(200);
	});
});

describe("checking a password", () => {
	test("takes a slow hash once; after that it is known at once", () => {
		const bench = new AccessBench().choose();
		bench.crypto.derivations.length = 0;
		const authorization = basic(PASSWORD);
		expect(bench.askNow("/change", { method: "POST", authorization })).toBeUndefined();
		bench.clock.advance(DERIVATION_MS);
		for (let i = 0; i < 5; i++) expect(bench.askNow("/change", { method: "POST", authorization })?.status).toBe(200);
		expect(bench.crypto.derivations).toEqual([PASSWORD]);
	});

	test("compares in constant time, equal lengths only, whatever is asked", () => {
		const bench = new AccessBench().choose();
		const session = bench.access.sessions.open();
		bench.access.tokens.add("a");
		const count = (authorization: string): number => {
			bench.crypto.comparisons.length = 0;
			bench.ask("/change", { method: "POST", authorization });
			expect(bench.crypto.comparisons.filter(([a, b]) => a !== b)).toEqual([]);
			return bench.crypto.comparisons.length;
		};
		expect(count(basic(PASSWORD))).toBe(1);
		// Against what was right last, and against the record.
		expect(count(basic(WRONG_PASSWORD))).toBe(2);
		expect(count(basic(PASSWORD))).toBe(1);
		// Against every session and every token.
		expect(count(`Bearer ${session}`)).toBeGreaterThan(0);
		expect(count(`Bearer ${"0".repeat(32)}`)).toBe(2);
	});

	test("one at a time; four may wait, more are told to come back", () => {
		const bench = new AccessBench().choose();
		const peers = Array.from({ length: 7 }, () => {
			const peer = bench.tcp.connect();
			peer.send(`POST /change HTTP/1.1\r\nHost: 192.0.2.9\r\nAuthorization: ${basic(PASSWORD)}\r\n\r\n`);
			return peer;
		});
		const statuses = (): string[] => peers.map(({ received }) => received.slice(9, 12));
		expect(statuses()).toEqual(["", "", "", "", "", "503", "503"]);
		expect(peers.at(-1)?.received).toMatch(/Retry-After: \d+\r\n/);
		bench.clock.advance(5 * DERIVATION_MS);
		expect(statuses().slice(0, 5)).toEqual(["200", "200", "200", "200", "200"]);
	});

	test("nobody hashes for a peer that has gone", () => {
		const bench = new AccessBench().choose();
		bench.crypto.derivations.length = 0;
		for (const password of ["first guess", "second guess", "third guess"]) {
			const peer = bench.tcp.connect();
			peer.send(`POST /change HTTP/1.1\r\nHost: 192.0.2.9\r\nAuthorization: ${basic(password)}\r\n\r\n`);
			peer.end();
		}
		bench.clock.advance(10 * DERIVATION_MS);
		expect(bench.crypto.derivations).toEqual(["first guess"]);
		expect(change(bench, PASSWORD).status).toBe(200);
	});

	test("guesses that wait in the row count like others: a burst is no way around", () => {
		const bench = new AccessBench().choose();
		bench.crypto.derivations.length = 0;
		for (let round = 0; round < 3; round++) {
			const peers = Array.from({ length: 5 }, (_, i) => {
				const peer = bench.tcp.connect();
				const authorization = basic(`guess number ${5 * round + i}`);
				peer.send(`POST /change HTTP/1.1\r\nHost: 192.0.2.9\r\nAuthorization: ${authorization}\r\n\r\n`);
				return peer;
			});
			bench.clock.advance(5 * DERIVATION_MS);
			for (const peer of peers) peer.end();
		}
		// Three free ones, then one when each wait is over: at 1 s, 2 s, 4 s of fifteen.
		expect(bench.crypto.derivations.length).toBeLessThanOrEqual(7);
	});
});

describe("guessing over HTTP", () => {
	test("429 with Retry-After; the right password is not looked at before; then it is", () => {
		const bench = new AccessBench().choose();
		for (let i = 0; i < 4; i++) expect(change(bench, WRONG_PASSWORD).status).toBe(401);
		bench.crypto.derivations.length = 0;
		const authorization = basic(PASSWORD);
		const refused = bench.askNow("/change", { method: "POST", authorization });
		expect([refused?.status, refused?.headers.get("retry-after")]).toEqual([429, "1"]);
		expect(bench.crypto.derivations).toEqual([]);
		bench.clock.advance(1_000);
		expect(change(bench, PASSWORD).status).toBe(200);
	});

	test("does not keep out sessions, tokens and open reading", () => {
		const bench = new AccessBench().choose();
		const session = `Bearer ${bench.access.sessions.open()}`;
		for (let i = 0; i < 20; i++) change(bench, WRONG_PASSWORD);
		expect(change(bench, PASSWORD).status).toBe(429);
		expect(bench.ask("/change", { method: "POST", authorization: session }).status).toBe(200);
		expect(bench.ask("/read").status).toBe(200);
	});

	test("tokens that are not known are no guesses: nobody can guess 128 bits, and an old page must not lock its owner out", () => {
		const bench = new AccessBench().choose();
		for (let i = 0; i < 50; i++) bench.ask("/change", { method: "POST", authorization: `Bearer ${"0".repeat(32)}` });
		expect(change(bench, PASSWORD).status).toBe(200);
	});

	test("from 10,000 addresses: few guesses are looked at, the heap of the limiter stays as it is", () => {
		const bench = new AccessBench().choose();
		bench.crypto.derivations.length = 0;
		const started = bench.clock.monotonicMs();
		for (let i = 0; i < 10_000; i++) {
			bench.askNow("/change", {
				method: "POST",
				authorization: basic(`guess number ${i}`),
				address: `10.0.${i >> 8}.${i & 255}`,
			});
			bench.clock.advance(100);
		}
		const minutes = (bench.clock.monotonicMs() - started) / 60_000;
		expect(bench.crypto.derivations.length).toBeLessThan(20 + 2 * minutes);
		bench.clock.advance(30_000);
		expect(change(bench, PASSWORD).status).toBe(200);
	});

	test("is logged with its address, and without what was tried", () => {
		const bench = new AccessBench().choose();
		bench.log.length = 0;
		change(bench, WRONG_PASSWORD, "192.0.2.66");
		expect(bench.log).toEqual(["wrong password from 192.0.2.66 (1 in a row)"]);
	});
});

describe("sessions", () => {
	const asOwner = (bench: AccessBench, session: string) =>
		bench.ask("/change", { method: "POST", authorization: `Bearer ${session}` }).status;

	test("end after an hour without use, and after a day in any case", () => {
		const bench = new AccessBench().choose();
		const idle = bench.access.sessions.open();
		const used = bench.access.sessions.open();
		for (let ms = 0; ms < SESSION_IDLE_MS; ms += 600_000) {
			bench.clock.advance(600_000);
			expect(asOwner(bench, used)).toBe(200);
		}
		expect(asOwner(bench, idle)).toBe(401);
		let lastedMs = SESSION_IDLE_MS;
		while (asOwner(bench, used) === 200 && lastedMs < 2 * SESSION_LIFE_MS) {
			bench.clock.advance(600_000);
			lastedMs += 600_000;
		}
		expect(Math.abs(lastedMs - SESSION_LIFE_MS)).toBeLessThan(700_000);
	});

	test("are four at most: a new one takes the place of the one that was used longest ago", () => {
		const bench = new AccessBench().choose();
		const sessions = Array.from({ length: MAX_SESSIONS }, () => {
			bench.clock.advance(1_000);
			return bench.access.sessions.open();
		});
		expect(asOwner(bench, sessions[0] ?? "")).toBe(200);
		bench.access.sessions.open();
		expect(sessions.map((session) => asOwner(bench, session))).toEqual([200, 401, 200, 200]);
		for (let i = 0; i < 10_000; i++) bench.access.sessions.open();
		expect(bench.access.sessions.count).toBe(MAX_SESSIONS);
	});

	test("do not outlive a restart, and are nowhere in the store", () => {
		const bench = new AccessBench().choose();
		const session = bench.access.sessions.open();
		expect([...bench.store.values.values()].join()).not.toContain(session);
		expect(asOwner(new AccessBench(bench.store), session)).toBe(401);
	});
});

describe("read tokens", () => {
	test("outlive a restart as hashes; one that is removed lets nobody in", () => {
		const bench = new AccessBench().choose();
		const { id, text } = bench.access.tokens.add("evcc") ?? expect.fail();
		expect(text).toMatch(/^[0-9a-f]{32}$/);
		expect([...bench.store.values.values()].join()).not.toContain(text);
		const later = new AccessBench(bench.store);
		later.policy = { readAccess: "password", httpNames: "" };
		const read = (): number => later.ask("/read", { authorization: `Bearer ${text}` }).status;
		expect(read()).toBe(200);
		expect(later.access.tokens.list.map(({ name }) => name)).toEqual(["evcc"]);
		expect([later.access.tokens.remove("00000000"), later.access.tokens.remove(id)]).toEqual([false, true]);
		expect(read()).toBe(401);
		expect(later.store.read("tokens")).toBeUndefined();
	});

	test("are eight at most, and fit NVS even with the longest names", () => {
		const store = new RecordingStore();
		const { tokens } = new AccessBench(store).access;
		for (let i = 0; i < 8; i++) expect(tokens.add("\u20ac".repeat(32))).toBeDefined();
		expect(tokens.add("one too many")).toBeUndefined();
		expect(Buffer.byteLength(store.read("tokens") ?? "")).toBeLessThan(4000);
		expect(new Set(tokens.list.map(({ id }) => id)).size).toBe(8);
	});

	test.each(["", "{}", "null", '[["00","x"]]', `[["${"g".repeat(64)}","x"]]`, `[["${"0".repeat(64)}",5]]`, "[5]", "x"])(
		"%j in the store lets nobody in, and does not stop the program",
		(text) => {
			const store = new MemoryKeyValueStore();
			store.write("tokens", text);
			const { crypto, clock } = new AccessBench();
			const access = new Access({ crypto, store, clock, log: { info() {}, warn() {} }, iterations: 1 });
			expect(access.tokens.list).toEqual([]);
		},
	);

	test("that cannot be stored is none", () => {
		const bench = new AccessBench().choose();
		bench.store.failure = new Error("flash is full");
		expect(() => bench.access.tokens.add("evcc")).toThrow("flash is full");
		expect(bench.access.tokens.list).toEqual([]);
	});
});
