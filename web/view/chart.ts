import uPlot from "uplot";
import type { CurvePoints } from "../day-curve.js";
import type { Format } from "../format.js";

const MIN_SPAN_S = 120;
const MIN_TOP_W = 500;
/** Distances between marks on the time axis, in seconds; whole minutes and hours. */
const TIME_STEPS_S = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600];

/** A colour of the style sheet, as it is in the light or the dark of this moment. */
function colour(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A little room above and below, zero always in sight. */
function powerRange(lowW: number, highW: number): [number, number] {
	const low = Math.min(0, lowW);
	const high = Math.max(0, highW);
	const margin = (high - low) * 0.08;
	const bottom = low < 0 ? low - margin : 0;
	return [bottom, high > 0 || low === 0 ? Math.max(high + margin, low < 0 ? 0 : MIN_TOP_W) : margin];
}

/** Draws the power over time: from the grid above zero, to the grid below. */
export class Chart {
	readonly #plot: uPlot;
	readonly #host: HTMLElement;

	/** @param onCursor - told the index of the point under the pointer; null: none. */
	constructor(host: HTMLElement, format: Format, onCursor: (index: number | null) => void) {
		this.#host = host;
		const area = (name: string): uPlot.Series => ({
			stroke: () => colour(`--${name}`),
			fill: () => colour(`--${name}-area`),
			width: 2,
			points: { show: false },
		});
		const axis = {
			stroke: () => colour("--muted"),
			font: "12px system-ui, sans-serif",
			grid: { stroke: () => colour("--line"), width: 1 },
			ticks: { show: false },
		};
		const options: uPlot.Options = {
			...this.#size(),
			legend: { show: false },
			padding: [8, 20, 4, 0],
			cursor: { drag: { x: false, y: false }, y: false, points: { size: 8 } },
			scales: {
				x: { range: (_plot, from, to) => [from, Math.max(to, from + MIN_SPAN_S)] },
				y: { range: (_plot, low, high) => powerRange(low ?? 0, high ?? 0) },
			},
			series: [{}, area("import"), area("export")],
			axes: [
				{
					...axis,
					size: 28,
					incrs: TIME_STEPS_S,
					space: 60,
					values: (_plot, times) => times.map((s) => format.minute(s * 1000)),
				},
				{
					...axis,
					size: 44,
					values: (_plot, powers) => {
						const decimals = Math.max(
							...powers.map((powerW) => (powerW % 1000 === 0 ? 0 : powerW % 100 === 0 ? 1 : 2)),
						);
						return powers.map((powerW) => format.number(powerW / 1000, decimals));
					},
				},
			],
			hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
		};
		this.#plot = new uPlot(options, [[], [], []], host);
		new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(host);
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
	}

	update({ timesS, importW, exportW }: CurvePoints): void {
		this.#plot.setData([timesS, importW, exportW]);
	}

	#size(): { readonly width: number; readonly height: number } {
		const width = Math.max(200, this.#host.clientWidth);
		return { width, height: width < 500 ? 190 : 250 };
	}
}
