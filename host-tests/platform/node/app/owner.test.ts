import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../../../src/platform/node/crypto.js";
import { FileKeyValueStore } from "../../../../src/platform/node/key-value-store.js";
import { Access } from "../../../../src/services/access/access.js";
import { basic, PASSWORD } from "../../../support/access-bench.js";
import { AppRun } from "../../../support/app-run.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { observeMqtt } from "../../../support/mqtt-observer.js";
import { waitUntil } from "../../../support/wait-until.js";

let directory: string;
let settingsPath: string;
const runs: AppRun[] = [];

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "p1-owner-"));
	settingsPath = join(directory, "settings.json");
});

afterEach(async () => {
	for (const run of runs.splice(0)) await run.stop();
	rmSync(directory, { recursive: true });
});

const QUIET = { mqtt: false, telegram: false, modbus: false, mdns: false };

function start(settings: object = QUIET, ...args: string[]): Promise<AppRun> {
	if (!existsSync(settingsPath)) writeFileSync(settingsPath, JSON.stringify(settings, undefined, 2), { mode: 0o600 });
	const run = new AppRun(["--settings", settingsPath, "--http-port", "0", ...args]);
	runs.push(run);
	return run.started();
}

/** As --set-password does, in no time. */
function choose(password = PASSWORD): Promise<void> {
	const clock = new FakeClock();
	const store = new FileKeyValueStore(join(directory, "settings.access.json"));
	const access = new Access({ crypto: nodeCrypto, store, clock, log: { info() {}, warn() {} }, iterations: 10 });
	return new Promise((resolve) => access.changePassword(new TextEncoder().encode(password), () => resolve()));
}

const OWNER = { Authorization: basic(PASSWORD) };

function patch(run: AppRun, changes: object, headers: Record<string, string> = OWNER): Promise<Response> {
	return fetch(`${run.url}/api/v1/settings`, {
		method: "PATCH",
		headers: { "Content-Type": "application/json", ...headers },
		body: JSON.stringify(changes),
	});
}

describe("npm start without a password", () => {
	test("reading is open, settings too, changes are refused and say how to choose one", async () => {
		const run = await start();
		await run.reading();
		expect((await fetch(`${run.url}/api/v1/settings`)).status).toBe(200);
		const refused = await patch(run, { name: "New" }, {});
		expect(refused.status).toBe(403);
		expect(await refused.json()).toMatchObject({
			error: { code: "no-password", message: expect.stringMatching(/--set-password/) as string },
		});
		expect(JSON.parse(readFileSync(settingsPath, "utf8"))).toEqual(QUIET);
	});

	test("readAccess password: nobody can read, and the start says so", async () => {
		const run = await start({ ...QUIET, readAccess: "password" });
		expect(run.output).toMatch(/warning: readAccess is password, but none has been chosen/);
		expect((await fetch(`${run.url}/api/v1/reading`)).status).toBe(401);
	});

	test("--set-password chooses it, and ends", async () => {
		writeFileSync(settingsPath, JSON.stringify(QUIET));
		const run = new AppRun(["--settings", settingsPath, "--set-password"]);
		run.stdin.end(`${PASSWORD}\n`);
		await run.finished();
		expect([run.status, run.errors]).toEqual([0, ""]);
		const next = await start();
		expect((await patch(next, { name: "New" })).status).toBe(200);
	}, 20_000);
});

describe("npm start with a password", () => {
	beforeEach(() => choose());

	test("the owner changes settings: the file has them, in its order, and a restart brings them", async () => {
		const run = await start({ name: "Old", ...QUIET });
		const firstUrl = run.url;
		const changed = await patch(run, { name: "New", readAccess: "password" });
		expect(await changed.json()).toEqual({
			changed: ["name", "readAccess"],
			restart: ["name"],
			warnings: expect.any(Array),
		});
		expect(readFileSync(settingsPath, "utf8")).toBe(
			`${JSON.stringify({ name: "New", ...QUIET, readAccess: "password" }, undefined, 2)}\n`,
		);
		expect((await fetch(`${run.url}/api/v1/reading`)).status).toBe(401);
		run.output = "";
		const restart = await fetch(`${firstUrl}/api/v1/restart`, { method: "POST", headers: OWNER });
		expect(restart.status).toBe(202);
		await waitUntil(() => run.output.includes("stop "), 10_000);
		expect(run.output).toContain("starting again");
		if (run.url !== firstUrl) await expect(fetch(`${firstUrl}/health`)).rejects.toThrow();
		const shown = await fetch(`${run.url}/api/v1/settings`, { headers: OWNER });
		expect(await shown.json()).toMatchObject({ name: "New", readAccess: "password" });
		expect((await (await patch(run, {})).json()) as object).toMatchObject({ restart: [] });
	});

	test.each(["/api", "/api/v1/data", "/api/v1/telegram", "/shelly", "/rpc/EM.GetStatus?id=0", "/metrics"])(
		"readAccess password: %s is 401 without it, for the programs of HomeWizard and Shelly too",
		async (path) => {
			await choose();
			// On an address of this computer alone, so that the fixed UDP ports are nobody else's.
			const httpHost = `127.${1 + Math.floor(Math.random() * 250)}.${process.pid % 250}.7`;
			const settings = { ...QUIET, readAccess: "password", homewizard: true, shelly: true, httpHost };
			const run = await start(settings);
			expect((await fetch(run.url + path)).status).toBe(401);
			expect([200, 503]).toContain((await fetch(run.url + path, { headers: OWNER })).status);
		},
	);

	test("what the command line says cannot be changed from here", async () => {
		const run = await start(QUIET, "--topic", "house");
		for (const change of [{ mqttTopic: "p2" }, { httpPort: 9000 }]) {
			const refused = await patch(run, change);
			expect([refused.status, ((await refused.json()) as { error: object }).error]).toMatchObject([
				400,
				{ code: "conflict", message: expect.stringMatching(/command line/) as string },
			]);
		}
	});

	test("what the program could not start with again is refused", async () => {
		const run = await start(QUIET);
		const refused = await patch(run, { mqtt: true, mqttTls: true });
		expect(await refused.json()).toMatchObject({ error: { code: "conflict", key: "mqttTls" } });
	});

	test("settings that somebody broke by hand: a sentence with the file's name, and it is left alone", async () => {
		const run = await start(QUIET);
		writeFileSync(settingsPath, "{ half");
		const refused = await patch(run, { name: "New" });
		expect(await refused.json()).toMatchObject({
			error: { code: "not-saved", message: expect.stringMatching(/settings\.json is not JSON/) as string },
		});
		expect(readFileSync(settingsPath, "utf8")).toBe("{ half");
	});

	test("standard input cannot be read again: no restart", async () => {
		const run = await start(QUIET, "--source", "-");
		const refused = await fetch(`${run.url}/api/v1/restart`, { method: "POST", headers: OWNER });
		expect([refused.status, ((await refused.json()) as { error: object }).error]).toMatchObject([
			409,
			{ code: "restart-impossible", message: expect.stringMatching(/Standard input/) as string },
		]);
	});

	test("a name that leads here by DNS is not answered, this computer's own is", async () => {
		const run = await start(QUIET);
		const port = new URL(run.url).port;
		const status = async (host: string): Promise<number> => {
			const { request } = await import("node:http");
			return new Promise((resolve, reject) => {
				request({ port, host: "127.0.0.1", path: "/api/v1/settings", headers: { Host: host } }, (response) => {
					response.resume();
					resolve(response.statusCode ?? 0);
				})
					.on("error", reject)
					.end();
			});
		};
		const { hostname } = await import("node:os");
		expect(await status("rebound.example.com")).toBe(421);
		expect(await status(`localhost:${port}`)).toBe(200);
		expect(await status(hostname())).toBe(200);
	});
});

describe("secrets", () => {
	test("are in no answer, no line, no topic and no status, whatever is asked", async () => {
		const marks = {
			mqttPass: "mArKeR-mqtt-1",
			password: "mArKeR-owner-2",
			wrong: "mArKeR-wrong-3",
			next: "mArKeR-next-4",
		};
		await choose(marks.password);
		const run = await start(
			{ telegram: false, modbus: false, mdns: false, mqttUser: "me", mqttPass: marks.mqttPass },
			"--mqtt-port",
			"0",
		);
		const owner = { Authorization: basic(marks.password) };
		const observer = await observeMqtt(run.brokerPort, "#", { username: "me", password: marks.mqttPass });
		await run.reading();
		const seen: string[] = [];
		const ask = async (method: string, path: string, headers: Record<string, string> = {}, json?: unknown) => {
			const response = await fetch(run.url + path, {
				method,
				headers: json === undefined ? headers : { ...headers, "Content-Type": "application/json" },
				...(json === undefined ? {} : { body: JSON.stringify(json) }),
			});
			const text = await response.text();
			seen.push([...response.headers].join("\n") + text);
			return { status: response.status, text };
		};
		const token = (
			(): ((text: string) => string) => (text) =>
				(JSON.parse(text) as { token: string }).token
		)();
		const session = token((await ask("POST", "/api/v1/session", owner)).text);
		const reader = token((await ask("POST", "/api/v1/tokens", owner, { name: "evcc" })).text);
		// Those two are shown once, to the owner.
		seen.length = 0;
		for (const path of ["/", "/api/v1/reading", "/api/v1/status", "/health", "/metrics", "/api/v1/settings"]) {
			for (const headers of [{}, owner, { Authorization: `Bearer ${session}` }]) await ask("GET", path, headers);
		}
		await ask("GET", "/api/v1/settings/schema");
		await ask("GET", "/api/v1/tokens", owner);
		await ask("GET", `/api/v1/reading?token=${reader}`);
		await ask("GET", "/api/v1/tokens", { Authorization: basic(marks.wrong) });
		await ask("PATCH", "/api/v1/settings", owner, { mqttPass: [marks.mqttPass] });
		await ask("PATCH", "/api/v1/settings", owner, { mqttPass: `${marks.mqttPass}\n` });
		await ask("PATCH", "/api/v1/settings", owner, { mqttHost: "other" });
		await ask("PATCH", "/api/v1/settings", owner, { mqttPass: marks.mqttPass, mqttQos: 1 });
		await ask("POST", "/api/v1/password", owner, { password: `${marks.next}\n` });
		await ask("POST", "/api/v1/password", owner, { wrong: marks.next });
		expect((await ask("POST", "/api/v1/password", owner, { password: marks.next })).status).toBe(204);
		await ask("GET", "/api/v1/tokens", { Authorization: `Bearer ${session}` });
		await run.stop();
		await observer.close();
		const all = {
			answers: seen.join("\n"),
			lines: run.output + run.errors,
			topics: observer.messages.map(({ topic, payload }) => `${topic} ${payload}`).join("\n"),
			state: readFileSync(join(directory, "settings.state.json"), "utf8"),
			access: readFileSync(join(directory, "settings.access.json"), "utf8"),
		};
		expect(all.topics).toContain("p1/state");
		expect(all.answers.length).toBeGreaterThan(5_000);
		for (const secret of [...Object.values(marks), session, reader]) {
			for (const [where, text] of Object.entries(all)) {
				expect([where, secret, text.includes(secret)]).toEqual([where, secret, false]);
			}
		}
	}, 30_000);
});
