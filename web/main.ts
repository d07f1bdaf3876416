import { conditions, headline } from "./condition.js";
import { DayCurve } from "./day-curve.js";
import { Format } from "./format.js";
import { HttpDongle } from "./http.js";
import { Link } from "./link.js";
import { MeterState } from "./meter-state.js";
import { Owner, SESSION_KEY } from "./owner.js";
import { CurveFeed } from "./past.js";
import { Setup } from "./setup.js";
import { chooseTexts } from "./texts.js";
import { browserClock, browserTimers } from "./view/browser.js";
import { Page } from "./view/page.js";
import { SetupView } from "./view/setup-view.js";

const SHOW_EVERY_MS = 1000;
const USUAL_INTERVAL_S = 10;
const GAP_INTERVALS = 3;

const texts = chooseTexts(navigator.languages);
const format = new Format(texts);
const state = new MeterState(browserClock.monotonicMs());
const curve = new DayCurve();
const dongle = new HttpDongle((address, options) => fetch(address, options), browserTimers);
const feed = new CurveFeed(
	curve,
	() => dongle.getPowerHistory(),
	() => Date.now(),
);
// Whoever set Wi-Fi over the dongle's own cable was sent here with a session, to choose the password.
const [, invitation] = /^#setup=([0-9a-f]+)$/.exec(location.hash) ?? [];
if (invitation !== undefined) {
	sessionStorage.setItem(SESSION_KEY, invitation);
	history.replaceState(null, "", location.pathname);
}
const owner = new Owner(dongle, sessionStorage);
const setup = new SetupView(owner, new Setup(dongle), browserTimers, texts, invitation !== undefined);
const page = new Page(curve, owner, setup, texts, format, () => link.wake());
let version: string | undefined;

function show(): void {
	const nowMs = browserClock.monotonicMs();
	const intervalS = state.status?.reading?.pushIntervalS ?? USUAL_INTERVAL_S;
	page.update({
		headline: headline(state, nowMs, { texts, format }),
		conditions: conditions(state, nowMs, { texts, format }),
		reading: state.reading,
		status: state.status,
		isLocked: state.link === "locked",
		isStale: state.reading !== undefined && state.isStale(nowMs),
		ageS: state.ageS(nowMs),
		gapS: intervalS * GAP_INTERVALS,
		nowMs,
	});
}

const link = new Link({
	dongle,
	clock: browserClock,
	timers: browserTimers,
	onState(link) {
		state.onLink(link, browserClock.monotonicMs());
		show();
	},
	onReading(text, sequence, isPushed) {
		const reading = state.onReading(text, sequence, isPushed, browserClock.monotonicMs());
		if (reading?.powerW !== undefined) feed.add(reading.powerW);
		// What the status says of the meter is old news then.
		if (state.status?.reading === undefined) link.wake();
		show();
	},
	onStatus(status, askedMs) {
		// Another version of the firmware has another page.
		if (version !== undefined && version !== status.version) location.reload();
		version = status.version;
		state.onStatus(status, askedMs);
		void feed.fill();
		show();
	},
});

document.documentElement.lang = texts.tag;
document.title = texts.title;
document.body.replaceChildren(...page.elements);
show();
setInterval(show, SHOW_EVERY_MS);
document.addEventListener("visibilitychange", () => {
	if (!document.hidden) link.wake();
});
window.addEventListener("online", () => link.wake());
link.start();
