import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../web/build.mjs";
import { type Program, startProgram } from "./support/program.js";

let program: Program;

beforeAll(async () => {
	program = await startProgram({ source: "tcp:127.0.0.1:1", mqtt: false, telegram: false, mdns: false });
}, 70_000);
afterAll(() => program.end());

function ask(headers: Readonly<Record<string, string>>): Promise<Response> {
	return fetch(`${program.url}/`, { headers: { accept: "text/html", ...headers } });
}

describe("the page of the running program", () => {
	test("is what the sources make, to the last byte", async () => {
		const { html, gzip } = await buildPage();
		const response = await ask({});
		expect(response.headers.get("content-length")).toBe(String(gzip.length));
		expect(await response.text()).toBe(html);
	});

	test("is not sent again to whoever has it", async () => {
		const etag = (await ask({})).headers.get("etag") ?? "";
		expect((await ask({ "if-none-match": etag })).status).toBe(304);
	});

	test("several browsers that load it at once all get it", async () => {
		const texts = await Promise.all(Array.from({ length: 8 }, () => ask({}).then((response) => response.text())));
		expect(new Set(texts).size).toBe(1);
	});

	test("leaves the index to programs", async () => {
		const response = await ask({ accept: "*/*" });
		expect(await response.json()).toMatchObject({ name: "p1-dongle" });
	});
});
