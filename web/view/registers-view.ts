import type { Format } from "../format.js";
import type { MbusRegister, PageReading, Register } from "../reading.js";
import type { LanguageTexts } from "../texts.js";
import { h, Rows, section, setText } from "./dom.js";

type Row = { readonly key: string; readonly name: string; readonly detail: string; readonly value: string };

const MEDIUMS = {
	gas: "mediumGas",
	water: "mediumWater",
	warmWater: "mediumWarmWater",
	heat: "mediumHeat",
	cooling: "mediumCooling",
	electricity: "mediumElectricity",
} as const satisfies Readonly<Record<string, keyof LanguageTexts>>;

/** What the meter has counted, and the meters behind it: gas, water, heat. */
export class RegistersView {
	readonly element: HTMLElement;
	readonly #texts: LanguageTexts;
	readonly #format: Format;
	readonly #table: HTMLElement;
	readonly #note = h("p", { class: "note" });
	readonly #rows: Rows<Row>;

	constructor(texts: LanguageTexts, format: Format) {
		this.#texts = texts;
		this.#format = format;
		const body = h("tbody");
		const head = [texts.registerName, texts.registerValue].map((title) => h("th", { scope: "col" }, title));
		this.#table = h("table", { class: "registers" }, h("thead", { class: "hidden" }, h("tr", {}, ...head)), body);
		this.#rows = new Rows(
			body,
			({ key }) => key,
			() => createRow(),
		);
		this.element = section("registers", texts.registers, this.#table, this.#note);
	}

	/** @param reading - undefined while there is none. */
	update(reading: PageReading | undefined): void {
		const { noReading, tariffNow } = this.#texts;
		const rows = reading === undefined ? [] : this.#rowsOf(reading);
		this.#table.hidden = rows.length === 0;
		this.element.hidden = reading !== undefined && rows.length === 0;
		this.#rows.update(rows);
		if (reading === undefined) setText(this.#note, noReading);
		else {
			const { identification, tariff } = reading;
			const parts = [identification, tariff === undefined ? undefined : tariffNow(String(tariff))];
			setText(this.#note, parts.filter((part) => part !== undefined).join(" · "));
		}
	}

	#rowsOf({ registers, mbus }: PageReading): Row[] {
		return [...registers.map((register) => this.#register(register)), ...mbus.map((register) => this.#mbus(register))];
	}

	#register({ key, value }: Register): Row {
		const [, quantity = "", , tariff] = /^(.*?)(Tariff(\d))?(Wh|Varh)$/.exec(key) ?? [];
		const texts = this.#texts;
		const name = texts[quantity as "energyImport"];
		const unit = key.endsWith("Varh") ? "kvarh" : "kWh";
		return {
			key,
			name: tariff === undefined ? name : texts.tariff(name, tariff),
			detail: "",
			value: this.#format.measuredText(unit, value / 1000, unit),
		};
	}

	#mbus({ channel, medium, value, unit, timeMs }: MbusRegister): Row {
		const texts = this.#texts;
		const name = texts[MEDIUMS[medium as keyof typeof MEDIUMS] ?? "mediumOther"];
		const key = `${channel} ${unit}`;
		return {
			key,
			name,
			detail: timeMs === undefined ? "" : texts.readAt(this.#format.moment(timeMs)),
			value: this.#format.measuredText(key, value, unit),
		};
	}
}

function createRow(): { readonly element: Element; update(row: Row): void } {
	const name = h("span");
	const detail = h("span", { class: "small" });
	const value = h("td");
	return {
		element: h("tr", {}, h("th", { scope: "row" }, name, " ", detail), value),
		update(row) {
			setText(name, row.name);
			setText(detail, row.detail);
			setText(value, row.value);
		},
	};
}
