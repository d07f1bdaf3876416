import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppRun } from "../../../support/app-run.js";
import { hasSocat, SerialCable, TcpBridge } from "../../../support/p1-sources.js";
import { powerTelegram, telegramOf } from "../../../support/telegram.js";
import { waitUntil } from "../../../support/wait-until.js";

describe("npm start with each source, in this process", () => {
	let directory: string;
	let settings: string;
	const runs: AppRun[] = [];
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-sources-"));
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

	test("--source file: plays each telegram; after the last the reading stays", async () => {
		const path = join(directory, "capture.txt");
		writeFileSync(path, `${powerTelegram(1)}${powerTelegram(2).replace("W)", "S)")}${powerTelegram(3)}`);
		const run = await start("--mqtt", "off", "--source", `file:${path}`, "--interval", "0.05").started();
		await run.reading(({ powerImportW }) => powerImportW === 3);
		await waitUntil(() => run.output.includes("No more telegrams will come"));
		expect(run.output).toContain(`${path} has been read to its end`);
		const { telegrams } = (await (await fetch(`${run.url}/api/v1/status`)).json()) as { telegrams: object };
		expect(telegrams).toMatchObject({ good: 2, bad: 1, crcMismatch: 1 });
		expect(await run.reading()).toMatchObject({ powerImportW: 3 });
	});

	test("--source -: standard input as it comes, the last telegram without its line end", async () => {
		const run = await start("--mqtt", "off", "--source", "-").started();
		const waiting = await fetch(`${run.url}/api/v1/reading`);
		expect(waiting.status).toBe(503);
		run.stdin.write(powerTelegram(10));
		await run.reading(({ powerImportW }) => powerImportW === 10);
		run.stdin.end(powerTelegram(11).trimEnd());
		await run.reading(({ powerImportW }) => powerImportW === 11);
	});

	test("--source tcp: readings come, the bridge goes and returns, and it is said", async () => {
		const bridge = new TcpBridge();
		await bridge.start();
		const run = await start("--mqtt", "off", "--source", `tcp:127.0.0.1:${bridge.port}`).started();
		await waitUntil(() => bridge.connections === 1);
		bridge.send(Buffer.from(powerTelegram(20)));
		await run.reading(({ powerImportW }) => powerImportW === 20);
		await bridge.stop();
		await waitUntil(() => run.output.includes("closed by the other side"));
		await bridge.start();
		await waitUntil(() => bridge.connections === 1);
		bridge.send(Buffer.from(powerTelegram(21)));
		await run.reading(({ powerImportW }) => powerImportW === 21);
		await run.stop();
		await bridge.stop();
	});

	test("--profile forces the rule for the meter's time", async () => {
		const path = join(directory, "summer.txt");
		writeFileSync(path, telegramOf(["0-0:1.0.0(240708164940S)"]));
		const run = await start("--mqtt", "off", "--source", `file:${path}`, "--profile", "p1").started();
		expect(await run.reading()).toMatchObject({ profile: "p1", time: "2024-07-08T14:49:40Z" });
	});

	test.skipIf(!hasSocat())("--source serial: readings come, the cable is pulled out and comes back", async () => {
		const cable = new SerialCable();
		await cable.plug();
		const run = await start("--mqtt", "off", "--source", `serial:${cable.path}`).started();
		await waitUntil(() => run.output.includes("115200 8N1"));
		cable.send(Buffer.from(powerTelegram(30)));
		await run.reading(({ powerImportW }) => powerImportW === 30);
		await cable.unplug();
		await waitUntil(() => run.output.includes("was the cable pulled out?"));
		await cable.plug();
		await waitUntil(() => run.output.split("115200 8N1").length === 3, 15_000);
		cable.send(Buffer.from(powerTelegram(31)));
		await run.reading(({ powerImportW }) => powerImportW === 31);
		await run.stop();
		await cable.close();
	});

	test("--source serial: a cable that is not there is said, and waited for", async () => {
		const run = await start("--mqtt", "off", "--source", "serial:/no/such/cable").started();
		await waitUntil(() => run.output.includes("warning: P1: /no/such/cable: there is no such device"));
		expect(run.status).toBeUndefined();
		const { p1Port } = (await (await fetch(`${run.url}/api/v1/status`)).json()) as { p1Port: object };
		expect(p1Port).toMatchObject({ connected: false, detail: expect.stringContaining("/no/such/cable") as string });
	});
});
