import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, Tab, type TabOptions } from "./support/browser.js";
import { SetupApp, type SetupAppOptions } from "./support/setup-app.js";

// The setup as somebody meets it who has just plugged the dongle in.

const PHONE: TabOptions = { viewport: { width: 360, height: 740 }, locale: "sv-SE" };
const DESK: TabOptions = { viewport: { width: 1280, height: 800 }, locale: "en-GB" };
/** The page asks for the list and the result each 1.5 s; the time of the simulated air is faster, too. */
const IMPATIENT = "{ const after = setTimeout; setTimeout = (call, ms) => after(call, ms === 1500 ? 300 : ms); }";
const LONG_NAME = "Ett mycket långt namn 5G-Ext";

let browser: Browser;
const apps: SetupApp[] = [];
const tabs: Tab[] = [];

beforeAll(async () => {
	browser = await launchBrowser();
});
afterEach(async () => {
	for (const tab of tabs.splice(0)) await tab.close();
	for (const app of apps.splice(0)) app.stop();
});
afterAll(() => browser.close());

async function start(options: SetupAppOptions = {}): Promise<SetupApp> {
	const app = await SetupApp.start(options);
	apps.push(app);
	for (const [ssid, rssiDbm, password] of [
		["home", -52, "correct horse"],
		[LONG_NAME, -66, "battery staple"],
		["Källaren", -73, ""],
		["far away", -88, "battery staple"],
	] as const) {
		app.air.add({ ssid, rssiDbm, password });
	}
	return app;
}

async function open(app: SetupApp, options: TabOptions, url = app.url): Promise<Tab> {
	const tab = await Tab.open(browser, url, { script: IMPATIENT, ...options });
	tabs.push(tab);
	return tab;
}

/** The list has come. */
async function hasNetworks({ page }: Tab): Promise<void> {
	await page.locator("#setup .network").nth(3).waitFor();
}

async function isSound(tab: Tab, picture: string): Promise<void> {
	await tab.picture(`setup-${picture}`);
	expect(await tab.violations()).toEqual([]);
	expect(await tab.scrollsSideways()).toBe(false);
	expect(tab.errors).toEqual([]);
}

describe.each([
	["sv", "light", PHONE],
	["en", "dark", PHONE],
	["sv", "dark", DESK],
	["en", "light", DESK],
] as const)("a new dongle, %s, %s", (language, colorScheme, size) => {
	const options = { ...size, colorScheme, locale: language === "sv" ? "sv-SE" : "en-GB" };
	const name = `${size === PHONE ? "phone" : "desk"}-${language}-${colorScheme}`;

	test("from the list of networks to where the dongle is", async () => {
		const app = await start();
		const tab = await open(app, options);
		const { page } = tab;
		await hasNetworks(tab);
		expect(await page.getAttribute("html", "lang")).toBe(language);
		await isSound(tab, `list-${name}`);
		const message = page.locator("#setup [role=status]");
		const isSwedish = language === "sv";
		await page.locator("#setup-wifi-password").fill("wrong horse");
		app.station.result = { kind: "failed", reason: "wrong-password" };
		await page.getByRole("button", { name: isSwedish ? "Prova nätet" : "Test the network" }).click();
		await message.getByText(isSwedish ? "Provar home" : "Testing home").waitFor();
		await tab.picture(`setup-testing-${name}`);
		await message.getByText(isSwedish ? "Nätets lösenord är fel." : "The network's password is wrong.").waitFor();
		await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("setup-wifi-password");
		await isSound(tab, `wrong-${name}`);
		app.station.result = { kind: "connected", ipAddress: "192.168.1.50" };
		await page.locator("#setup-wifi-password").fill("correct horse");
		await page.locator("#setup [autocomplete=new-password]").first().fill("my own secret");
		await page.locator("#setup-mqttHost").fill("broker.lan");
		await page.locator("#setup-name").fill("Källaren");
		await page.locator("#setup .primary").click();
		await page.getByText(isSwedish ? "Klart. Dongeln är i home." : "Done. The dongle is in home.").waitFor();
		expect(await page.locator("#setup .places a").allTextContents()).toEqual([
			"http://p1-aabbcc.local/",
			"http://192.168.1.50/",
		]);
		await isSound(tab, `done-${name}`);
		expect(app.settings.current).toMatchObject({
			wifiSsid: "home",
			wifiPass: "correct horse",
			mqttHost: "broker.lan",
			name: "Källaren",
		});
		expect([app.access.hasPassword, app.portal.state]).toEqual([true, "showing-result"]);
		expect(app.station.calls.at(-1)).toBe("keep");
	});
});

describe("what may go wrong", () => {
	test("whatever the network does, it is said in plain words, and nothing is saved", async () => {
		const app = await start();
		const tab = await open(app, DESK);
		const { page } = tab;
		await hasNetworks(tab);
		await page.locator("#setup-wifi-password").fill("correct horse");
		await page.locator("#setup [autocomplete=new-password]").first().fill("my own secret");
		for (const [reason, words] of [
			["not-found", "No such network is heard on 2.4 GHz."],
			["no-address", "gave the dongle no address"],
			["weak-signal", "too weak here"],
			["failed", "turned the dongle away"],
		] as const) {
			app.station.result = { kind: "failed", reason };
			await page.locator("#setup .primary").click();
			await page.locator("#setup [role=status]").getByText(words).waitFor();
			await page.locator("#setup [inert]").waitFor({ state: "detached" });
			expect([app.settings.current.wifiSsid, app.access.hasPassword]).toEqual(["", false]);
		}
	});

	test("a password that is too short, a broker that is none: said where it is, and then it works", async () => {
		const app = await start();
		const tab = await open(app, DESK);
		const { page } = tab;
		await hasNetworks(tab);
		await page.locator("#setup-wifi-password").fill("correct horse");
		const save = page.locator("#setup .primary");
		await page.locator("#setup [autocomplete=new-password]").first().fill("short");
		await page.locator("#setup-mqttHost").fill("mqtt://broker");
		await save.click();
		await page.getByText("A password must have 8 to 64 characters.").waitFor();
		await page.locator("#setup [autocomplete=new-password]").first().fill("my own secret");
		await save.click();
		await page.locator("#setup-mqttHost[aria-invalid=true]").waitFor();
		await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("setup-mqttHost");
		// What was refused is on the console, too.
		expect(tab.errors.splice(0)).toHaveLength(2);
		await isSound(tab, "bad-broker");
		await page.locator("#setup-mqttHost").fill("broker.lan");
		await save.click();
		await page.getByText("Done. The dongle is in home.").waitFor();
		expect(app.settings.current).toMatchObject({ wifiSsid: "home", mqttHost: "broker.lan" });
	});

	test("the phone loses the setup network during the test: it is told, and goes on by itself", async () => {
		const app = await start();
		const tab = await open(app, { ...DESK });
		const { page } = tab;
		await hasNetworks(tab);
		await page.locator("#setup-wifi-password").fill("correct horse");
		app.station.result = "hangs";
		await page.getByRole("button", { name: "Test the network" }).click();
		await page.locator("#setup [role=status]").getByText("Testing home").waitFor();
		await page.context().setOffline(true);
		await page.getByText("Join the dongle's network again").waitFor();
		await page.context().setOffline(false);
		await page.locator("#setup [role=status]").getByText("turned the dongle away").waitFor({ timeout: 60_000 });
	});
});

describe("other ways in", () => {
	test("a network that is not in the list", async () => {
		const app = await start();
		const tab = await open(app, PHONE);
		const { page } = tab;
		await hasNetworks(tab);
		await page.locator(".network").getByText("Ett annat nät").click();
		await page.locator("#setup-ssid").fill("hidden");
		await page.locator("#setup-wifi-password").fill("correct horse");
		await isSound(tab, "other");
		await page.getByRole("button", { name: "Prova nätet" }).click();
		await page.getByText("hidden fungerar.").waitFor();
		expect(app.station.calls).toContain("try hidden correct horse");
	});

	test("a network without a password asks for none", async () => {
		const app = await start();
		const tab = await open(app, PHONE);
		await hasNetworks(tab);
		await tab.page.locator("#setup .network").getByText("Källaren").click();
		expect(await tab.page.locator("#setup-wifi-password").isVisible()).toBe(false);
		await tab.page.getByRole("button", { name: "Prova nätet" }).click();
		await tab.page.getByText("Källaren fungerar.").waitFor();
		expect(app.station.calls).toContain("try Källaren ");
	});

	test("by keyboard alone", async () => {
		const app = await start();
		const tab = await open(app, DESK);
		const { page } = tab;
		await hasNetworks(tab);
		await page.locator("#setup .network input").first().focus();
		await page.keyboard.press("ArrowDown");
		expect(await page.evaluate("document.activeElement.value")).toBe(LONG_NAME);
		await page.keyboard.press("ArrowUp");
		await page.keyboard.press("Tab");
		expect(await page.evaluate("document.activeElement.id")).toBe("setup-wifi-password");
		await page.keyboard.type("correct horse");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Space");
		await page.getByText("home works.").waitFor();
		const radio = page.getByRole("radio", { name: /home good/ });
		expect(await radio.count()).toBe(1);
	});

	test("from the cable, in the house's network: the password is chosen, Wi-Fi stays", async () => {
		const app = await start({ settings: { wifiSsid: "home", wifiPass: "correct horse" }, isHere: false });
		const url = app.firstOwner.urlAt("127.0.0.1").replace("http://127.0.0.1/", app.url);
		const tab = await open(app, DESK, url);
		const { page } = tab;
		await hasNetworks(tab);
		expect(page.url()).toBe(app.url);
		await page.locator("#setup [autocomplete=new-password]").first().fill("my own secret");
		await isSound(tab, "invited");
		await page.locator("#setup .primary").click();
		await page.getByText("Done. The dongle is in home.").waitFor();
		expect([app.access.hasPassword, app.station.calls.filter((call) => call.startsWith("try"))]).toEqual([true, []]);
	});

	test("an owner's dongle asks for the password first", async () => {
		const app = await start({ settings: { wifiSsid: "home", wifiPass: "correct horse" } });
		await new Promise<void>((resolve) => {
			app.access.changePassword(new TextEncoder().encode("my own secret"), () => resolve());
		});
		app.portal.open();
		const tab = await open(app, PHONE);
		const { page } = tab;
		await page.locator("#setup input[type=password]").fill("not mine at all");
		await page.locator("#setup").getByRole("button", { name: "Lås upp" }).click();
		await page.getByText("Fel lösenord.").first().waitFor();
		await tab.picture("setup-owner");
		expect(await tab.violations()).toEqual([]);
		await page.locator("#setup input[type=password]").fill("my own secret");
		await page.locator("#setup").getByRole("button", { name: "Lås upp" }).click();
		await hasNetworks(tab);
		expect(await page.locator("#setup .network input:checked").inputValue()).toBe("\nkeep");
		expect(await page.locator("#setup [autocomplete=new-password]:not([id^=setup])").count()).toBe(0);
	});

	test("in the house's network there is no setup to see", async () => {
		const app = await start({ settings: { wifiSsid: "home" }, isHere: false });
		app.portal.open();
		const tab = await open(app, PHONE);
		await tab.page.locator("#settings").waitFor();
		await tab.page.waitForTimeout(1500);
		expect(await tab.page.locator("#setup").isVisible()).toBe(false);
		expect(tab.requests.filter((address) => address.includes("/api/v1/setup"))).toHaveLength(1);
	});
});
