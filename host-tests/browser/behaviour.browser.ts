import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { powerTelegram } from "../support/telegram.js";
import { launchBrowser, Tab } from "./support/browser.js";
import { PageApp, type PageAppOptions } from "./support/page-app.js";

let browser: Browser;
const apps: PageApp[] = [];
const tabs: Tab[] = [];

beforeAll(async () => {
	browser = await launchBrowser();
});
afterEach(async () => {
	for (const tab of tabs.splice(0)) await tab.close();
	for (const app of apps.splice(0)) await app.stop();
});
afterAll(() => browser.close());

async function start(options: PageAppOptions = {}): Promise<PageApp> {
	const app = await PageApp.start(options);
	apps.push(app);
	return app;
}

async function open(app: PageApp): Promise<Tab> {
	const tab = await Tab.open(browser, app.url);
	tabs.push(tab);
	return tab;
}

async function isLive({ page }: Tab): Promise<void> {
	await page.locator(".pill").getByText("Live").waitFor({ timeout: 30_000 });
}

describe("what it asks for", () => {
	test("one request for the page, the status, the stream and the past each, all of its own dongle", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		await tab.page.waitForTimeout(2000);
		const paths = ["api/v1/status", "api/v1/history/power", "api/v1/events"];
		expect(tab.requests[0]).toBe(app.url);
		expect(tab.requests.slice(1).sort()).toEqual(paths.map((path) => app.url + path).sort());
		expect(await tab.page.context().cookies()).toEqual([]);
		expect(tab.errors).toEqual([]);
	});

	test("loaded again it is not sent again", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		const answer = tab.page.waitForResponse(app.url);
		await tab.page.evaluate("location.reload()");
		const sizes = await (await answer).request().sizes();
		expect(sizes.responseBodySize).toBe(0);
		await isLive(tab);
	});

	test("another page's script would not run: the policy counts", async () => {
		const app = await start();
		const tab = await open(app);
		await expect(tab.page.addScriptTag({ content: "document.title = 'taken over'" })).rejects.toThrow();
		expect(await tab.page.title()).toBe("Electricity meter");
	});
});

describe("readings", () => {
	test("each is shown when it comes, exactly", async () => {
		const app = await start({ source: "stdin" });
		const tab = await open(app);
		for (const [watts, text] of [
			[167, "167 W"],
			[4251, "4.25 kW"],
			[0, "0 W"],
		] as const) {
			app.stdin.write(powerTelegram(watts));
			await expect.poll(() => tab.page.textContent("#now .power"), { timeout: 3000 }).toBe(text);
		}
		expect(await tab.page.textContent("#now .direction")).toBe("nothing from or to the grid");
	});

	test("the browser's memory does not grow with their number", { timeout: 150_000 }, async () => {
		const app = await start({ speed: 60 });
		const tab = await open(app);
		await isLive(tab);
		const session = await tab.page.context().newCDPSession(tab.page);
		const usedBytes = async (): Promise<number> => {
			await session.send("HeapProfiler.collectGarbage");
			const { usedSize } = await session.send("Runtime.getHeapUsage");
			return usedSize;
		};
		const readings = async (count: number): Promise<void> => {
			await expect.poll(() => app.app.meter.counters.telegrams, { timeout: 60_000 }).toBeGreaterThan(count);
		};
		// What the browser compiles comes first.
		await readings(400);
		const before = await usedBytes();
		await readings(800);
		// 400 readings of 1.5 kB each would be 600 kB.
		expect((await usedBytes()) - before).toBeLessThan(300_000);
	});
});

describe("today's curve", () => {
	test("opened in the evening, it is there since midnight, from what the dongle remembers", async () => {
		const app = await start({ source: "stdin" });
		const remembered = {
			intervalS: 300,
			runs: [{ startedAgoS: 7200, powerW: [...Array(12).fill(900), ...Array(12).fill(-600)] }],
		};
		const tab = await Tab.open(browser, app.url, {
			timezoneId: "Europe/Stockholm",
			script: `const late = Date.parse("2026-06-15T21:40:00+02:00") - Date.now(); const now = Date.now; Date.now = () => now() + late;`,
			prepare: async ({ page }) => {
				await page.route("**/history/power", (route) => route.fulfill({ json: remembered }));
			},
		});
		tabs.push(tab);
		app.stdin.write(powerTelegram(300));
		await isLive(tab);
		await tab.page.getByText("Since 19:40.").waitFor();
		expect(await tab.page.textContent("#curve-summary")).toMatch(/600\sW to the grid/);
		await tab.page.getByText("The curve as a table").click();
		await tab.page
			.getByText(/600\sW to the grid/)
			.first()
			.waitFor();
		expect(tab.errors).toEqual([]);
		await tab.picture("remembered");
	});

	test("loaded again, what the dongle has heard before is in it", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		await tab.page.waitForTimeout(6000);
		await tab.page.evaluate("location.reload()");
		await isLive(tab);
		const history = (await (await fetch(`${app.url}api/v1/history/power`)).json()) as {
			runs: { startedAgoS: number }[];
		};
		expect(history.runs[0]?.startedAgoS).toBeGreaterThan(6);
		// A curve of two points at once: the readings of this load alone would be one.
		await tab.page.getByText("The curve as a table").waitFor({ timeout: 3000 });
	});
});

describe("when the dongle restarts", () => {
	test("the page says that it is gone, and is live again by itself", async () => {
		const app = await start();
		const port = app.app.httpPort;
		const tab = await open(app);
		await isLive(tab);
		await app.stop();
		await tab.page.locator(".pill").getByText("No contact with the dongle").waitFor();
		expect(await tab.page.locator("main.stale").count()).toBe(1);
		expect(await tab.page.textContent("[role=status]")).toBe("No contact with the dongle");
		await tab.picture("lost");
		expect(await tab.violations()).toEqual([]);
		await start({ httpPort: port });
		await isLive(tab);
		expect(await tab.page.locator("main.stale").count()).toBe(0);
		expect(tab.requests.filter((address) => address === app.url)).toHaveLength(1);
	});
});

describe("while the broker is down", () => {
	test("readings go on, and the page says what it means", async () => {
		const app = await start({ settings: { mqtt: true, mqttHost: "127.0.0.1", mqttPort: 1 } });
		const tab = await open(app);
		await isLive(tab);
		await tab.page.getByText("The broker is away. Readings go on here").waitFor();
		await tab.picture("broker-down");
		expect(tab.errors).toEqual([]);
	});
});

describe("when every stream is taken", () => {
	test("the page polls, and says so", async () => {
		const app = await start();
		// Kept: a stream that nobody refers to any more is closed when garbage is collected, and leaves its place.
		const others: Response[] = [];
		do others.push(await fetch(`${app.url}api/v1/events`));
		while (others.at(-1)?.status === 200);
		const tab = await open(app);
		await isLive(tab);
		await tab.page.getByText("Asks for readings").waitFor();
		// The registers of a house that uses little need not change in so short a time: what was asked is what counts.
		for (let answers = 0; answers < 2; answers++) {
			const answer = await tab.page.waitForResponse((response) => response.url().includes("/api/v1/reading"));
			expect(answer.status()).toBe(200);
		}
		for (const { body } of others) await body?.cancel();
	});
});

describe("by keyboard", () => {
	test("one goes from top to bottom, sees where one is, and opens what can be opened", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		const { page } = tab;
		await page.getByText("The curve as a table").waitFor();
		const focused = async (): Promise<string> => {
			await page.keyboard.press("Tab");
			return (await page.evaluate("document.activeElement.textContent")) as string;
		};
		const walk: string[] = [];
		for (let i = 0; i < 7; i++) {
			walk.push(await focused());
			const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
			expect(outline, walk.at(-1)).not.toBe("none");
		}
		expect(walk).toEqual([
			"To the readings",
			"The curve as a table",
			"See and change",
			"Install a new version",
			"Reading as JSON",
			"Latest telegram",
			"Status as JSON",
		]);
		for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Enter");
		await page.locator("#today table").waitFor();
		await expect.poll(() => page.locator("#today tbody tr").count()).toBeGreaterThan(0);
		await page.keyboard.press("Tab");
		await page.keyboard.press("Space");
		await page.locator("#set-name").waitFor();
		await page.keyboard.press("Tab");
		expect(await page.evaluate("document.activeElement.id")).toBe("set-name");
	});

	test("the skip link leads to the readings", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		await tab.page.keyboard.press("Tab");
		await tab.page.keyboard.press("Enter");
		expect(await tab.page.evaluate("document.activeElement.id")).toBe("main");
	});
});

describe("for screen readers", () => {
	test("there are landmarks, one heading of the first level, and a name for every part", async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		const { page } = tab;
		for (const role of ["banner", "main", "contentinfo"] as const) expect(await page.getByRole(role).count()).toBe(1);
		expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["Electricity meter"]);
		for (const name of ["Right now", "Phases", "Today", "Meter readings", "How things are", "Settings"]) {
			expect(await page.getByRole("region", { name }).count(), name).toBe(1);
		}
		expect(await page.getByRole("row", { name: /L1 .* A .* V .* W/ }).count()).toBe(1);
	});

	test("what is announced does not change with the readings", { retry: 2 }, async () => {
		const app = await start();
		const tab = await open(app);
		await isLive(tab);
		await tab.page.evaluate(
			"window.said = []; new MutationObserver(() => said.push(document.querySelector('[role=status]').textContent)).observe(document.querySelector('[role=status]'), {childList: true, characterData: true, subtree: true})",
		);
		await tab.page.waitForTimeout(5000);
		expect(await tab.page.evaluate("window.said")).toEqual([]);
	});
});
