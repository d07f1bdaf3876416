import type { Problem } from "../owner.js";
import { SWEDISH_SETTINGS } from "../setting-texts.js";
import { changeOf, type Setting } from "../settings.js";
import type { LanguageTexts } from "../texts.js";
import { h } from "./dom.js";
import { showProblem } from "./problem.js";

/** Longer texts have lines. */
const ONE_LINE = 512;

/** One setting in the form. */
export class Field {
	readonly setting: Setting;
	readonly title: string;
	readonly element: HTMLElement;
	readonly #input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
	readonly #remove: HTMLInputElement | undefined;
	readonly #texts: LanguageTexts;
	readonly #error = h("p", { class: "error" });

	/** @param place - where it is: a setting may be in two forms. */
	constructor(setting: Setting, texts: LanguageTexts, place = "set") {
		const swedish = texts.tag === "sv" ? SWEDISH_SETTINGS[setting.key] : undefined;
		const [title, help] = swedish ?? [setting.title, setting.help];
		this.setting = setting;
		this.title = title;
		this.#texts = texts;
		const { key, type, value, isSecret } = setting;
		const id = `${place}-${key}`;
		this.#error.id = `${id}-error`;
		const described = h("p", { class: "small", id: `${id}-help` }, help);
		this.#input = createInput(setting);
		this.#input.id = id;
		this.#input.setAttribute("aria-describedby", `${described.id} ${this.#error.id}`);
		const label = h("label", { for: id }, title);
		if (type === "boolean") {
			this.element = h("div", { class: "switch" }, this.#input, label, described, this.#error);
			return;
		}
		if (isSecret && value === true) {
			this.#remove = h("input", { type: "checkbox" });
			this.#input.setAttribute("placeholder", texts.secretKept);
			const remove = h("label", { class: "small" }, this.#remove, " ", texts.secretRemove);
			this.element = h("div", {}, label, this.#input, remove, described, this.#error);
			return;
		}
		this.element = h("div", {}, label, this.#input, described, this.#error);
	}

	/** What is to change; undefined: nothing. */
	get change(): string | number | boolean | null | undefined {
		const { value } = this.#input;
		const isSwitch = this.#input instanceof HTMLInputElement && this.#input.type === "checkbox";
		return changeOf(
			this.setting,
			isSwitch ? String((this.#input as HTMLInputElement).checked) : value,
			this.#remove?.checked,
		);
	}

	/** Says what is wrong with it, and goes there. */
	showProblem(problem: Problem | undefined): void {
		showProblem(this.#error, problem, this.#texts);
		this.#input.setAttribute("aria-invalid", String(problem !== undefined));
		if (problem !== undefined) this.#input.focus();
	}
}

function createInput(setting: Setting): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
	const { type, value, isSecret, isOptional, choices, min, max, maxLength = ONE_LINE } = setting;
	if (type === "boolean") {
		const input = h("input", { type: "checkbox" });
		input.checked = value === true;
		return input;
	}
	if (type === "choice") {
		const select = h("select", {}, ...choices.map((choice) => h("option", {}, choice)));
		select.value = String(value);
		return select;
	}
	if (type === "integer") {
		const input = h("input", { type: "number", step: "1", required: "", min: String(min), max: String(max) });
		input.value = String(value);
		return input;
	}
	const input =
		maxLength > ONE_LINE ? h("textarea", { rows: "3" }) : h("input", { type: isSecret ? "password" : "text" });
	input.setAttribute("autocomplete", isSecret ? "new-password" : "off");
	input.maxLength = maxLength;
	input.required = !isOptional && !isSecret;
	if (!isSecret) input.value = String(value);
	return input;
}
