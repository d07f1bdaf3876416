import type { Level } from "../condition.js";
import type { LanguageTexts } from "../texts.js";
import { h, icon } from "./dom.js";

const PATHS: Readonly<Record<Level, string>> = {
	good: "M4 12.5l5.5 5.5L20 7",
	wait: "M12 6v6l4 3M12 2.5a9.5 9.5 0 1 1 0 19a9.5 9.5 0 0 1 0-19",
	warn: "M12 9v5M12 17.5v.2M12 3L2 21h20z",
	bad: "M6 6l12 12M18 6L6 18",
};

const WORDS = { good: "levelGood", wait: "levelWait", warn: "levelWarn", bad: "levelBad" } as const;

/** Shows a level by a sign of its own; screen readers get it as a word. */
export class LevelIcon {
	readonly element = h("span");
	readonly #texts: LanguageTexts;
	#level: Level | undefined;

	constructor(texts: LanguageTexts) {
		this.#texts = texts;
	}

	update(level: Level): void {
		if (level === this.#level) return;
		this.#level = level;
		this.element.className = `level ${level}`;
		const word = h("span", { class: "hidden" }, `${this.#texts[WORDS[level]]}: `);
		this.element.replaceChildren(icon(PATHS[level]), word);
	}
}
