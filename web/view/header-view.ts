import type { Headline } from "../condition.js";
import type { LanguageTexts } from "../texts.js";
import { h, setText } from "./dom.js";
import { LevelIcon } from "./level-icon.js";

/** The top of the page: its name, and how all of it is. */
export class HeaderView {
	readonly element: HTMLElement;
	readonly #icon: LevelIcon;
	readonly #text = h("strong");
	readonly #detail = h("span", { class: "detail" });
	readonly #announcement = h("p", { class: "hidden", role: "status" });
	readonly #pill: HTMLElement;
	#announced: string | undefined;

	constructor(texts: LanguageTexts) {
		this.#icon = new LevelIcon(texts);
		this.#pill = h("p", { class: "pill" }, this.#icon.element, this.#text, " ", this.#detail);
		this.element = h("header", {}, h("h1", {}, texts.title), this.#pill, this.#announcement);
	}

	update({ level, text, detail }: Headline): void {
		this.#icon.update(level);
		this.#pill.className = `pill ${level}`;
		setText(this.#text, text);
		setText(this.#detail, detail);
		if (level === "wait") return;
		// What the page begins with is read anyway.
		if (this.#announced !== undefined && text !== this.#announced) setText(this.#announcement, text);
		this.#announced = text;
	}
}
