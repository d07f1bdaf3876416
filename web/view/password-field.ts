import { h } from "./dom.js";

let count = 0;

/** A field for a password, with its label. */
export function passwordField(
	title: string,
	autocomplete: "current-password" | "new-password",
): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
	const input = h("input", { type: "password", autocomplete, id: `password-${++count}` });
	return { element: h("div", {}, h("label", { for: input.id }, title), input), input };
}
