import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, Tab } from "./support/browser.js";
import { PageApp } from "./support/page-app.js";

/** A clear day in June before noon in Stockholm: the panels give more than the house takes. */
const SUMMER_MS = Date.parse("2026-06-15T03:30:00Z");
/** An hour of the house each six seconds. */
const SPEED = 600;

/** Lets the page's wall clock run as fast as the simulated one, so that its curve is that of a day. */
const FAST_CLOCK = `{
	const startMs = Date.now();
	Date.now = () => ${SUMMER_MS} + (performance.now()) * ${SPEED};
}`;

let browser: Browser;
let app: PageApp;

beforeAll(async () => {
	browser = await launchBrowser();
	app = await PageApp.start({
		startUtcMs: SUMMER_MS,
		speed: SPEED,
		intervalMs: 60_000,
		settings: { mqtt: true },
		brokerPort: 0,
	});
});

afterAll(async () => {
	await browser.close();
	await app.stop();
});

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
	] as const)(
		"in %s (%s), %s: nothing serious for axe, no error, nothing sideways",
		async (language, locale, colorScheme) => {
			const options = { viewport, locale, colorScheme, timezoneId: "Europe/Stockholm" };
			const tab = await Tab.open(browser, app.url, options, FAST_CLOCK);
			await tab.page.waitForTimeout(size === "desk" ? 40_000 : 20_000);
			expect(await tab.page.getAttribute("html", "lang")).toBe(language);
			await tab.picture(`${size}-${language}-${colorScheme}`);
			expect(await tab.violations()).toEqual([]);
			expect(await tab.scrollsSideways()).toBe(false);
			expect(tab.errors).toEqual([]);
			await tab.close();
		},
	);
});
