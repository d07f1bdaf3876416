import { parseArgs } from "node:util";
import { launchBrowser, Tab } from "./support/browser.js";
import { PageApp } from "./support/page-app.js";

// Two days of the page in minutes: node --import tsx host-tests/browser/endurance.ts [--days 2] [--minutes 16] [--interval 10]
// The first fills the curve; the second has to do with what the first took.

const { values } = parseArgs({
	options: {
		/** Simulated; at least 2. */
		days: { type: "string", default: "2" },
		/** Real. */
		minutes: { type: "string", default: "16" },
		/** Simulated seconds from telegram to telegram. */
		interval: { type: "string", default: "10" },
	},
});
const hours = 24 * Number(values.days);
const minutes = Number(values.minutes);
const intervalS = Number(values.interval);
const speed = (hours * 60) / minutes;

/** Midnight in Stockholm, before a clear day. */
const START_MS = Date.parse("2026-06-14T22:00:00Z");
/** As often as in a real day the status is asked for: every 10 s of the simulated time. */
const HEARTBEAT_MS = 10_000 / speed;
/** What the browser compiles later is about so large; an object of 40 bytes for each reading would be 350 kB a day. */
const TOLERANCE_BYTES = 300_000;

type Sample = {
	readonly hour: number;
	readonly heapBytes: number;
	readonly nodes: number;
	readonly listeners: number;
	readonly readings: number;
	readonly statuses: number;
};

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

const browser = await launchBrowser();
const app = await PageApp.start({ startUtcMs: START_MS, speed, intervalMs: 1000 * intervalS });
const startedMs = Date.now();
// The page's wall clock runs with the meter's, and its heartbeat beats as often as in a day; its timers are real.
const script = `
	const loadedMs = ${START_MS} + (Date.now() - ${startedMs}) * ${speed};
	Date.now = () => loadedMs + performance.now() * ${speed};
	setInterval(() => dispatchEvent(new Event("online")), ${HEARTBEAT_MS});
`;
const tab = await Tab.open(browser, app.url, { script, timezoneId: "Europe/Stockholm" });
await tab.page.locator(".pill").getByText("Live").waitFor({ timeout: 60_000 });
const session = await tab.page.context().newCDPSession(tab.page);
await session.send("Performance.enable");

async function measure(hour: number): Promise<Sample> {
	await session.send("HeapProfiler.collectGarbage");
	await session.send("HeapProfiler.collectGarbage");
	const { metrics } = await session.send("Performance.getMetrics");
	const metric = (name: string): number => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
	return {
		hour,
		heapBytes: metric("JSHeapUsedSize"),
		nodes: metric("Nodes"),
		listeners: metric("JSEventListeners"),
		readings: app.app.meter.counters.telegrams,
		statuses: tab.requests.filter((address) => address.endsWith("/status")).length,
	};
}

const samples: Sample[] = [];
for (let hour = 0; hour <= hours; hour++) {
	const sample = await measure(hour);
	samples.push(sample);
	process.stdout.write(`${JSON.stringify(sample)}\n`);
	if (hour === 44) await tab.picture("endurance");
	await pause(Math.max(0, startedMs + ((hour + 1) * 3_600_000) / speed - Date.now()));
}

/** The middle one of a day's samples: a sample on a busy machine has work in it that is not done. */
function medianOfDay(day: number): number {
	const ofDay = samples.filter(({ hour }) => hour > 24 * day && hour <= 24 * (day + 1));
	const sorted = ofDay.map(({ heapBytes }) => heapBytes).sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const problems = [...tab.errors];
const growthBytes = medianOfDay(hours / 24 - 1) - medianOfDay(0);
if (!(growthBytes < TOLERANCE_BYTES)) problems.push(`the heap grew by ${growthBytes} bytes`);
const last = samples.at(-1);
const fewest = (0.5 * 3600 * hours) / intervalS;
if (!((last?.readings ?? 0) > fewest)) problems.push(`only ${last?.readings} readings came: the machine is too busy`);
process.stdout.write(
	`${JSON.stringify({ hours, minutes, medianBytes: medianOfDay(0), growthBytes, requests: tab.requests.length, problems })}\n`,
);
await browser.close();
await app.stop();
process.exitCode = problems.length === 0 ? 0 : 1;
