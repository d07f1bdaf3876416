import type { Problem } from "../owner.js";
import type { LanguageTexts } from "../texts.js";
import { setText } from "./dom.js";

/** Says something in an element, in the page's language. */
export function say(element: HTMLElement, text: string, { tag }: { readonly tag: string }): void {
	element.lang = tag;
	setText(element, text);
}

/** Says in an element what the problem is; undefined: nothing. What the dongle says itself is in English. */
export function showProblem(element: HTMLElement, problem: Problem | undefined, texts: LanguageTexts): void {
	say(
		element,
		problem === undefined ? "" : textOf(problem, texts),
		problem?.kind === "refused" ? { tag: "en" } : texts,
	);
}

function textOf(problem: Problem, texts: LanguageTexts): string {
	switch (problem.kind) {
		case "lost":
			return texts.stateLost;
		case "password":
			return texts.stateLocked;
		case "wrong-password":
			return texts.wrongPassword;
		default:
			return problem.message;
	}
}
