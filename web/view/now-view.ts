import type { Format } from "../format.js";
import type { PageReading } from "../reading.js";
import type { LanguageTexts } from "../texts.js";
import { h, INTO_THE_HOUSE, icon, OUT_OF_THE_HOUSE, section, setText } from "./dom.js";

/** The power now, its direction in words, and what else there is to say of it. */
export class NowView {
	readonly element: HTMLElement;
	readonly #texts: LanguageTexts;
	readonly #format: Format;
	readonly #value = h("span", { class: "value" });
	readonly #unit = h("span", { class: "unit" });
	readonly #arrow = h("span", { class: "arrow" });
	readonly #words = h("span");
	readonly #direction = h("p", { class: "direction" }, this.#arrow, this.#words);
	readonly #note = h("p", { class: "note" });
	readonly #age = h("p", { class: "age" });
	#shown = "";

	constructor(texts: LanguageTexts, format: Format) {
		this.#texts = texts;
		this.#format = format;
		const power = h("p", { class: "power" }, this.#value, " ", this.#unit);
		this.element = section("now", texts.now, power, this.#direction, this.#note, this.#age);
	}

	/** @param age - of values that are of the past; "" when they are not. */
	update(reading: PageReading | undefined, age: string): void {
		const { nothing, fromGrid, toGrid, noPower, noReading, noValue } = this.#texts;
		const powerW = reading?.powerW;
		setText(this.#age, age);
		if (powerW === undefined) {
			setText(this.#value, noValue);
			setText(this.#unit, "");
			this.#show("none", reading === undefined ? noReading : noPower);
			setText(this.#note, "");
			return;
		}
		const { value, unit } = this.#format.power(powerW);
		setText(this.#value, value);
		setText(this.#unit, unit);
		if (Math.round(powerW) === 0) this.#show("none", nothing);
		else if (powerW > 0) this.#show("import", fromGrid);
		else this.#show("export", toGrid);
		setText(this.#note, reading === undefined ? "" : this.#noteOf(reading));
	}

	#show(direction: "import" | "export" | "none", words: string): void {
		setText(this.#words, words);
		if (direction === this.#shown) return;
		this.#shown = direction;
		this.#direction.className = `direction ${direction}`;
		const path = direction === "import" ? INTO_THE_HOUSE : OUT_OF_THE_HOUSE;
		this.#arrow.replaceChildren(...(direction === "none" ? [] : [icon(path)]));
	}

	#noteOf({ importW, exportW, frequencyHz }: PageReading): string {
		const parts: string[] = [];
		if (importW !== undefined && exportW !== undefined && importW > 0 && exportW > 0) {
			parts.push(this.#texts.bothWays(this.#format.powerText(importW), this.#format.powerText(exportW)));
		}
		if (frequencyHz !== undefined) {
			parts.push(`${this.#texts.frequency} ${this.#format.measuredText("frequency", frequencyHz, "Hz")}`);
		}
		return parts.join(" · ");
	}
}
