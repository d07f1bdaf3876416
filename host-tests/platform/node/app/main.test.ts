import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedBroker } from "../../../../src/platform/node/embedded-broker.js";
import { AppRun } from "../../../support/app-run.js";
import { observeMqtt } from "../../../support/mqtt-observer.js";
import { waitUntil } from "../../../support/wait-until.js";

describe("npm start, in this process", () => {
	let directory: string;
	let settings: string;
	const runs: AppRun[] = [];
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-main-"));
		settings = join(directory, "settings.json");
		writeFileSync(settings, '{"telegram":false,"modbus":false}');
	});
	afterEach(async () => {
		for (const run of runs.splice(0)) await run.stop();
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const start = (...args: string[]): AppRun => {
		const run = new AppRun(["--settings", settings, "--http-port", "0", ...args]);
		runs.push(run);
		return run;
	};
	const EMBEDDED = ["--mqtt-port", "0"];
	const listen = async (): Promise<{ server: Server; port: number }> => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const address = server.address();
		return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
	};

	test("says what to open, curl and subscribe to, and all of it works", async () => {
		const run = await start(...EMBEDDED, "--speed", "20").started();
		expect(run.output).toMatch(/open +http:\/\/127\.0\.0\.1:\d+\/\n/);
		expect(run.output).toMatch(/curl +curl http:\/\/127\.0\.0\.1:\d+\/api\/v1\/reading\n/);
		expect(run.output).toMatch(/subscribe +mosquitto_sub -h 127\.0\.0\.1 -p \d+ -v -t 'p1\/#'\n/);
		expect(await run.reading()).toMatchObject({ profile: "se", stale: false });
		const index = (await (await fetch(`${run.url}/`)).json()) as { paths: { reading: string } };
		expect(index.paths.reading).toBe("/api/v1/reading");
		const page = await fetch(`${run.url}/`, { headers: { accept: "text/html" } });
		expect(page.headers.get("content-encoding")).toBe("gzip");
		expect(await page.text()).toMatch(/^<!doctype html>/);
		const observer = await observeMqtt(run.brokerPort);
		await observer.waitFor("p1/status", "online");
		await waitUntil(() => observer.messages.some(({ topic }) => topic === "p1/state"));
		await run.stop();
		await observer.waitFor("p1/status", "offline");
		await observer.close();
		expect({ status: run.status, errors: run.errors, exits: run.exits }).toEqual({ status: 0, errors: "", exits: [] });
		await expect(fetch(run.url)).rejects.toThrow();
	});

	test("on a terminal: one status line with power, age, telegrams and clients", async () => {
		const run = new AppRun(["--settings", settings, "--http-port", "0", ...EMBEDDED, "--speed", "20"], true);
		runs.push(run);
		await run.started();
		await run.reading();
		await waitUntil(() =>
			/(im|ex)porting \d+ W · \d+ s old · telegrams \d+ good, 0 bad · HTTP 1 · MQTT connected/.test(run.output),
		);
		const lines = run.output.split("\n");
		expect(lines.at(-1)).toContain("\r\u001b[2K");
	});

	test("a second request to end forces it, the same Ctrl-C that comes twice does not", async () => {
		const run = await start("--mqtt", "off").started();
		run.requestStop();
		run.requestStop();
		expect(run.exits).toEqual([]);
		await new Promise((resolve) => setTimeout(resolve, 600));
		run.requestStop();
		expect(run.exits).toEqual([130]);
	});

	test("--mqtt off: no MQTT in the lines, in the status and in the process", async () => {
		const run = await start("--mqtt", "off").started();
		await run.reading();
		const status = (await (await fetch(`${run.url}/api/v1/status`)).json()) as object;
		expect(status).not.toHaveProperty("mqtt");
		expect(run.output).not.toMatch(/mqtt|mosquitto/i);
	});

	test("another broker with a password: it is used, and never printed", async () => {
		const credentials = { username: "me", password: "hunter2" };
		const broker = await startEmbeddedBroker({ port: 0, credentials });
		const run = await start("--mqtt", `mqtt://me:hunter2@127.0.0.1:${broker.port}`, "--topic", "cellar").started();
		const observer = await observeMqtt(broker.port, "cellar/#", credentials);
		await observer.waitFor("cellar/status", "online");
		await waitUntil(() => observer.messages.some(({ topic }) => topic === "cellar/state"));
		await run.stop();
		await observer.waitFor("cellar/status", "offline");
		expect(run.output).toMatch(/mosquitto_sub -h 127\.0\.0\.1 -p \d+ -u me -P PASSWORD -v -t 'cellar\/#'/);
		expect(run.output + run.errors).not.toContain("hunter2");
		await observer.close();
		await broker.close(0);
	});

	test("settings of the file: values on topics of their own, the embedded broker with a password", async () => {
		const path = join(directory, "values.json");
		writeFileSync(path, JSON.stringify({ mqttValues: true, mqttUser: "me", mqttPass: "hunter2" }), { mode: 0o600 });
		const run = await start("--settings", path, ...EMBEDDED).started();
		const observer = await observeMqtt(run.brokerPort, "p1/value/#", { username: "me", password: "hunter2" });
		await waitUntil(() => observer.messages.some(({ topic }) => topic === "p1/value/powerImportW"));
		await observer.close();
		await expect(observeMqtt(run.brokerPort)).rejects.toThrow(/[Nn]ot authorized|bad user/i);
		expect(run.output + run.errors).not.toContain("hunter2");
	});

	test("the serial number is made once and kept next to the settings", async () => {
		const state = join(directory, "settings.state.json");
		const first = await start("--mqtt", "off").started();
		const { device } = (await (await fetch(`${first.url}/api/v1/status`)).json()) as { device: { serial: string } };
		await first.stop();
		expect(JSON.parse(readFileSync(state, "utf8"))).toMatchObject({ serial: device.serial });
		const second = await start("--mqtt", "off").started();
		const again = (await (await fetch(`${second.url}/api/v1/status`)).json()) as { device: { serial: string } };
		expect(again.device.serial).toBe(device.serial);
	});

	test("state that cannot be kept is a warning, not the end, and a broken state file is left alone", async () => {
		const broken = join(directory, "broken.json");
		writeFileSync(broken, "{}");
		writeFileSync(join(directory, "broken.state.json"), "not JSON");
		const run = await start("--settings", broken, "--mqtt", "off").started();
		expect(run.output).toMatch(/^warning: .*broken\.state\.json is not JSON/);
		expect(readFileSync(join(directory, "broken.state.json"), "utf8")).toBe("not JSON");
		await run.reading();
	});

	describe("what cannot work: exit status 1 and a sentence that says what to do", () => {
		test("a taken HTTP port", async () => {
			const { server, port } = await listen();
			const run = start(...EMBEDDED, "--http-port", String(port));
			await run.finished();
			server.close();
			expect(run.status).toBe(1);
			expect(run.errors).toBe(
				`error: HTTP: 127.0.0.1:${port} is taken by another program. Choose another port with --http-port\n`,
			);
			expect(run.output).not.toContain("curl");
		});

		test("a taken MQTT port", async () => {
			const { server, port } = await listen();
			const run = start("--mqtt-port", String(port));
			await run.finished();
			server.close();
			expect(run.status).toBe(1);
			expect(run.errors).toMatch(
				new RegExp(`^error: MQTT: 127\\.0\\.0\\.1:${port} is taken.*--mqtt-port.*--mqtt mqtt://127`),
			);
		});

		test.each([
			["HTTP", ["--mqtt", "off"]],
			["MQTT", EMBEDDED],
		])("an address that is not this computer's: %s", async (what, args) => {
			const run = start(...args, "--http-host", "192.0.2.1");
			await run.finished();
			expect(run.status).toBe(1);
			expect(run.errors).toMatch(
				new RegExp(`error: ${what}: cannot listen on 192\\.0\\.2\\.1:0.*\\. Check --http-host`),
			);
		});

		test.each([
			{ what: "a file that is missing", path: "/no/such/capture.txt", says: /capture\.txt: no such file/ },
			{ what: "a directory", path: tmpdir(), says: /that is a directory/ },
		])("$what as source", async ({ path, says }) => {
			const run = start(...EMBEDDED, "--source", `file:${path}`);
			await run.finished();
			expect(run.status).toBe(1);
			expect(run.errors).toMatch(says);
		});
	});

	test("a wrong option: exit status 2, nothing is started or written", async () => {
		const path = join(directory, "untouched.json");
		writeFileSync(path, "{}");
		const run = start("--settings", path, "--speed", "fast");
		await run.finished();
		expect(run.status).toBe(2);
		expect(run.errors).toMatch(/^error: --speed must be/);
		expect(existsSync(join(directory, "untouched.state.json"))).toBe(false);
	});

	test.each([
		{
			args: ["--http-host", "0.0.0.0", "--mdns", "off", ...EMBEDDED],
			says: [/whoever reaches 0\.0\.0\.0 can read the meter/, /broker has no password/],
		},
		{ args: ["--http-host", "0.0.0.0", "--mdns", "off", "--mqtt", "off"], says: [/whoever reaches/] },
		{ args: EMBEDDED, says: [] },
	])("$args: warnings $says", async ({ args, says }) => {
		const run = await start(...args).started();
		const warnings = run.output.split("\n").filter((line) => line.startsWith("warning: "));
		expect(warnings).toHaveLength(says.length);
		for (const [index, pattern] of says.entries()) expect(warnings[index]).toMatch(pattern);
		await run.reading();
	});
});
