import type { ConditionItem } from "../condition.js";
import type { LanguageTexts } from "../texts.js";
import { h, Rows, section, setText } from "./dom.js";
import { LevelIcon } from "./level-icon.js";

/** How each part is doing, a sentence each. */
export class HealthView {
	readonly element: HTMLElement;
	readonly #rows: Rows<ConditionItem>;

	constructor(texts: LanguageTexts) {
		const list = h("ul", { class: "health" });
		this.#rows = new Rows(
			list,
			({ title }) => title,
			({ title }) => {
				const icon = new LevelIcon(texts);
				const text = h("p");
				return {
					element: h("li", {}, icon.element, h("h3", {}, title), text),
					update(item) {
						icon.update(item.level);
						setText(text, item.text);
					},
				};
			},
		);
		this.element = section("health", texts.health, list);
	}

	update(items: readonly ConditionItem[]): void {
		this.#rows.update(items);
	}
}
