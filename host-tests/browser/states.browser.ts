import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { corpusTelegram, powerTelegram } from "../support/telegram.js";
import { launchBrowser, Tab, type TabOptions } from "./support/browser.js";
import { ownedControl } from "./support/owner.js";
import { PageApp, type PageAppOptions } from "./support/page-app.js";

// What the page shows when something is missing or wrong: each state in words, and a picture to look at.

const PHONE: TabOptions = { viewport: { width: 360, height: 740 }, locale: "sv-SE", timezoneId: "Europe/Stockholm" };
const DESK: TabOptions = { viewport: { width: 1280, height: 800 }, timezoneId: "Europe/Stockholm" };

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

async function start(options: PageAppOptions): Promise<PageApp> {
	const app = await PageApp.start(options);
	apps.push(app);
	return app;
}

async function open(app: PageApp, options: TabOptions): Promise<Tab> {
	const tab = await Tab.open(browser, app.url, options);
	tabs.push(tab);
	return tab;
}

async function isSound(tab: Tab, picture: string): Promise<void> {
	await tab.picture(picture);
	expect(await tab.violations()).toEqual([]);
	expect(await tab.scrollsSideways()).toBe(false);
}

describe("before the first telegram", () => {
	test("it says what to check, and no number", async () => {
		const app = await start({ source: "stdin" });
		const tab = await open(app, PHONE);
		await tab.page.locator(".pill").getByText("Väntar på mätaren").waitFor();
		expect(await tab.page.textContent("#now .power")).toBe("– ");
		expect(await tab.page.textContent("main")).toContain("Har nätbolaget öppnat porten");
		expect(await tab.page.textContent("main")).not.toMatch(/\d (W|A|V|kWh)/);
		await isSound(tab, "waiting");
		expect(tab.errors).toEqual([]);
	});
});

describe("a silent meter", () => {
	test("the numbers are seen to be old, and it says for how long", async () => {
		const app = await start({ source: "stdin" });
		const tab = await open(app, PHONE);
		for (let i = 0; i < 4; i++) {
			app.stdin.write(powerTelegram(1234));
			await tab.page.waitForTimeout(1000);
		}
		await tab.page.getByText("Mätaren har varit tyst i").first().waitFor({ timeout: 30_000 });
		expect(await tab.page.textContent("#now")).toMatch(/Senast kända värden, \d+\ss gamla/);
		expect(await tab.page.textContent(".pill")).toMatch(/Mätaren har varit tyst i \d+\ss/);
		expect(await tab.page.textContent("[role=status]")).toBe("Mätaren har varit tyst");
		await isSound(tab, "silent");
		app.stdin.write(powerTelegram(2000));
		await tab.page.locator(".pill").getByText("Direkt").waitFor();
		expect(await tab.page.textContent("#now .age")).toBe("");
		expect(tab.errors).toEqual([]);
	});
});

describe("a Dutch house with gas", () => {
	test("tariffs, gas with the time of its own, and no phase that is not there", async () => {
		const app = await start({ source: "stdin" });
		app.stdin.write(corpusTelegram("nl-v5/iskra-m550e-a.txt"));
		const tab = await open(app, DESK);
		await tab.page.getByText("Gas").waitFor();
		const registers = await tab.page.textContent("#registers");
		expect(registers).toMatch(/From the grid, tariff 1.*From the grid, tariff 2.*Gas read .*m³/);
		expect(await tab.page.locator("#phases tbody tr").count()).toBe(1);
		await isSound(tab, "dutch");
	});
});

describe("the update", () => {
	test("where it is done in another way, it says how; while it runs, how far it is: no form then", async () => {
		const app = await start({});
		const tab = await open(app, DESK);
		const { page } = tab;
		const form = page.locator("#update form");
		await page.locator("#update summary").click();
		await page.getByText("Update it with git pull and npm ci").waitFor();
		expect([await form.isVisible(), await page.locator("#update progress").isVisible()]).toEqual([false, false]);
		const answer = { state: "idle", version: "0.1.0", board: "a-board", receivedBytes: 250_000, byteLength: 1_000_000 };
		const toggle = async (state: string): Promise<void> => {
			await page.route("**/api/v1/update", (route) => route.fulfill({ json: { ...answer, state } }));
			await page.locator("#update summary").click();
			await page.locator("#update summary").click();
		};
		await toggle("idle");
		await page.getByText("The file p1-dongle-a-board.bin").waitFor();
		await isSound(tab, "update");
		await toggle("receiving");
		await page.getByText("Leave the dongle its power.").waitFor();
		expect([await form.isVisible(), await page.locator("#update progress").isVisible()]).toEqual([false, true]);
		expect(await page.evaluate("document.querySelector('#update progress').value")).toBe(0.25);
		await isSound(tab, "updating");
		expect(tab.errors).toEqual([]);
	});
});

describe("the owner", () => {
	test("reading needs the password: it is asked for, and then everything is there", async () => {
		const control = ownedControl("correct horse", { readAccess: "password" });
		const app = await start({ settings: { readAccess: "password" }, control });
		const tab = await open(app, PHONE);
		await tab.page.locator("#lock").waitFor();
		await isSound(tab, "locked");
		await tab.page.locator("#lock input").fill("wrong horse");
		await tab.page.getByRole("button", { name: "Lås upp" }).click();
		await tab.page.getByText("Fel lösenord.").waitFor();
		await tab.page.locator("#lock input").fill("correct horse");
		await tab.page.keyboard.press("Enter");
		await tab.page.locator(".pill").getByText("Direkt").waitFor();
		expect(await tab.page.locator("#lock").isVisible()).toBe(false);
		// By the stream, which needs the session too: an EventSource could not send it.
		await tab.page.getByText("Får varje mätvärde direkt.").waitFor();
		expect(tab.requests.filter((address) => /token|correct/.test(address))).toEqual([]);
		await tab.page.reload();
		await tab.page.locator(".pill").getByText("Direkt").waitFor();
		// What the password does not guard is told when something is saved.
		await tab.page.locator("#settings summary").first().click();
		await tab.page.locator("#set-name").fill("Källaren");
		await tab.page.locator("#settings > details > form .primary").click();
		await tab.page.getByText("Lösenordet skyddar inte allt, läs vad som står vid: Råa telegram, Modbus TCP.").waitFor();
	});

	test.each([
		["sv", { ...PHONE, colorScheme: "dark" }],
		["en", DESK],
	] as const)("settings in a form (%s): shown to all, changed with the password", async (language, options) => {
		const control = ownedControl("correct horse");
		const app = await start({ control });
		const tab = await open(app, options as TabOptions);
		await tab.page.locator("#settings summary").first().click();
		const name = tab.page.locator("#set-name");
		await name.waitFor();
		await isSound(tab, `settings-${language}`);
		const form = tab.page.locator("#settings > details > form");
		const save = form.locator(".primary");
		await tab.page.locator("#set-mqttPort").fill("1884");
		await name.fill("Källaren");
		await save.click();
		const isSwedish = language === "sv";
		await form.getByText(isSwedish ? "Lösenordet behövs" : "The password is needed").waitFor();
		await form.getByLabel(isSwedish ? "Ägarens lösenord" : "The owner's password").fill("correct horse");
		await save.click();
		await form.getByText(isSwedish ? "Det gäller efter en omstart." : "It counts after a restart.").waitFor();
		expect(control.settingsStorage.read().settings).toMatchObject({ name: "Källaren", mqttPort: 1884 });
		await tab.page.locator("#set-mqttTopic").fill("a/#");
		await save.click();
		await tab.page.locator("#set-mqttTopic[aria-invalid=true]").waitFor();
		await isSound(tab, `settings-wrong-${language}`);
		expect(await tab.page.evaluate("document.activeElement.id")).toBe("set-mqttTopic");
	});
});
