import { beforeEach, describe, expect, test } from "vitest";
import { conditions, headline } from "../../web/condition.js";
import { Format } from "../../web/format.js";
import { MeterState } from "../../web/meter-state.js";
import { parseStatus } from "../../web/status.js";
import { chooseTexts } from "../../web/texts.js";
import { readingText, statusText } from "./support/reading-text.js";

const texts = chooseTexts(["en"]);
const tools = { texts, format: new Format(texts) };
const swedishTexts = chooseTexts(["sv"]);
const swedish = { texts: swedishTexts, format: new Format(swedishTexts) };

let state: MeterState;
beforeEach(() => {
	state = new MeterState(0);
});

function hear(more: Readonly<Record<string, unknown>> = {}): void {
	const parsed = parseStatus(statusText({ reading: { sequence: 1, ageS: 0, pushIntervalS: 10 }, ...more }));
	if (parsed === undefined) throw new Error("no status");
	state.onStatus(parsed, 0);
}

function read(): void {
	state.onLink("streaming", 0);
	state.onReading(readingText({ powerImportW: 1 }), 1, true, 0);
}

/** The sentence about a part, with the spaces of a keyboard. */
function about(title: string, nowMs = 0, with_ = tools): string | undefined {
	const item = conditions(state, nowMs, with_).find((each) => each.title === title);
	return item === undefined ? undefined : `${item.level}: ${item.text.replaceAll("\u00a0", " ")}`;
}

function head(nowMs = 0, with_ = tools): string {
	const { level, text, detail } = headline(state, nowMs, with_);
	return `${level}: ${text} ${detail}`.trim().replaceAll("\u00a0", " ");
}

describe("the headline", () => {
	test("says first what matters most", () => {
		expect(head()).toBe("wait: Connecting to the dongle");
		hear();
		read();
		expect(head(1000)).toBe("good: Live just now");
		expect(head(7000)).toBe("good: Live 7 s ago");
		expect(head(40_000)).toBe("warn: The meter has been silent for 40 s");
		expect(head(40_000, swedish)).toBe("warn: Mätaren har varit tyst i 40 s");
		state.onLink("lost", 50_000);
		expect(head(62_000)).toBe("bad: No contact with the dongle for 12 s");
		state.onLink("locked", 63_000);
		expect(head(64_000)).toBe("warn: The password is needed");
	});

	test("its text has no number in it, so that it is announced once", () => {
		hear();
		read();
		expect(headline(state, 40_000, tools).text).toBe(headline(state, 90_000, tools).text);
	});

	test("before the first telegram", () => {
		hear({ reading: undefined });
		expect(head()).toBe("warn: Waiting for the meter");
	});

	test("a reading that was stale before the page came, of unknown age", () => {
		state.onReading(readingText({ stale: true }), 1, false, 0);
		expect(head()).toBe("warn: The meter has been silent");
		expect(about("Meter")).toMatch(/^warn: The meter is silent. Check the cable/);
	});
});

describe("the meter", () => {
	test.each([
		[1, "Sends a reading every second."],
		[0.05, "Sends a reading every second."],
		[10.02, "Sends a reading every 10 seconds."],
		[undefined, "Sends readings."],
	])("interval %s s", (pushIntervalS, text) => {
		hear({ reading: { sequence: 1, ageS: 0, pushIntervalS } });
		read();
		expect(about("Meter")).toBe(`good: ${text}`);
	});

	test("silent: for how long, and what to do", () => {
		hear();
		read();
		expect(about("Meter", 40_000)).toBe(
			"warn: The meter has been silent for 40 s. Check the cable, and whether the meter has power.",
		);
		expect(about("Mätaren", 400_000, swedish)).toBe(
			"warn: Mätaren har varit tyst i 6 min. Titta på kabeln, och om mätaren har ström.",
		);
	});

	test("silent because the source is gone", () => {
		hear({ p1Port: { connected: false, detail: "gone", noiseBytes: 0 } });
		read();
		expect(about("Meter", 40_000)).toMatch(
			/^warn: The meter has been silent for 40 s. The source .* cannot be reached/,
		);
	});

	test.each([
		["no-telegram", {}, /^warn: Nothing has come from the meter yet\. .*grid company/],
		["no-valid-telegram", { telegrams: { good: 0, bad: 3 } }, /^warn: Something comes .*inverted/],
		["p1-port-disconnected", { p1Port: { connected: false, detail: "x" } }, /^warn: The source .* cannot be reached/],
	])("no reading yet: %s", (_code, more, text) => {
		hear({ reading: undefined, ...more });
		expect(about("Meter")).toMatch(text);
	});

	test("no answer yet", () => {
		expect(about("Meter")).toBe("wait: No reading yet");
	});
});

describe("this page", () => {
	test.each([
		["connecting", "wait: Is connecting to the dongle."],
		["streaming", "good: Gets every reading at once."],
		["polling", "good: Asks for readings every 10 seconds: all live places are taken."],
		["locked", "warn: The owner lets only those read who have the password."],
		["lost", "bad: No answer from the dongle for 5 s. It goes on trying, you need not do a thing."],
	] as const)("%s", (link, text) => {
		hear();
		state.onLink(link, 0);
		expect(about("This page", 5000)).toBe(text);
	});
});

test.each(["lost", "locked"] as const)("while the dongle is %s nothing is said of the rest", (link) => {
	hear({ mqtt: { state: "connected" } });
	read();
	expect(conditions(state, 0, tools).length).toBeGreaterThan(3);
	state.onLink(link, 0);
	expect(conditions(state, 0, tools).map(({ title }) => title)).toEqual(["This page"]);
});

describe("Wi-Fi", () => {
	test.each([
		[-50, "good: Connected to home. The signal is good (-50 dBm)."],
		[-67, "good: Connected to home. The signal is good (-67 dBm)."],
		[-68, "good: Connected to home. The signal is fair (-68 dBm)."],
		[-76, "warn: Connected to home. The signal is weak (-76 dBm)."],
		[undefined, "good: Connected to home."],
	])("%s dBm", (rssiDbm, text) => {
		hear({ link: { kind: "wifi", connected: true, ssid: "home", rssiDbm } });
		expect(about("Wi-Fi")).toBe(text);
	});

	test("is nothing to speak of on a computer", () => {
		hear();
		expect(about("Wi-Fi")).toBeUndefined();
	});
});

describe("MQTT", () => {
	test.each([
		[{ state: "connected" }, "good: Sends readings to the broker."],
		[{ state: "connected", lastReason: "unreachable" }, "good: Sends readings to the broker."],
		[{ state: "awaiting-retry", lastReason: "unreachable" }, /^warn: The broker is away. Readings go on here/],
		[{ state: "connecting" }, /^warn: The broker is away/],
		[{ state: "awaiting-retry", lastReason: "not-authorized" }, /^warn: .*user name or the password/],
		[{ state: "awaiting-retry", lastReason: "tls" }, /^warn: .*certificate/],
	])("%j", (mqtt, text) => {
		hear({ mqtt });
		expect(about("MQTT")).toEqual(typeof text === "string" ? text : expect.stringMatching(text));
	});

	test("is not spoken of when it is off", () => {
		hear();
		expect(about("MQTT")).toBeUndefined();
	});
});

describe("telegrams", () => {
	test.each([
		[0, 0, "wait: 0 received, none damaged."],
		[8640, 0, "good: 8,640 received, none damaged."],
		[8640, 2, "good: 8,640 received, 2 damaged and left out."],
		[100, 2, "warn: 100 received, 2 damaged and left out."],
		[0, 1, "warn: 0 received, 1 damaged and left out."],
	])("%i good, %i bad", (good, bad, text) => {
		hear({ telegrams: { good, bad } });
		expect(about("Telegrams")).toBe(text);
	});
});

test("the dongle says for how long it has been running", () => {
	hear({ uptimeS: 187_200 });
	expect(about("Dongle")).toBe("good: Has been running for 2 d 4 h.");
});
