import { balanceOf, scaleA } from "../balance.js";
import type { Format } from "../format.js";
import type { Phase } from "../reading.js";
import type { LanguageTexts } from "../texts.js";
import { h, icon, OUT_OF_THE_HOUSE, Rows, section, setText } from "./dom.js";

/** The phases side by side, with bars of their currents, and how the load is spread. */
export class PhasesView {
	readonly element: HTMLElement;
	readonly #texts: LanguageTexts;
	readonly #format: Format;
	readonly #body = h("tbody");
	readonly #table: HTMLElement;
	readonly #balance = h("p", { class: "note" });
	readonly #scale = h("p", { class: "small" });
	readonly #rows: Rows<Phase>;
	#largestA = 0;

	constructor(texts: LanguageTexts, format: Format) {
		this.#texts = texts;
		this.#format = format;
		const head = [texts.phase, texts.current, texts.voltage, texts.power].map((title) =>
			h("th", { scope: "col" }, title),
		);
		this.#table = h("table", { class: "phases" }, h("thead", {}, h("tr", {}, ...head)), this.#body);
		this.#rows = new Rows(
			this.#body,
			({ name }) => name,
			({ name }) => this.#row(name),
		);
		this.element = section("phases", texts.phases, this.#table, this.#balance, this.#scale);
	}

	/** @param phases - undefined while there is no reading. */
	update(phases: readonly Phase[] | undefined): void {
		const list = phases ?? [];
		for (const { currentA } of list) this.#largestA = Math.max(this.#largestA, Math.abs(currentA ?? 0));
		this.#table.hidden = list.length === 0;
		this.#rows.update(list);
		const balance = balanceOf(list);
		const { noPhases, noReading, even, uneven, scale } = this.#texts;
		if (phases === undefined) setText(this.#balance, noReading);
		else if (list.length === 0) setText(this.#balance, noPhases);
		else if (balance === undefined) setText(this.#balance, "");
		else if (balance.kind === "even") setText(this.#balance, even);
		else {
			// Of the resolution that the table shows, whatever binary fractions make of the difference.
			const more = this.#format.measuredText("current", Number(balance.differenceA.toFixed(3)), "A");
			setText(this.#balance, uneven(balance.most, more, balance.least));
		}
		const hasCurrents = list.some(({ currentA }) => currentA !== undefined);
		setText(this.#scale, hasCurrents ? scale(`${scaleA(this.#largestA)}\u00a0A`) : "");
	}

	#row(name: string): { readonly element: Element; update(phase: Phase): void } {
		const fill = h("span");
		const bar = h("span", { class: "bar", "aria-hidden": "true" }, fill);
		const current = h("td", { class: "main" });
		const voltage = h("td");
		const watts = h("span");
		const { noValue, toGrid } = this.#texts;
		const arrow = h("span", { class: "export" }, icon(OUT_OF_THE_HOUSE), h("span", { class: "hidden" }, `${toGrid} `));
		const power = h("td", { class: "power-now" }, arrow, watts);
		const element = h("tr", {}, h("th", { scope: "row" }, name, bar), current, voltage, power);
		const update = ({ currentA, voltageV, powerW }: Phase): void => {
			const show = (kind: string, value: number | undefined, unit: string): string =>
				value === undefined ? noValue : this.#format.measuredText(kind, value, unit);
			setText(current, show("current", currentA, "A"));
			setText(voltage, show("voltage", voltageV, "V"));
			const isExport = powerW !== undefined && powerW < 0;
			setText(watts, show("power", powerW === undefined ? undefined : Math.abs(powerW), "W"));
			arrow.hidden = !isExport;
			element.className = isExport ? "export" : "";
			bar.hidden = currentA === undefined;
			fill.style.width = `${(100 * Math.abs(currentA ?? 0)) / scaleA(this.#largestA)}%`;
		};
		return { element, update };
	}
}
