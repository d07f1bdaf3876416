import { afterEach, describe, expect, test } from "vitest";
import { basic, PASSWORD, WRONG_PASSWORD } from "../support/access-bench.js";
import { requestText } from "../support/api-bench.js";
import type { ParsedResponse } from "../support/http-harness.js";
import type { OperationMethod } from "../support/openapi.js";
import { OpenApiBench, type RunningApi } from "../support/openapi-bench.js";
import type { OwnerPartsOptions } from "../support/owner-parts.js";
import { rawRequest } from "../support/raw-http.js";

// What docs/http-api.yaml says of the settings and of the owner, against the running server.

const bench = new OpenApiBench();
const { openApi } = bench;
/** The codes that were seen, with their statuses. */
const codes = new Map<string, number>();
const isOwners = (tags: readonly string[]): boolean => tags.includes("owner");
const OPERATIONS = openApi.operations().filter(({ operation }) => isOwners(operation.tags ?? []));

type Question = {
	readonly authorization?: string | undefined;
	readonly headers?: readonly string[];
	readonly host?: string;
	readonly json?: unknown;
	readonly body?: string;
};

afterEach(() => bench.close());

async function start(owner: OwnerPartsOptions = {}, hasPassword = true): Promise<RunningApi> {
	const running = await bench.start({ owner, limits: { maxConnections: 16 } });
	if (hasPassword) await running.api.owner.choose(PASSWORD);
	return running;
}

/** Asks as the owner, unless it says otherwise, and holds the answer against the document. */
async function ask(
	port: number,
	method: OperationMethod,
	path: string,
	question: Question = {},
): Promise<ParsedResponse> {
	const { json, body = json === undefined ? "" : JSON.stringify(json) } = question;
	const authorization = "authorization" in question ? question.authorization : basic(PASSWORD);
	const verb = method.toUpperCase();
	const headers = [
		...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
		...(json === undefined ? [] : ["Content-Type: application/json"]),
		...(body === "" ? [] : [`Content-Length: ${body.length}`]),
		...(question.headers ?? []),
	];
	const text = requestText(path, { method: verb, headers }).replace("Host: p1", `Host: ${question.host ?? "p1"}`);
	const response = await rawRequest(port, text + body, verb);
	expect(openApi.check(path.split("?")[0] ?? "", method, response)).toEqual([]);
	if (response.status >= 400 && method !== "head") {
		const { code } = (JSON.parse(response.body) as { error: { code: string } }).error;
		codes.set(code, response.status);
	}
	return response;
}

/** What each operation that takes a body takes. */
const BODIES: Readonly<Record<string, unknown>> = {
	patchSettings: { name: "New", readAccess: "open" },
	postPassword: { password: PASSWORD },
	postToken: { name: "evcc" },
};

const JSON_BODIES = OPERATIONS.filter(({ operation }) => operation.operationId in BODIES);
const GUARDED = OPERATIONS.filter(({ operation }) => "429" in operation.responses);

test("the document has a body for each operation that takes one, and guards each that changes something", () => {
	expect(Object.keys(BODIES).sort()).toEqual(JSON_BODIES.map(({ operation }) => operation.operationId).sort());
	const changing = OPERATIONS.filter(({ method }) => !["get", "head", "options"].includes(method));
	expect(GUARDED.map(({ path, method }) => `${method} ${path}`)).toEqual(
		expect.arrayContaining(changing.map(({ path, method }) => `${method} ${path}`)),
	);
});

describe("every operation", () => {
	test("as the owner", async () => {
		const { api, port } = await start({ settings: { mqttUser: "me", mqttPass: "marker-in-a-secret" } });
		for (const { path, method, operation } of OPERATIONS) {
			const { id } = api.owner.access.tokens.add("old") ?? expect.fail();
			const json = BODIES[operation.operationId];
			const query = operation.operationId === "deleteToken" ? `?id=${id}` : "";
			const response = await ask(port, method, `${path}${query}`, json === undefined ? {} : { json });
			expect([path, method, Math.floor(response.status / 100)]).toEqual([path, method, 2]);
			expect(response.body).not.toContain("marker-in-a-secret");
			for (const token of api.owner.access.tokens.list) api.owner.access.tokens.remove(token.id);
		}
	});

	test("before a password has been chosen", async () => {
		const { port } = await start({}, false);
		for (const { path, method, operation } of GUARDED) {
			const { status } = await ask(port, method, path, {
				authorization: undefined,
				json: BODIES[operation.operationId],
			});
			expect([path, method, status]).toEqual([path, method, 403]);
		}
	});

	test("without credentials, with ones that ended, of a page elsewhere, under a name of somebody else", async () => {
		const { port } = await start({ settings: { readAccess: "password" } });
		const questions: readonly (readonly [Question, number])[] = [
			[{ authorization: undefined }, 401],
			[{ authorization: `Bearer ${"0".repeat(32)}` }, 401],
			[{ headers: ["Origin: http://evil.example"] }, 403],
			[{ host: "evil.example" }, 421],
		];
		for (const { path, method } of OPERATIONS) {
			if (method === "options") continue;
			for (const [question, expected] of questions) {
				expect([path, method, (await ask(port, method, path, question)).status]).toEqual([path, method, expected]);
			}
		}
	});

	test("after too many guesses", async () => {
		const { port } = await start();
		for (let i = 0; i < 6; i++) await ask(port, "get", "/api/v1/tokens", { authorization: basic(WRONG_PASSWORD) });
		for (const { path, method } of GUARDED) expect((await ask(port, method, path)).status).toBe(429);
	});

	test("whose body is no JSON, or says that it is none, or cannot be stored", async () => {
		const { api, port } = await start();
		for (const { path, method, operation } of JSON_BODIES) {
			const json = BODIES[operation.operationId];
			const status = async (question: Question): Promise<number> => (await ask(port, method, path, question)).status;
			expect(await status({ json, body: "{" })).toBe(400);
			expect(await status({ json: { other: 1 } })).toBe(400);
			expect(await status({ body: JSON.stringify(json) })).toBe(415);
			api.owner.store.failure = new Error("full");
			api.owner.settingsStore.failure = new Error("full");
			expect(await status({ json })).toBe(500);
			api.owner.store.failure = undefined;
			api.owner.settingsStore.failure = undefined;
		}
	});
});

describe("what one of them has of its own", () => {
	test("tokens: a ninth, one that is not there, one that cannot be removed", async () => {
		const { api, port } = await start();
		const path = "/api/v1/tokens";
		for (let i = 0; i < 8; i++) await ask(port, "post", path, { json: { name: `t${i}` } });
		expect((await ask(port, "post", path, { json: { name: "t8" } })).status).toBe(409);
		expect((await ask(port, "delete", `${path}?id=00000000`)).status).toBe(404);
		api.owner.store.failure = new Error("full");
		const { id } = api.owner.access.tokens.list[0] ?? expect.fail();
		expect((await ask(port, "delete", `${path}?id=${id}`)).status).toBe(500);
	});

	test("a token and a session where they do not do", async () => {
		const { api, port } = await start();
		const token = `Bearer ${api.owner.access.tokens.add("evcc")?.text}`;
		const session = `Bearer ${api.owner.access.sessions.open()}`;
		expect((await ask(port, "get", "/api/v1/tokens", { authorization: token })).status).toBe(403);
		expect((await ask(port, "post", "/api/v1/session", { authorization: session })).status).toBe(403);
	});

	test("settings of a dongle, and mistakes of each kind", async () => {
		const { port } = await start({ platform: "device" });
		for (const [json, code] of [
			[{ source: "-" }, "host-only"],
			[{ mqttPass: "x" }, "conflict"],
			[{ colour: 1 }, "unknown-key"],
			[{ httpPort: 0 }, "bad-value"],
			[{ version: 99 }, "unknown-version"],
			[[], "not-an-object"],
		] as const) {
			const { body } = await ask(port, "patch", "/api/v1/settings", { json });
			expect((JSON.parse(body) as { error: { code: string } }).error.code).toBe(code);
		}
	});

	test("a setting of a dongle on a computer", async () => {
		const { port } = await start();
		const { body } = await ask(port, "patch", "/api/v1/settings", { json: { wifiSsid: "home" } });
		expect((JSON.parse(body) as { error: { code: string } }).error.code).toBe("device-only");
	});

	test("a password for reading, and what has none", async () => {
		const { port } = await start();
		const { body } = await ask(port, "patch", "/api/v1/settings", { json: { readAccess: "password" } });
		expect((JSON.parse(body) as { warnings: object[] }).warnings.length).toBeGreaterThan(0);
	});

	test("a restart that cannot be", async () => {
		const { port } = await start({ restart: "Not here." });
		expect((await ask(port, "post", "/api/v1/restart")).status).toBe(409);
	});

	test("more passwords at a time than are checked", async () => {
		const { port } = await start({ iterations: 300_000 });
		const question = { authorization: basic("not known yet") };
		const answers = await Promise.all(
			Array.from({ length: 12 }, () => ask(port, "get", "/api/v1/tokens", question).catch(() => undefined)),
		);
		expect(answers.filter((answer) => answer?.status === 503).length).toBeGreaterThan(0);
	});
});

// Last, after everything above has been asked.
describe("of the document", () => {
	test("every status was seen", () => {
		expect(openApi.declared(isOwners).filter((status) => !openApi.seen.has(status))).toEqual([]);
	});

	test("every code was seen with its status", () => {
		const others = openApi.errorCodes();
		const own = [...codes].filter(([code]) => !others.has(code));
		expect(own.sort()).toEqual([...openApi.errorCodes("OwnerErrorCode")].sort());
	});

	test("every member was seen", () => {
		const unseen = ["SettingsChanged", "SettingsSchema", "Session", "NewToken", "Tokens", "Error"]
			.flatMap((name) => openApi.declaredMembers(name))
			.filter((member) => !openApi.seenMembers.has(member));
		expect(unseen).toEqual([]);
	});
});
