import type { Problem } from "../owner.js";
import type { LanguageTexts } from "../texts.js";
import { setText } from "./dom.js";

/** Says in an element what the problem is; undefined: nothing. What the dongle says itself is in English. */
export function showProblem(element: HTMLElement, problem: Problem | undefined, texts: LanguageTexts): void {
	element.lang = problem?.kind === "refused" ? "en" : texts.tag;
	setText(element, problem === undefined ? "" : textOf(problem, texts));
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
