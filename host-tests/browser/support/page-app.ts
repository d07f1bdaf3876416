import { PassThrough } from "node:stream";
import { type App, type AppPlatform, type AppSettings, startApp } from "../../../src/platform/node/app/app.js";
import { loadPage } from "../../../src/platform/node/app/page.js";
import { NodeClock, NodeTimers } from "../../../src/platform/node/clock.js";
import { NodeDevice } from "../../../src/platform/node/device.js";
import { MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import type { Settings } from "../../../src/services/settings/table.js";

export type PageAppOptions = {
	/** Changes to the defaults; MQTT and mDNS are off unless they say otherwise. */
	readonly settings?: Partial<Settings>;
	/** Absent: the simulated meter. "stdin": telegrams as the test sends them. */
	readonly source?: "simulator" | "stdin";
	/** What the simulated meter's time starts at; absent: now. */
	readonly startUtcMs?: number;
	readonly intervalMs?: number;
	readonly speed?: number;
	readonly httpPort?: number;
	readonly brokerPort?: number;
	readonly control?: AppPlatform["control"];
};

/** The real app in this process, with the page, on ports of its own. */
export class PageApp {
	readonly app: App;
	readonly stdin: PassThrough;
	/** What it warned of. */
	readonly warnings: string[];

	private constructor(app: App, stdin: PassThrough, warnings: string[]) {
		this.app = app;
		this.stdin = stdin;
		this.warnings = warnings;
	}

	static async start(options: PageAppOptions = {}): Promise<PageApp> {
		const {
			source = "simulator",
			startUtcMs,
			intervalMs = 1000,
			speed = 1,
			httpPort = 0,
			brokerPort,
			control,
		} = options;
		const warnings: string[] = [];
		const log = { info: () => {}, warn: (line: string) => void warnings.push(line) };
		const stdin = new PassThrough();
		const real = new NodeClock();
		const startedMs = real.monotonicMs();
		const clock = {
			monotonicMs: () => real.monotonicMs(),
			utcMs: () => (startUtcMs === undefined ? real.utcMs() : startUtcMs + real.monotonicMs() - startedMs),
		};
		const page = await loadPage(log);
		if (page === undefined) throw new Error(warnings.join(" "));
		const settings: Settings = { ...defaultSettings("host"), mqtt: false, mdns: false, ...options.settings };
		const appSettings: AppSettings = {
			settings,
			source: { kind: source },
			intervalMs,
			speed,
			httpPort,
			telegramPort: 0,
			modbusPort: 0,
			...(brokerPort === undefined ? {} : { brokerPort }),
		};
		const platform: AppPlatform = {
			device: new NodeDevice(new MemoryKeyValueStore()),
			clock,
			timers: new NodeTimers(),
			random: Math.random,
			log,
			stdin,
			page,
			...(control === undefined ? {} : { control }),
		};
		return new PageApp(await startApp(appSettings, platform), stdin, warnings);
	}

	get url(): string {
		return `http://127.0.0.1:${this.app.httpPort}/`;
	}

	stop(): Promise<void> {
		return this.app.stop();
	}
}
