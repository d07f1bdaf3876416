import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const FOLDER = new URL("../../../.cache/screenshots/", import.meta.url).pathname;
const FLAGS = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** The installed Chromium; P1_CHROMIUM names another one. */
export function launchBrowser(): Promise<Browser> {
	return chromium.launch({ executablePath: process.env.P1_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

export type TabOptions = BrowserContextOptions & {
	/** Runs in the page before its own. */
	readonly script?: string;
	/** Is called before the page is loaded. */
	readonly prepare?: (tab: Tab) => Promise<void>;
};

/** A tab, and what went wrong in it. */
export class Tab {
	readonly page: Page;
	/** Errors on the console and uncaught ones. */
	readonly errors: string[] = [];
	/** Addresses that were asked for, in order. */
	readonly requests: string[] = [];

	private constructor(page: Page) {
		this.page = page;
		page.on("console", (message) => {
			if (message.type() === "error" || message.type() === "warning") this.errors.push(message.text());
		});
		page.on("pageerror", (error) => this.errors.push(String(error)));
		page.on("request", (request) => this.requests.push(request.url()));
	}

	static async open(browser: Browser, url: string, options: TabOptions = {}): Promise<Tab> {
		const { script, prepare, ...contextOptions } = options;
		const size = { width: 1280, height: 800 };
		const context = await browser.newContext({ viewport: size, locale: "en-GB", ...contextOptions });
		if (script !== undefined) await context.addInitScript(script);
		const tab = new Tab(await context.newPage());
		await prepare?.(tab);
		await tab.page.goto(url);
		return tab;
	}

	/** Keeps a picture of the whole page, to be looked at. */
	async picture(name: string): Promise<void> {
		mkdirSync(FOLDER, { recursive: true });
		await this.page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
	}

	/** What axe-core finds serious or critical, a line each. */
	async violations(): Promise<string[]> {
		// Not as a script of the page: its policy forbids that.
		await this.page.evaluate(axe.source);
		const { violations } = (await this.page.evaluate("axe.run()")) as axe.AxeResults;
		return violations
			.filter(({ impact }) => impact === "serious" || impact === "critical")
			.map(
				({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
			);
	}

	/** Whether something is wider than the window. */
	async scrollsSideways(): Promise<boolean> {
		return (await this.page.evaluate("document.scrollingElement.scrollWidth > innerWidth")) as boolean;
	}

	async close(): Promise<void> {
		// An answer that a test changes may be on its way.
		await this.page.unrouteAll({ behavior: "ignoreErrors" });
		await this.page.context().close();
	}
}
