import type { Problem } from "../owner.js";
import type { LanguageTexts } from "../texts.js";

/** What to tell people of a problem; what the dongle says itself is in English. */
export function problemText(problem: Problem, texts: LanguageTexts): string {
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
