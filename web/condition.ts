import type { Format } from "./format.js";
import type { MeterState, WaitingReason } from "./meter-state.js";
import type { PageStatus } from "./status.js";
import type { LanguageTexts } from "./texts.js";

/** How well something is; each has a sign and a word of its own, so that nobody needs colours. */
export type Level = "good" | "wait" | "warn" | "bad";

/** A sentence about one part. */
export type ConditionItem = { readonly level: Level; readonly title: string; readonly text: string };

/** How all of it is, in a few words. */
export type Headline = {
	readonly level: Level;
	/** Without a duration, so that it can be announced when it changes. */
	readonly text: string;
	/** The duration that belongs to it; "" when there is none. */
	readonly detail: string;
};

type Tools = { readonly texts: LanguageTexts; readonly format: Format };

/** A number that says 0, 1, 0, 1 tells nobody anything. */
const JUST_NOW_S = 3;

/** The one thing that the reader should know first. */
export function headline(state: MeterState, nowMs: number, { texts, format }: Tools): Headline {
	const ageS = state.ageS(nowMs);
	const age = ageS === undefined ? undefined : format.duration(ageS);
	if (state.link === "lost") {
		return { level: "bad", text: texts.stateLost, detail: texts.forTime(format.duration(state.linkS(nowMs))) };
	}
	if (state.link === "locked") return { level: "warn", text: texts.stateLocked, detail: "" };
	if (state.reading === undefined) {
		if (state.waiting === undefined) return { level: "wait", text: texts.stateConnecting, detail: "" };
		return { level: "warn", text: texts.stateWaiting, detail: "" };
	}
	if (state.isSilent(nowMs)) {
		return { level: "warn", text: texts.stateSilent, detail: age === undefined ? "" : texts.forTime(age) };
	}
	if (age === undefined || ageS === undefined) return { level: "good", text: texts.stateLive, detail: "" };
	return { level: "good", text: texts.stateLive, detail: ageS < JUST_NOW_S ? texts.justNow : texts.ago(age) };
}

/** A sentence for each part that there is something to say of, in order of distance from the reader. */
export function conditions(state: MeterState, nowMs: number, tools: Tools): ConditionItem[] {
	const { link, status } = state;
	// What was known of the others may have changed.
	if (link === "lost" || link === "locked") return [linkItem(state, nowMs, tools)];
	const items = [meterItem(state, nowMs, tools), linkItem(state, nowMs, tools)];
	if (status === undefined) return items;
	if (status.wifi !== undefined) items.push(wifiItem(status.wifi, tools));
	if (status.mqtt !== undefined) items.push(mqttItem(status.mqtt, tools));
	items.push(telegramsItem(status, tools));
	items.push({
		level: "good",
		title: tools.texts.uptime,
		text: tools.texts.uptimeFor(tools.format.duration(status.uptimeS)),
	});
	return items;
}

function meterItem(state: MeterState, nowMs: number, { texts, format }: Tools): ConditionItem {
	const title = texts.meter;
	if (state.reading === undefined) {
		const { waiting } = state;
		if (waiting === undefined) return { level: "wait", title, text: texts.noReading };
		return { level: "warn", title, text: texts[WAITING_TEXTS[waiting]] };
	}
	if (state.isSilent(nowMs)) {
		const ageS = state.ageS(nowMs);
		const silent = ageS === undefined ? texts.meterSilentUnsure : texts.meterSilent(format.duration(ageS));
		return { level: "warn", title, text: `${silent} ${state.isUnplugged ? texts.portDisconnected : texts.checkMeter}` };
	}
	const intervalS = state.status?.reading?.pushIntervalS;
	const text =
		intervalS === undefined
			? texts.meterSpeaksSoon
			: texts.meterSpeaks(texts.every(Math.max(1, Math.round(intervalS))));
	return { level: "good", title, text };
}

const WAITING_TEXTS = {
	"p1-port-disconnected": "portDisconnected",
	"no-telegram": "noTelegram",
	"no-valid-telegram": "noValidTelegram",
} as const satisfies Record<WaitingReason, keyof LanguageTexts>;

function linkItem(state: MeterState, nowMs: number, { texts, format }: Tools): ConditionItem {
	const title = texts.link;
	switch (state.link) {
		case "connecting":
			return { level: "wait", title, text: texts.linkConnecting };
		case "lost":
			return { level: "bad", title, text: texts.linkLost(format.duration(state.linkS(nowMs))) };
		case "locked":
			return { level: "warn", title, text: texts.linkLocked };
		case "streaming":
			return { level: "good", title, text: texts.linkStreaming };
		default: {
			const intervalS = Math.min(10, Math.max(1, Math.round(state.status?.reading?.pushIntervalS ?? 5)));
			return { level: "good", title, text: texts.linkPolling(texts.every(intervalS)) };
		}
	}
}

/** From here on up it works without a thought; from FAIR on mostly (dBm). */
const GOOD_DBM = -67;
const FAIR_DBM = -75;

function wifiItem({ ssid, rssiDbm }: NonNullable<PageStatus["wifi"]>, { texts, format }: Tools): ConditionItem {
	const parts = ssid === undefined ? [] : [texts.wifiNamed(ssid)];
	let level: Level = "good";
	if (rssiDbm !== undefined) {
		if (rssiDbm < FAIR_DBM) level = "warn";
		const quality = rssiDbm >= GOOD_DBM ? texts.signalGood : rssiDbm >= FAIR_DBM ? texts.signalFair : texts.signalWeak;
		parts.push(texts.wifiSignal(quality, `${format.number(rssiDbm, 0)}\u00a0dBm`));
	}
	return { level, title: texts.wifi, text: parts.join(" ") };
}

function mqttItem({ connected, reason }: NonNullable<PageStatus["mqtt"]>, { texts }: Tools): ConditionItem {
	const title = texts.mqtt;
	if (connected) return { level: "good", title, text: texts.mqttConnected };
	if (reason === "not-authorized") return { level: "warn", title, text: texts.mqttDenied };
	if (reason === "tls") return { level: "warn", title, text: texts.mqttTls };
	return { level: "warn", title, text: texts.mqttAway };
}

/** More than one in so many is worth a look at the cable. */
const MANY_DAMAGED = 100;

function telegramsItem({ goodTelegrams, badTelegrams }: PageStatus, { texts, format }: Tools): ConditionItem {
	const title = texts.telegrams;
	const good = format.number(goodTelegrams, 0);
	if (badTelegrams === 0)
		return { level: goodTelegrams === 0 ? "wait" : "good", title, text: texts.telegramsGood(good) };
	const level = badTelegrams * MANY_DAMAGED > goodTelegrams ? "warn" : "good";
	return { level, title, text: texts.telegramsBad(good, format.number(badTelegrams, 0)) };
}
