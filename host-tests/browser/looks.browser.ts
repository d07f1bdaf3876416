import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, Tab } from "./support/browser.js";
import { PageApp } from "./support/page-app.js";

/** A clear day in June in Stockholm, before the sun is high: the panels soon give more than the house takes. */
const SUMMER_MS = Date.parse("2026-06-15T05:00:00Z");
/** An hour of the house each six seconds. */
const SPEED = 600;

let browser: Browser;
let app: PageApp;
let startedMs: number;

beforeAll(async () => {
	browser = await launchBrowser();
	startedMs = Date.now();
	const settings = { mqtt: true };
	app = await PageApp.start({ startUtcMs: SUMMER_MS, speed: SPEED, intervalMs: 60_000, settings, brokerPort: 0 });
});

afterAll(async () => {
	await browser.close();
	await app.stop();
});

/** Lets the page's wall clock run with the simulated one, so that its curve is that of a day. */
function fastClock(): string {
	return `Date.now = () => ${SUMMER_MS + (Date.now() - startedMs) * SPEED} + performance.now() * ${SPEED};`;
}

/** Says that the meter's pace is that of the simulated minutes: the curve has no gaps then. */
async function slowPace({ page }: Tab): Promise<void> {
	await page.route("**/api/v1/status", async (route) => {
		const response = await route.fetch();
		const status = (await response.json()) as { reading?: { pushIntervalS?: number } };
		if (status.reading !== undefined) status.reading.pushIntervalS = 60;
		await route.fulfill({ response, json: status });
	});
}

const SIZES = [
	["phone", { width: 360, height: 740 }],
	["desk", { width: 1280, height: 800 }],
] as const;

describe.each(SIZES)("on a %s", (size, viewport) => {
	test.each([
		["sv", "sv-SE", "light"],
		["sv", "sv-SE", "dark"],
		["en", "en-GB", "light"],
		["en", "en-GB", "dark"],
	] as const)("%s (%s), %s: nothing serious for axe, no error, nothing sideways", async (language, locale, scheme) => {
		const options = { viewport, locale, colorScheme: scheme, timezoneId: "Europe/Stockholm" };
		const tab = await Tab.open(browser, app.url, { ...options, script: fastClock(), prepare: slowPace });
		await tab.page.waitForTimeout(15_000);
		expect(await tab.page.getAttribute("html", "lang")).toBe(language);
		await tab.picture(`${size}-${language}-${scheme}`);
		expect(await tab.violations()).toEqual([]);
		expect(await tab.scrollsSideways()).toBe(false);
		expect(tab.errors).toEqual([]);
		await tab.close();
	});
});
