import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, Tab } from "./support/browser.js";
import { PageApp } from "./support/page-app.js";

/** A clear day in June in Stockholm, an hour past noon. */
const SUMMER_MS = Date.parse("2026-06-15T11:00:00Z");
const HOURS = 13;
const INTERVAL_S = 300;

let browser: Browser;
let app: PageApp;
let startedMs: number;

beforeAll(async () => {
	browser = await launchBrowser();
	startedMs = Date.now();
	app = await PageApp.start({ startUtcMs: SUMMER_MS, settings: { mqtt: true }, brokerPort: 0 });
});

afterAll(async () => {
	await browser.close();
	await app.stop();
});

/** The house from midnight on: its standby, a breakfast, and panels that soon give more than it takes. */
function powerOf(hour: number): number {
	const breakfast = hour > 6.5 && hour < 7.5 ? 2300 : 0;
	const panels = hour < 5 ? 0 : 7500 * Math.sin(((hour - 5) / 16) * Math.PI) ** 2;
	return Math.round(420 + 80 * Math.sin(9 * hour) + breakfast - panels);
}

const powers = Array.from({ length: (HOURS * 3600) / INTERVAL_S }, (_, i) => powerOf((i * INTERVAL_S) / 3600));
const remembered = { intervalS: INTERVAL_S, runs: [{ startedAgoS: HOURS * 3600, powerW: powers }] };

const SIZES = [
	["phone", { width: 360, height: 740 }],
	["desk", { width: 1280, height: 800 }],
] as const;

describe.each(SIZES)("on a %s", (size, viewport) => {
	test.each([
		["sv", "sv-SE", "Sedan 00:00."],
		["en", "en-GB", "Since 00:00."],
	] as const)("%s (%s): nothing serious for axe, no error, nothing sideways", async (language, locale, since) => {
		const tab = await Tab.open(browser, app.url, {
			viewport,
			locale,
			colorScheme: "light",
			timezoneId: "Europe/Stockholm",
			// The page's wall clock is the meter's.
			script: `{ const now = Date.now; Date.now = () => now() + ${SUMMER_MS - startedMs}; }`,
			prepare: async ({ page }) => {
				await page.route("**/history/power", (route) => route.fulfill({ json: remembered }));
			},
		});
		await tab.page.getByText(since).waitFor();
		expect(await tab.page.getAttribute("html", "lang")).toBe(language);
		for (const scheme of ["light", "dark"] as const) {
			await tab.page.emulateMedia({ colorScheme: scheme });
			await tab.picture(`${size}-${language}-${scheme}`);
			expect(await tab.violations()).toEqual([]);
		}
		expect(await tab.scrollsSideways()).toBe(false);
		expect(tab.errors).toEqual([]);
		await tab.close();
	});
});
