import type { Owner, Problem } from "../owner.js";
import { GROUPS, groupOf, type Setting } from "../settings.js";
import type { LanguageTexts } from "../texts.js";
import { h, section, setText } from "./dom.js";
import { Field } from "./field.js";
import { passwordField } from "./password-field.js";
import { say, showProblem } from "./problem.js";

/** Longer than a dongle takes; whether it is there again is at the top of the page. */
const RESTART_MS = 20_000;
const GROUP_TEXTS = { general: "groupGeneral", network: "groupNetwork", broker: "groupBroker" } as const;

/** The settings, in a form that the dongle's own table makes; filled when it is opened. */
export class SettingsView {
	readonly element: HTMLElement;
	readonly #owner: Owner;
	readonly #texts: LanguageTexts;
	readonly #fields = h("div");
	readonly #message = h("p", { role: "status" });
	readonly #restart: HTMLButtonElement;
	readonly #password: ReturnType<typeof passwordField>;
	readonly #details: HTMLDetailsElement;
	#list: readonly Field[] = [];

	constructor(owner: Owner, texts: LanguageTexts) {
		this.#owner = owner;
		this.#texts = texts;
		this.#password = passwordField(texts.password, "current-password");
		this.#restart = h("button", { type: "button" }, texts.restart);
		this.#restart.hidden = true;
		this.#restart.addEventListener("click", () => void this.#restartDongle());
		const actions = h("p", { class: "actions" }, h("button", { class: "primary" }, texts.save), this.#restart);
		const form = h("form", {}, this.#fields, this.#password.element, actions, this.#message);
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.#save();
		});
		this.#details = h("details", {}, h("summary", {}, texts.settingsShow), form, this.#passwordForm());
		this.#details.addEventListener("toggle", () => {
			if (this.#details.open && this.#list.length === 0) void this.#load();
		});
		this.element = section("settings", texts.settings, this.#details);
	}

	async #load(): Promise<void> {
		const settings = await this.#owner.settings();
		if (settings === "none") this.element.hidden = true;
		else if (settings === undefined) this.#say(this.#owner.isKnown ? this.#texts.stateLost : this.#texts.stateLocked);
		else this.#show(settings);
	}

	#show(settings: readonly Setting[]): void {
		this.#password.element.hidden = this.#owner.isKnown;
		this.#list = settings.map((setting) => new Field(setting, this.#texts));
		const groups = GROUPS.map((group) => {
			const fields = this.#list.filter(({ setting }) => groupOf(setting) === group).map(({ element }) => element);
			return h("fieldset", {}, h("legend", {}, this.#texts[GROUP_TEXTS[group]]), ...fields);
		});
		this.#fields.replaceChildren(...groups);
	}

	async #save(): Promise<void> {
		const patch: Record<string, unknown> = {};
		for (const field of this.#list) {
			field.showProblem(undefined);
			const { change } = field;
			if (change !== undefined) patch[field.setting.key] = change;
		}
		if (Object.keys(patch).length === 0) {
			this.#say(this.#texts.nothingChanged);
			return;
		}
		const { input } = this.#password;
		const locked = this.#owner.isKnown || input.value === "" ? undefined : await this.#owner.unlock(input.value);
		const result = locked ?? (await this.#owner.change(patch));
		if (result.kind !== "changed") {
			this.#fail(result);
			return;
		}
		input.value = "";
		await this.#load();
		this.#restart.hidden = !result.needsRestart;
		const unguarded = this.#list.filter(({ setting }) => result.unguarded.includes(setting.key));
		const warning = unguarded.length === 0 ? "" : this.#texts.unguarded(unguarded.map(({ title }) => title).join(", "));
		this.#say(`${result.needsRestart ? this.#texts.savedRestart : this.#texts.saved} ${warning}`.trim());
	}

	#fail(problem: Problem): void {
		const field =
			problem.kind === "refused" ? this.#list.find(({ setting }) => setting.key === problem.key) : undefined;
		this.#password.element.hidden = this.#owner.isKnown;
		showProblem(this.#message, field === undefined ? problem : undefined, this.#texts);
		if (field !== undefined) field.showProblem(problem);
		else if (!this.#owner.isKnown) this.#password.input.focus();
	}

	async #restartDongle(): Promise<void> {
		const problem = await this.#owner.restart();
		this.#restart.hidden = problem === undefined;
		if (problem === undefined) {
			this.#say(this.#texts.restarting);
			setTimeout(() => this.#say(""), RESTART_MS);
		} else showProblem(this.#message, problem, this.#texts);
	}

	#passwordForm(): HTMLElement {
		const texts = this.#texts;
		const current = passwordField(texts.password, "current-password");
		const next = passwordField(texts.newPassword, "new-password");
		const message = h("p", { role: "status" });
		const form = h("form", {}, current.element, next.element, h("button", {}, texts.changePassword), message);
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			const problem = await this.#owner.choosePassword(current.input.value, next.input.value);
			showProblem(message, problem, texts);
			if (problem === undefined) {
				setText(message, texts.saved);
				form.reset();
			}
			this.#password.element.hidden = this.#owner.isKnown;
		});
		return h("details", {}, h("summary", {}, texts.changePassword), form);
	}

	#say(text: string): void {
		say(this.#message, text, this.#texts);
	}
}
