import type { ConditionItem, Headline } from "../condition.js";
import type { DayCurve } from "../day-curve.js";
import type { Format } from "../format.js";
import type { Owner } from "../owner.js";
import type { PageReading } from "../reading.js";
import type { PageStatus } from "../status.js";
import type { LanguageTexts } from "../texts.js";
import { h, setText } from "./dom.js";
import { HeaderView } from "./header-view.js";
import { HealthView } from "./health-view.js";
import { LockView } from "./lock-view.js";
import { NowView } from "./now-view.js";
import { PhasesView } from "./phases-view.js";
import { RegistersView } from "./registers-view.js";
import { SettingsView } from "./settings-view.js";
import type { SetupView } from "./setup-view.js";
import { TodayView } from "./today-view.js";
import { UpdateView } from "./update-view.js";

/** Everything that the page shows at one moment. */
export type PageContent = {
	readonly headline: Headline;
	readonly conditions: readonly ConditionItem[];
	readonly reading: PageReading | undefined;
	readonly status: PageStatus | undefined;
	/** Reading needs the password. */
	readonly isLocked: boolean;
	/** The reading is of the past. */
	readonly isStale: boolean;
	/** Of the reading; undefined while that is not known. */
	readonly ageS: number | undefined;
	/** Longer silence is a gap in the curve. */
	readonly gapS: number;
	/** Of the clock that does not jump. */
	readonly nowMs: number;
};

/** The whole page. */
export class Page {
	/** For the body, in this order. */
	readonly elements: readonly HTMLElement[];
	readonly #texts: LanguageTexts;
	readonly #format: Format;
	readonly #header: HeaderView;
	readonly #lock: LockView;
	readonly #setup: SetupView;
	readonly #now: NowView;
	readonly #phases: PhasesView;
	readonly #today: TodayView;
	readonly #registers: RegistersView;
	readonly #health: HealthView;
	readonly #main: HTMLElement;
	readonly #version = h("span");

	/** @param onUnlocked - the owner has given the password. */
	constructor(
		curve: DayCurve,
		owner: Owner,
		setup: SetupView,
		texts: LanguageTexts,
		format: Format,
		onUnlocked: () => void,
	) {
		this.#texts = texts;
		this.#format = format;
		this.#header = new HeaderView(texts);
		this.#lock = new LockView(owner, texts, onUnlocked);
		this.#setup = setup;
		this.#now = new NowView(texts, format);
		this.#phases = new PhasesView(texts, format);
		this.#today = new TodayView(curve, texts, format);
		this.#registers = new RegistersView(texts, format);
		this.#health = new HealthView(texts);
		const settings = new SettingsView(owner, texts);
		const update = new UpdateView(owner, texts);
		this.#main = h(
			"main",
			{ id: "main", tabindex: "-1" },
			...[this.#lock, setup, this.#now, this.#phases, this.#today, this.#registers, this.#health, settings, update].map(
				({ element }) => element,
			),
		);
		this.elements = [
			h("a", { class: "skip", href: "#main" }, texts.skip),
			this.#header.element,
			this.#main,
			this.#footer(),
		];
	}

	update({ headline, conditions, reading, status, isLocked, isStale, ageS, gapS, nowMs }: PageContent): void {
		const { lastKnown, lastKnownUnsure, version } = this.#texts;
		const age = ageS === undefined ? lastKnownUnsure : lastKnown(this.#format.duration(ageS));
		this.#main.classList.toggle("stale", isStale);
		this.#main.classList.toggle("locked", isLocked && reading === undefined);
		this.#header.update(headline);
		this.#lock.element.hidden = !isLocked;
		this.#setup.update(status?.isSetupOpen === true);
		this.#now.update(reading, isStale ? age : "");
		this.#phases.update(reading?.phases);
		this.#today.update(gapS, nowMs);
		this.#registers.update(reading);
		this.#health.update(conditions);
		if (status !== undefined) {
			setText(this.#version, [version(status.version), status.serial].filter((text) => text !== undefined).join(" · "));
		}
	}

	#footer(): HTMLElement {
		const { asJson, asTelegram, asStatus } = this.#texts;
		const links = [
			["/api/v1/reading", asJson],
			["/api/v1/telegram", asTelegram],
			["/api/v1/status", asStatus],
		] as const;
		const items = links.map(([href, text]) => h("li", {}, h("a", { href }, text)));
		return h("footer", {}, h("ul", {}, ...items), h("p", {}, this.#version));
	}
}
