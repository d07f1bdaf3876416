import type { CurvePoints, CurveSummary, DayCurve } from "../day-curve.js";
import type { Format } from "../format.js";
import type { LanguageTexts } from "../texts.js";
import { Chart } from "./chart.js";
import { h, section, setText } from "./dom.js";

const QUARTER_S = 900;
const HOUR_S = 3600;
/** Up to here the table has quarters of an hour. */
const SHORT_MS = 3 * HOUR_S * 1000;
/** Drawing costs more than a text; the curve is not looked at each second. */
const DRAW_EVERY_MS = 2000;

/** Today's curve, in words and as a table too. */
export class TodayView {
	readonly element: HTMLElement;
	readonly #curve: DayCurve;
	readonly #texts: LanguageTexts;
	readonly #format: Format;
	readonly #chart: Chart;
	readonly #summary = h("p", { class: "note", id: "curve-summary" });
	readonly #unit = h("span", { "aria-hidden": "true" });
	readonly #readout = h("span");
	readonly #rows = h("tbody");
	readonly #details: HTMLDetailsElement;
	/** What is there when there is a curve. */
	readonly #parts: readonly HTMLElement[];
	#points: CurvePoints = { timesS: [], importW: [], exportW: [] };
	#drawnMs = Number.NEGATIVE_INFINITY;
	#cursor: number | null = null;

	constructor(curve: DayCurve, texts: LanguageTexts, format: Format) {
		this.#curve = curve;
		this.#texts = texts;
		this.#format = format;
		const host = h("div", {
			class: "chart",
			role: "img",
			"aria-label": texts.chartLabel,
			"aria-describedby": this.#summary.id,
		});
		const head = [texts.chartTime, texts.chartPower].map((title) => h("th", { scope: "col" }, title));
		this.#details = h(
			"details",
			{},
			h("summary", {}, texts.chartTable),
			h("table", { class: "registers" }, h("thead", {}, h("tr", {}, ...head)), this.#rows),
		);
		const caption = h("p", { class: "small caption" }, this.#unit, this.#readout);
		this.#parts = [caption, host, this.#details];
		this.element = section("today", texts.today, this.#summary, ...this.#parts);
		this.#details.addEventListener("toggle", () => this.#fillTable());
		this.#chart = new Chart(host, format, (index) => {
			this.#cursor = index;
			this.#showCursor();
		});
	}

	/** @param gapS - longer silence is a gap. */
	update(gapS: number, nowMs: number): void {
		if (nowMs - this.#drawnMs < DRAW_EVERY_MS || document.hidden) return;
		this.#drawnMs = nowMs;
		this.#points = this.#curve.points(gapS);
		this.#chart.update(this.#points);
		const { summary } = this.#curve;
		for (const part of this.#parts) part.hidden = this.#points.timesS.length < 2;
		if (summary === undefined) setText(this.#summary, this.#texts.chartEmpty);
		else {
			setText(this.#unit, summary.lowW < 0 ? this.#texts.chartUnitBoth : this.#texts.chartUnit);
			const since = this.#texts.chartSince(this.#format.minute(summary.fromMs));
			setText(this.#summary, `${since} ${this.#words(summary)}`);
		}
		this.#showCursor();
		this.#fillTable();
	}

	#words({ lowW, highW, meanW }: CurveSummary): string {
		const mean = this.#power(meanW);
		if (lowW < 0 && highW > 0) return this.#texts.chartBoth(this.#power(highW), this.#power(lowW), mean);
		const [low, high] = lowW < 0 ? [highW, lowW] : [lowW, highW];
		return this.#texts.chartSummary(this.#format.powerText(low), this.#format.powerText(high), mean);
	}

	/** With its direction: a sign would be overlooked. */
	#power(powerW: number): string {
		const { toGrid, fromGrid } = this.#texts;
		return `${this.#format.powerText(powerW)} ${Math.round(powerW) < 0 ? toGrid : fromGrid}`;
	}

	#showCursor(): void {
		const { timesS, importW, exportW } = this.#points;
		const index = this.#cursor;
		const timeS = index === null ? undefined : timesS[index];
		const fromW = index === null ? null : importW[index];
		const toW = index === null ? null : exportW[index];
		if (timeS === undefined || typeof fromW !== "number" || typeof toW !== "number") setText(this.#readout, "");
		else setText(this.#readout, `${this.#format.clock(timeS * 1000)} · ${this.#power(fromW + toW)}`);
	}

	#fillTable(): void {
		const { summary } = this.#curve;
		if (!this.#details.open || summary === undefined) return;
		const stretchS = Date.now() - summary.fromMs < SHORT_MS ? QUARTER_S : HOUR_S;
		const rows = this.#curve.means(stretchS).map(({ startMs, powerW }) => {
			const time = `${this.#format.minute(startMs)}–${this.#format.minute(startMs + stretchS * 1000)}`;
			return h("tr", {}, h("th", { scope: "row" }, time), h("td", {}, this.#power(powerW)));
		});
		this.#rows.replaceChildren(...rows);
	}
}
