type Attributes = Readonly<Record<string, string>>;
type Child = Node | string | undefined;

/** Makes an element. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	for (const child of children) if (child !== undefined) element.append(child);
	return element;
}

/** Changes the text of an element, if it is another one: a text that is set again is a change for screen readers. */
export function setText(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}

/** A part of the page with a heading of its own. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
	const heading = h("h2", { id: `${id}-title` }, title);
	return h("section", { id, class: "card", "aria-labelledby": heading.id }, heading, ...children);
}

/** Keeps one element for each item of a list, in its order; elements whose key stays are kept. */
export class Rows<Item> {
	readonly #parent: Element;
	readonly #create: (item: Item) => { readonly element: Element; update(item: Item): void };
	readonly #keyOf: (item: Item) => string;
	#keys = "";
	#rows: { readonly element: Element; update(item: Item): void }[] = [];

	/** @param create - makes the element; `update` fills it, also the first time. */
	constructor(
		parent: Element,
		keyOf: (item: Item) => string,
		create: (item: Item) => { readonly element: Element; update(item: Item): void },
	) {
		this.#parent = parent;
		this.#keyOf = keyOf;
		this.#create = create;
	}

	update(items: readonly Item[]): void {
		const keys = items.map(this.#keyOf).join("\n");
		if (keys !== this.#keys) {
			this.#keys = keys;
			this.#rows = items.map(this.#create);
			this.#parent.replaceChildren(...this.#rows.map(({ element }) => element));
		}
		for (const [index, item] of items.entries()) this.#rows[index]?.update(item);
	}
}

/** Arrows, for {@link icon}. */
export const INTO_THE_HOUSE = "M12 3v15M5.5 11.5L12 18l6.5-6.5";
export const OUT_OF_THE_HOUSE = "M12 21V6M5.5 12.5L12 6l6.5 6.5";

const SVG = "http://www.w3.org/2000/svg";

/** A drawing in lines, 24 by 24, that screen readers pass over. */
export function icon(path: string): SVGElement {
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	const line = document.createElementNS(SVG, "path");
	line.setAttribute("d", path);
	svg.append(line);
	return svg;
}
