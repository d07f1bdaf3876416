import { beforeEach, describe, expect, test } from "vitest";
import { type FetchOptions, HttpDongle } from "../../web/http.js";
import { Owner, type SessionStore } from "../../web/owner.js";
import { FakeClock } from "../support/fake-clock.js";

class MemoryStore implements SessionStore {
	readonly values = new Map<string, string>();
	getItem(key: string): string | null {
		return this.values.get(key) ?? null;
	}
	setItem(key: string, value: string): void {
		this.values.set(key, value);
	}
	removeItem(key: string): void {
		this.values.delete(key);
	}
}

type Asked = FetchOptions & { readonly address: string };

let asked: Asked[];
let answers: { readonly status: number; readonly body: unknown }[];
let store: MemoryStore;
let owner: Owner;

beforeEach(() => {
	asked = [];
	answers = [];
	store = new MemoryStore();
	owner = newOwner();
});

function newOwner(): Owner {
	const dongle = new HttpDongle((address, options) => {
		asked.push({ address, ...options });
		const { status = 0, body } = answers.shift() ?? {};
		if (status === 0) return Promise.reject(new TypeError("Failed to fetch"));
		return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }));
	}, new FakeClock());
	return new Owner(dongle, store);
}

function answer(status: number, body: unknown = {}): void {
	answers.push({ status, body });
}

function errorBody(code: string, key?: string): unknown {
	return { error: { code, ...(key === undefined ? {} : { key }), message: `About ${code}.` } };
}

function basicOf(password: string): string {
	return `Basic ${Buffer.from(`owner:${password}`).toString("base64")}`;
}

async function unlocked(): Promise<void> {
	answer(201, { token: "abc" });
	await owner.unlock("hunter22");
}

describe("unlock", () => {
	test("tells the password to nothing but the session's address, and keeps the session alone", async () => {
		answer(201, { token: "abc" });
		expect(await owner.unlock("pässwörd ✓")).toBeUndefined();
		expect(asked).toMatchObject([
			{ method: "POST", address: "/api/v1/session", headers: { Authorization: basicOf("pässwörd ✓") } },
		]);
		expect([...store.values.values()]).toEqual(["abc"]);
		expect(owner.isKnown).toBe(true);
	});

	test.each([
		["a wrong password", 401, errorBody("wrong-password"), { kind: "wrong-password" }],
		["too many of them", 429, errorBody("too-many-guesses"), { kind: "refused", message: "About too-many-guesses." }],
		["none was chosen", 403, errorBody("no-password"), { kind: "refused", message: "About no-password." }],
		["no answer", 0, undefined, { kind: "lost" }],
		["an answer without a session", 200, {}, { kind: "lost" }],
	])("%s", async (_name, status, body, problem) => {
		answer(status, body);
		expect(await owner.unlock("hunter22")).toMatchObject(problem);
		expect(owner.isKnown).toBe(false);
		expect(store.values.size).toBe(0);
	});

	test("a session is found again when the page is loaded again", async () => {
		await unlocked();
		const again = newOwner();
		expect(again.isKnown).toBe(true);
		answer(200, { changed: [], restart: [] });
		await again.change({ name: "x" });
		expect(asked.at(-1)?.headers.Authorization).toBe("Bearer abc");
	});
});

describe("change", () => {
	test.each([
		[[], undefined, false, []],
		[["mqttHost"], [], true, []],
		[[], [{ key: "telegram", message: "…" }, { key: "modbus" }, 7], false, ["telegram", "modbus"]],
	])("restart %j, warnings %j", async (restart, warnings, needsRestart, unguarded) => {
		await unlocked();
		answer(200, { changed: ["mqttHost"], restart, warnings });
		const change = await owner.change({ mqttHost: "broker.lan", mqttPass: null });
		expect(change).toEqual({ kind: "changed", needsRestart, unguarded });
		expect(asked.at(-1)).toMatchObject({
			method: "PATCH",
			address: "/api/v1/settings",
			headers: { Authorization: "Bearer abc", "Content-Type": "application/json" },
			body: '{"mqttHost":"broker.lan","mqttPass":null}',
		});
	});

	test("a value that the dongle does not accept: which, and why", async () => {
		await unlocked();
		answer(400, errorBody("bad-value", "mqttPort"));
		expect(await owner.change({ mqttPort: -1 })).toEqual({
			kind: "refused",
			message: "About bad-value.",
			key: "mqttPort",
		});
		expect(owner.isKnown).toBe(true);
	});

	test("a session that has ended is forgotten", async () => {
		await unlocked();
		answer(401, errorBody("bad-credentials"));
		expect(await owner.change({ name: "x" })).toEqual({ kind: "password" });
		expect(owner.isKnown).toBe(false);
		expect(store.values.size).toBe(0);
	});

	test("without a session nothing is sent that could be one", async () => {
		answer(401, errorBody("no-credentials"));
		expect(await owner.change({ name: "x" })).toEqual({ kind: "password" });
		expect(asked[0]?.headers).not.toHaveProperty("Authorization");
	});
});

describe("settings", () => {
	const schema = { settings: [{ key: "name", type: "text", title: "Name", help: "", secret: false }] };

	test("come from schema and values", async () => {
		answer(200, schema);
		answer(200, { name: "Cellar" });
		expect(await owner.settings()).toMatchObject([{ key: "name", value: "Cellar" }]);
		expect(asked.map(({ address }) => address)).toEqual(["/api/v1/settings/schema", "/api/v1/settings"]);
	});

	test("a dongle without them says so", async () => {
		answer(404, errorBody("not-found"));
		expect(await owner.settings()).toBe("none");
	});

	test.each([401, 500, 0])("%i is no answer", async (status) => {
		answer(status, errorBody("x"));
		answer(status, errorBody("x"));
		expect(await owner.settings()).toBeUndefined();
	});
});

describe("choosePassword", () => {
	test("needs the current one, and ends the session", async () => {
		await unlocked();
		answer(204);
		expect(await owner.choosePassword("hunter22", "hunter33")).toBeUndefined();
		expect(asked.at(-1)).toMatchObject({
			method: "POST",
			address: "/api/v1/password",
			headers: { Authorization: basicOf("hunter22"), "Content-Type": "application/json" },
			body: '{"password":"hunter33"}',
		});
		expect(owner.isKnown).toBe(false);
	});

	test("the first one needs none", async () => {
		answer(204);
		expect(await owner.choosePassword("", "hunter33")).toBeUndefined();
		expect(asked[0]?.headers).not.toHaveProperty("Authorization");
	});

	test("one that is too short changes nothing", async () => {
		await unlocked();
		answer(400, errorBody("bad-value", "password"));
		expect(await owner.choosePassword("hunter22", "x")).toMatchObject({ kind: "refused" });
		expect(owner.isKnown).toBe(true);
	});
});

describe("restart", () => {
	test.each([
		[202, {}, undefined],
		[409, errorBody("restart-impossible"), { kind: "refused", message: "About restart-impossible.", key: undefined }],
		[0, undefined, { kind: "lost" }],
	])("%i", async (status, body, problem) => {
		await unlocked();
		answer(status, body);
		expect(await owner.restart()).toEqual(problem);
	});
});
