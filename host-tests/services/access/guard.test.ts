import { describe, expect, test } from "vitest";
import { accessOf } from "../../../src/services/access/guard.js";
import {
	ACCESS_ROUTES,
	AccessBench,
	type AccessRequest,
	basic,
	codeOf,
	PASSWORD,
	WRONG_PASSWORD,
} from "../../support/access-bench.js";

const CREDENTIALS = ["none", "password", "wrong", "session", "token", "ended", "malformed"] as const;
type CredentialKind = (typeof CREDENTIALS)[number];

/** One of each of what a request can show. */
function credentialsOf(bench: AccessBench): Record<CredentialKind, string | undefined> {
	const ended = bench.access.sessions.open();
	bench.access.sessions.endAll();
	return {
		none: undefined,
		password: basic(PASSWORD),
		wrong: basic(WRONG_PASSWORD),
		session: `Bearer ${bench.access.sessions.open()}`,
		token: `Bearer ${bench.access.tokens.add("evcc")?.text}`,
		ended: `Bearer ${ended}`,
		malformed: "Digest username=owner",
	};
}

// "" is let in; everything else is the code of the refusal. Written from the sentences, not from the code.
const OPEN_TO_ALL = { none: "", password: "", wrong: "", session: "", token: "", ended: "", malformed: "" };
const NOT_SHOWN = {
	none: "no-credentials",
	wrong: "wrong-password",
	ended: "bad-credentials",
	malformed: "bad-credentials",
};
const TO_READERS = { ...NOT_SHOWN, password: "", session: "", token: "" };
const TO_THE_OWNER = { ...NOT_SHOWN, password: "", session: "", token: "reading-only" };
const TO_THE_PASSWORD = { ...NOT_SHOWN, password: "", session: "password-itself", token: "password-itself" };
type Row = Readonly<Record<CredentialKind, string>>;
const PATHS: Readonly<
	Record<string, { readonly methods: readonly string[]; readonly open: Row; readonly password: Row }>
> = {
	"/public": { methods: ["GET", "HEAD"], open: OPEN_TO_ALL, password: OPEN_TO_ALL },
	"/read": { methods: ["GET", "HEAD"], open: OPEN_TO_ALL, password: TO_READERS },
	"/read-by-post": { methods: ["POST"], open: OPEN_TO_ALL, password: TO_READERS },
	"/owner": { methods: ["GET", "HEAD"], open: TO_THE_OWNER, password: TO_THE_OWNER },
	"/change": { methods: ["POST", "PUT", "PATCH", "DELETE"], open: TO_THE_OWNER, password: TO_THE_OWNER },
	"/password": { methods: ["POST"], open: TO_THE_PASSWORD, password: TO_THE_PASSWORD },
};
const STATUS: Readonly<Record<string, number>> = {
	"": 200,
	"no-credentials": 401,
	"wrong-password": 401,
	"bad-credentials": 401,
	"reading-only": 403,
	"password-itself": 403,
	"foreign-origin": 403,
	"no-password": 403,
	"unknown-host": 421,
};

const HOSTS = [
	["an address", "192.0.2.9", ""],
	["an address and a port", "192.0.2.9:8080", ""],
	["an IPv6 address", "[fe80::1]:80", ""],
	["localhost", "localhost:8080", ""],
	["the device's name", "p1-aabbcc.local", ""],
	["another site's name", "rebound.example.com", "unknown-host"],
] as const;
const ORIGINS = [
	["none", undefined, ""],
	["its own", "own", ""],
	["another site", "http://evil.example", "foreign-origin"],
	["null", "null", "foreign-origin"],
] as const;

describe("the policy: route x method x credentials x Origin x Host x readAccess", () => {
	const expectedOf = (row: Row, kind: CredentialKind, host: string, origin: string): string =>
		host || origin || row[kind];

	test.each(Object.keys(PATHS))("%s", (path) => {
		const { methods, ...rows } = PATHS[path] ?? expect.fail();
		let cases = 0;
		for (const readAccess of ["open", "password"] as const) {
			for (const kind of CREDENTIALS) {
				for (const [, host, hostCode] of HOSTS) {
					for (const [, origin, originCode] of ORIGINS) {
						for (const method of methods) {
							const bench = new AccessBench().choose();
							bench.policy = { readAccess, httpNames: "" };
							const authorization = credentialsOf(bench)[kind];
							const response = bench.ask(path, {
								method,
								host,
								...(authorization === undefined ? {} : { authorization }),
								...(origin === undefined ? {} : { origin: origin === "own" ? `http://${host}` : origin }),
							});
							const expected = expectedOf(rows[readAccess], kind, hostCode, originCode);
							const what = `${readAccess} ${method} ${path} ${kind} ${host} ${origin}`;
							expect(`${what}: ${response.status}`).toBe(`${what}: ${STATUS[expected]}`);
							if (method !== "HEAD") expect(`${what}: ${codeOf(response)}`).toBe(`${what}: ${expected}`);
							expect(bench.faults).toEqual([]);
							cases++;
						}
					}
				}
			}
		}
		expect(cases).toBe(2 * 7 * 6 * 4 * methods.length);
	});

	test("covers every route of the bench but the one that throws", () => {
		const paths = new Set(ACCESS_ROUTES.map(({ path }) => path).filter((path) => path !== "/throws"));
		expect([...paths].sort()).toEqual(Object.keys(PATHS).sort());
	});

	test("without a word of the route: GET is to read, everything else is the owner's", () => {
		const route = ACCESS_ROUTES[0] ?? expect.fail();
		for (const [method, expected] of [
			["GET", "read"],
			["PUT", "owner"],
			["POST", "owner"],
			["PATCH", "owner"],
			["DELETE", "owner"],
		] as const) {
			const { access: _access, ...bare } = { ...route, method };
			expect(accessOf(bare)).toBe(expected);
		}
	});
});

describe("before a password has been chosen", () => {
	const ask = (path: string, method = "GET", readAccess: "open" | "password" = "open", setup = false) => {
		const bench = new AccessBench();
		bench.policy = { readAccess, httpNames: "" };
		if (setup) bench.setupAddress = "192.168.4.2";
		return bench.ask(path, { method, address: "192.168.4.2" });
	};

	test.each([
		["/public", "GET", "open", ""],
		["/read", "GET", "open", ""],
		["/read", "GET", "password", "no-credentials"],
		["/owner", "GET", "open", "no-password"],
		["/change", "POST", "open", "no-password"],
		["/change", "DELETE", "password", "no-password"],
		["/password", "POST", "open", "no-password"],
	] as const)("%s by %s, readAccess %s: %j, and during setup it is let in", (path, method, readAccess, code) => {
		const response = ask(path, method, readAccess);
		expect([response.status, codeOf(response)]).toEqual([STATUS[code], code]);
		expect(ask(path, method, readAccess, true).status).toBe(200);
	});

	test("the refusal says how to choose one", () => {
		expect(ask("/change", "POST").body).toContain("Press the button.");
	});

	test("setup is for the address that is in it", () => {
		const bench = new AccessBench();
		bench.setupAddress = "192.168.4.2";
		expect(codeOf(bench.ask("/change", { method: "POST", address: "192.168.4.3" }))).toBe("no-password");
	});

	test("a phone that looks for its maker's page is sent to ours, others are not", () => {
		const bench = new AccessBench();
		bench.setupAddress = "192.168.4.2";
		const ask = (path: string, request: AccessRequest) => {
			const { status, headers } = bench.ask(path, { host: "captive.example.com", address: "192.168.4.2", ...request });
			return [status, headers.get("location")];
		};
		expect(ask("/read", {})).toEqual([303, "http://192.168.4.1/"]);
		expect(ask("/generate_204", {})).toEqual([303, "http://192.168.4.1/"]);
		expect(ask("/read", { host: "192.168.4.1" })).toEqual([200, undefined]);
		expect(ask("/generate_204", { host: "192.168.4.1" })).toEqual([404, undefined]);
		expect(ask("/generate_204", { address: "192.0.2.7" })).toEqual([404, undefined]);
		expect(ask("/read", { address: "192.0.2.7" })).toEqual([421, undefined]);
		expect(ask("/change", { method: "POST" })).toEqual([421, undefined]);
	});

	test("with a password, setup opens nothing", () => {
		const bench = new AccessBench().choose();
		bench.setupAddress = "192.168.4.2";
		expect(codeOf(bench.ask("/change", { method: "POST", address: "192.168.4.2" }))).toBe("no-credentials");
	});

	test.each([
		["another site's page", { origin: "http://evil.example" }, "foreign-origin"],
		["another site's name", { host: "evil.example" }, "unknown-host"],
	])("setup is not for %s", (_what, request, code) => {
		const bench = new AccessBench();
		bench.setupAddress = "192.168.4.2";
		const response = bench.ask("/change", { method: "POST", address: "192.168.4.2", ...request });
		expect(codeOf(response)).toBe(code);
	});

	test("a record of a password that is damaged is one that nobody knows, not none", () => {
		const bench = new AccessBench();
		bench.store.write("password", "pbkdf2-sha256$x");
		const damaged = new AccessBench(bench.store);
		damaged.setupAddress = "192.0.2.7";
		expect(codeOf(damaged.ask("/change", { method: "POST" }))).toBe("no-credentials");
		expect(codeOf(damaged.ask("/change", { method: "POST", authorization: basic("") }))).toBe("wrong-password");
		expect(damaged.log.join()).toMatch(/cannot be read/);
		expect(damaged.choose().ask("/change", { method: "POST", authorization: basic(PASSWORD) }).status).toBe(200);
	});
});

describe("answers", () => {
	const bench = new AccessBench().choose();
	bench.policy = { readAccess: "password", httpNames: "" };

	test.each<[string, AccessRequest]>([
		["no credentials", {}],
		["a wrong password", { authorization: basic(WRONG_PASSWORD) }],
		["a session that has ended", { authorization: `Bearer ${"0".repeat(32)}` }],
	])(
		"401 for %s asks for Bearer: for Basic a browser would show its dialog, and send it with everything",
		(_, request) => {
			const { status, headers } = bench.ask("/read", request);
			expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="p1-dongle"']);
			expect(headers.get("cache-control")).toBe("no-store");
		},
	);

	test("no answer lets pages of other sites read it, or sets a cookie", () => {
		for (const authorization of [undefined, basic(PASSWORD)]) {
			const request = authorization === undefined ? {} : { authorization };
			const { headers } = bench.ask("/read", { ...request, origin: "http://192.0.2.9" });
			expect([...headers.keys()].filter((name) => /^access-control|cookie/.test(name))).toEqual([]);
		}
	});

	test("a refused change is not read: its body costs nothing", () => {
		const response = bench.ask("/change", { method: "POST", body: "x".repeat(60) });
		expect([response.status, response.headers.get("connection")]).toEqual([401, "close"]);
	});

	test("a handler that throws after the password was checked: 500, and it is told", () => {
		const own = new AccessBench().choose();
		const response = own.ask("/throws", { method: "POST", authorization: basic(PASSWORD) });
		expect(codeOf(response)).toBe("internal-error");
		expect(own.faults).toEqual(["http handler: Error: broken handler"]);
	});
});

describe("names", () => {
	const host = (name: string | undefined, httpNames = "", origin?: string): string => {
		const bench = new AccessBench();
		bench.policy = { readAccess: "open", httpNames };
		return codeOf(bench.ask("/read", { host: name, ...(origin === undefined ? {} : { origin }) }));
	};

	test.each<[string | undefined, string, string, string]>([
		[undefined, "", "", "HTTP/1.0 without Host: no browser"],
		["", "", "", "an empty Host: no browser"],
		["P1-AABBCC.Local:8080", "", "", "case does not count"],
		["p1-aabbcc", "", "", "without suffix"],
		["p1-aabbcc.lan", "", "", "the suffix of a home network"],
		["p1-aabbcc.home.arpa.", "", "", "with the dot that ends a name"],
		["p1-aabbcc.evil.example", "", "unknown-host", "the name below somebody's domain"],
		["p1-aabbcc.local.evil.example", "", "unknown-host", "and again"],
		["xp1-aabbcc.local", "", "unknown-host", "a name that ends like it"],
		["localhost.evil.example", "", "unknown-host", "localhost below somebody's domain"],
		["127.0.0.1.evil.example", "", "unknown-host", "an address below somebody's domain"],
		["192.0.2.256", "", "unknown-host", "no address"],
		["0x7f000001", "", "unknown-host", "an address in a form that Host never has"],
		["[evil.example]", "", "unknown-host", "a name in brackets"],
		["[::1]", "", "", "loopback of IPv6"],
		["[::ffff:192.0.2.9]:80", "", "", "an IPv4 address as IPv6"],
		["meter.example.org", "meter.example.org", "", "a name that the owner has added"],
		["METER.example.org:443", "p1.lan Meter.Example.org", "", "one of several"],
		["xmeter.example.org", "meter.example.org", "unknown-host", "a name that ends like it"],
		["192.0.2.9:8080:80", "", "", "two ports are still an address"],
	])("Host %s with httpNames %j: %j (%s)", (name, httpNames, code, _why) => {
		expect(host(name, httpNames)).toBe(code);
	});

	test.each([
		["http://192.0.2.9", "192.0.2.9", "", ""],
		["http://192.0.2.9", "192.0.2.9:80", "", ""],
		["http://192.0.2.9:80", "192.0.2.9", "", ""],
		["HTTP://P1-aabbcc.local", "p1-aabbcc.local", "", ""],
		["http://192.0.2.9:3000", "192.0.2.9:8080", "", "foreign-origin"],
		["http://192.0.2.10", "192.0.2.9", "", "foreign-origin"],
		["http://p1-aabbcc.local", "192.0.2.9", "", "foreign-origin"],
		["https://meter.example.org", "meter.example.org", "meter.example.org", ""],
		["https://meter.example.org", "127.0.0.1:8080", "meter.example.org", ""],
		["https://meter.example.org.evil.example", "127.0.0.1:8080", "meter.example.org", "foreign-origin"],
		["https://evil.example/meter.example.org", "127.0.0.1:8080", "meter.example.org", "foreign-origin"],
		["null", "192.0.2.9", "", "foreign-origin"],
		["", "192.0.2.9", "", "foreign-origin"],
		["file://", "192.0.2.9", "", "foreign-origin"],
		["http://192.0.2.9, http://evil.example", "192.0.2.9", "", "foreign-origin"],
		["http://192.0.2.9", undefined, "", "foreign-origin"],
	])("Origin %s at Host %s with httpNames %j: %j", (origin, name, httpNames, code) => {
		expect(host(name, httpNames, origin)).toBe(code);
	});

	test("the target of a proxy's request counts, not its Host", () => {
		const bench = new AccessBench();
		expect(codeOf(bench.ask("http://evil.example/read", {}))).toBe("unknown-host");
		expect(bench.ask("http://192.0.2.9/read", { host: "evil.example" }).status).toBe(200);
	});

	test("a change of httpNames counts at once, both ways", () => {
		const bench = new AccessBench();
		const code = (): string => codeOf(bench.ask("/read", { host: "meter.example.org" }));
		expect(code()).toBe("unknown-host");
		bench.policy = { readAccess: "open", httpNames: "meter.example.org" };
		expect([code(), code()]).toEqual(["", ""]);
		bench.policy = { readAccess: "open", httpNames: "" };
		expect(code()).toBe("unknown-host");
	});

	test("what is remembered of hosts that were right is bounded, and lets nobody else in", () => {
		const bench = new AccessBench();
		for (let i = 0; i < 1000; i++) {
			const address = `10.0.${i >> 8}.${i & 255}`;
			expect(bench.ask("/read", { host: address }).status).toBe(200);
			expect(codeOf(bench.ask("/read", { host: `${address}.example` }))).toBe("unknown-host");
		}
	});
});

describe("the query parameter token, for programs that can send no header", () => {
	const bench = new AccessBench().choose();
	bench.policy = { readAccess: "password", httpNames: "" };
	const token = bench.access.tokens.add("evcc")?.text ?? "";
	const session = bench.access.sessions.open();

	test.each([
		["a token reads", `/read?token=${token}`, "GET", ""],
		["a session does not: it would stay in a history", `/read?token=${session}`, "GET", "bad-credentials"],
		["what is no token does not", `/read?token=${"0".repeat(32)}`, "GET", "bad-credentials"],
		["a token changes nothing", `/change?token=${token}`, "POST", "no-credentials"],
		["and is not the owner", `/owner?token=${token}`, "GET", "no-credentials"],
	])("%s", (_what, path, method, code) => {
		expect(codeOf(bench.ask(path, { method }))).toBe(code);
	});
});
