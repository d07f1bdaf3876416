import { describe, expect, test } from "vitest";
import { basic, codeOf, PASSWORD } from "../support/access-bench.js";
import { DERIVATION_MS } from "../support/fake-crypto.js";
import { OwnerBench } from "../support/owner-bench.js";

const SETTINGS_PATH = "/api/v1/settings";

/** A session's or a token's Authorization. */
function bearer(response: { readonly body: string }): { authorization: string } {
	return { authorization: `Bearer ${(JSON.parse(response.body) as { token: string }).token}` };
}

describe("POST /api/v1/password", () => {
	const PATH = "/api/v1/password";

	test("the first one, during setup; from then on it is needed", () => {
		const owner = new OwnerBench({ hasPassword: false });
		owner.bench.setupAddress = "192.0.2.7";
		expect(owner.ask("PATCH", SETTINGS_PATH, { name: "Set up" }).status).toBe(200);
		expect(owner.ask("POST", PATH, { password: PASSWORD })).toMatchObject({ status: 204, body: "" });
		expect(codeOf(owner.bench.ask(PATH, { method: "POST" }))).toBe("no-credentials");
		expect(owner.ask("PATCH", SETTINGS_PATH, { name: "Mine" }).status).toBe(200);
	});

	test("another one: the old one is wrong, sessions end, tokens stay", () => {
		const owner = new OwnerBench();
		const session = bearer(owner.ask("POST", "/api/v1/session"));
		const token = bearer(owner.ask("POST", "/api/v1/tokens", { name: "evcc" }));
		owner.ask("PATCH", SETTINGS_PATH, { readAccess: "password" });
		expect(owner.ask("POST", PATH, { password: "another one" }).status).toBe(204);
		expect(codeOf(owner.ask("GET", "/api/v1/tokens"))).toBe("wrong-password");
		expect(codeOf(owner.ask("GET", "/api/v1/tokens", undefined, session))).toBe("bad-credentials");
		expect(owner.ask("GET", SETTINGS_PATH, undefined, token).status).toBe(200);
		expect(owner.ask("GET", "/api/v1/tokens", undefined, { authorization: basic("another one") }).status).toBe(200);
	});

	test("not with a session: who finds an open page does not become the owner", () => {
		const owner = new OwnerBench();
		const session = bearer(owner.ask("POST", "/api/v1/session"));
		expect(codeOf(owner.ask("POST", PATH, { password: "another one" }, session))).toBe("password-itself");
	});

	test.each([
		[{ password: "short" }, "password"],
		[{ password: "x".repeat(65) }, "password"],
		[{ password: 12_345_678 }, "password"],
		[{ password: "12345678", more: 1 }, "password"],
		[{}, "password"],
		[null, "password"],
		[["12345678"], "password"],
	])("%j: 400 that names the member, and the old one stands", (body, key) => {
		const owner = new OwnerBench();
		expect(owner.json("POST", PATH, body)).toMatchObject({ error: { code: "bad-value", key } });
		expect(owner.ask("GET", "/api/v1/tokens").status).toBe(200);
	});

	test("that cannot be stored: 500, and the old one stands", () => {
		const owner = new OwnerBench();
		// Known at once from here on.
		owner.ask("GET", "/api/v1/tokens");
		owner.bench.store.failure = new Error("flash is full");
		const response = owner.ask("POST", PATH, { password: "another one" });
		expect([response.status, codeOf(response)]).toEqual([500, "not-saved"]);
		expect(owner.ask("GET", "/api/v1/tokens").status).toBe(200);
	});
});

describe("sessions", () => {
	test("are opened with the password, say how long they last, and do what the owner may", () => {
		const owner = new OwnerBench();
		const opened = owner.ask("POST", "/api/v1/session");
		expect(opened.status).toBe(201);
		expect(JSON.parse(opened.body)).toEqual({
			token: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
			idleS: 3600,
			lifeS: 86_400,
		});
		expect(owner.ask("PATCH", SETTINGS_PATH, { name: "New" }, bearer(opened)).status).toBe(200);
		expect(codeOf(owner.ask("POST", "/api/v1/session", undefined, bearer(opened)))).toBe("password-itself");
	});

	test("end when they are deleted, and with the password all of them do", () => {
		const owner = new OwnerBench();
		const [one, two, three] = [1, 2, 3].map(() => bearer(owner.ask("POST", "/api/v1/session")));
		const works = (session = one) => owner.ask("GET", "/api/v1/tokens", undefined, session).status;
		expect(owner.ask("DELETE", "/api/v1/session", undefined, one).status).toBe(204);
		expect([works(one), works(two), works(three)]).toEqual([401, 200, 200]);
		expect(owner.ask("DELETE", "/api/v1/session").status).toBe(204);
		expect([works(two), works(three)]).toEqual([401, 401]);
	});
});

describe("tokens", () => {
	const PATH = "/api/v1/tokens";

	test("are shown once, listed by name, and removed by id", () => {
		const owner = new OwnerBench();
		const added = owner.ask("POST", PATH, { name: "Prometheus" });
		expect(added.status).toBe(201);
		const { id, name, token } = JSON.parse(added.body) as Record<string, string>;
		expect(name).toBe("Prometheus");
		const listed = owner.ask("GET", PATH);
		expect(JSON.parse(listed.body)).toEqual({ tokens: [{ id, name }] });
		expect(listed.body).not.toContain(token);
		expect(owner.ask("DELETE", `${PATH}?id=${id}`).status).toBe(204);
		expect(JSON.parse(owner.ask("GET", PATH).body)).toEqual({ tokens: [] });
		expect(codeOf(owner.ask("DELETE", `${PATH}?id=${id}`))).toBe("unknown-token");
		expect(codeOf(owner.ask("DELETE", PATH))).toBe("unknown-token");
	});

	test("read, and do nothing else", () => {
		const owner = new OwnerBench();
		owner.ask("PATCH", SETTINGS_PATH, { readAccess: "password" });
		const token = bearer(owner.ask("POST", PATH, { name: "evcc" }));
		expect(owner.ask("GET", SETTINGS_PATH, undefined, token).status).toBe(200);
		for (const [method, path] of [
			["PATCH", SETTINGS_PATH],
			["GET", PATH],
			["POST", PATH],
			["DELETE", PATH],
			["POST", "/api/v1/restart"],
			["DELETE", "/api/v1/session"],
		] as const) {
			expect([method, path, codeOf(owner.ask(method, path, undefined, token))]).toEqual([method, path, "reading-only"]);
		}
	});

	test("are eight; the ninth is refused until one is removed", () => {
		const owner = new OwnerBench();
		const ids = Array.from({ length: 8 }, (_, i) => (owner.json("POST", PATH, { name: `t${i}` }) as { id: string }).id);
		const ninth = owner.ask("POST", PATH, { name: "t8" });
		expect([ninth.status, codeOf(ninth)]).toEqual([409, "too-many-tokens"]);
		owner.ask("DELETE", `${PATH}?id=${ids[3]}`);
		expect(owner.ask("POST", PATH, { name: "t8" }).status).toBe(201);
	});

	test.each([{ name: "" }, { name: "x".repeat(33) }, { name: "a\nb" }, { name: 1 }, {}, []])("%j: 400", (body) => {
		expect(new OwnerBench().json("POST", PATH, body)).toMatchObject({ error: { code: "bad-value", key: "name" } });
	});

	test("that cannot be stored or removed: 500, and all is as it was", () => {
		const owner = new OwnerBench();
		const { id } = owner.json("POST", PATH, { name: "one" }) as { id: string };
		owner.bench.store.failure = new Error("flash is full");
		expect(codeOf(owner.ask("POST", PATH, { name: "two" }))).toBe("not-saved");
		expect(codeOf(owner.ask("DELETE", `${PATH}?id=${id}`))).toBe("not-saved");
		expect(owner.json("GET", PATH)).toEqual({ tokens: [{ id, name: "one" }] });
	});
});

describe("POST /api/v1/restart", () => {
	test("answers first, then restarts", () => {
		const owner = new OwnerBench();
		owner.ask("GET", "/api/v1/tokens");
		expect(owner.bench.askNow("/api/v1/restart", { method: "POST", authorization: basic(PASSWORD) })?.status).toBe(202);
		expect(owner.restarts).toBe(0);
		owner.bench.clock.advance(DERIVATION_MS);
		expect(owner.restarts).toBe(1);
	});

	test("where it is impossible: 409 that says why", () => {
		const owner = new OwnerBench({ restart: "Standard input cannot be read again." });
		const response = owner.ask("POST", "/api/v1/restart");
		expect([response.status, codeOf(response)]).toEqual([409, "restart-impossible"]);
		expect(response.body).toContain("Standard input cannot be read again.");
	});

	test("is not for everybody, and not by GET", () => {
		const owner = new OwnerBench();
		expect(codeOf(owner.bench.ask("/api/v1/restart", { method: "POST" }))).toBe("no-credentials");
		expect(owner.ask("GET", "/api/v1/restart").status).toBe(405);
		owner.bench.clock.advance(10_000);
		expect(owner.restarts).toBe(0);
	});
});
