import type { Owner } from "../owner.js";
import type { LanguageTexts } from "../texts.js";
import { h, section } from "./dom.js";
import { passwordField } from "./password-field.js";
import { showProblem } from "./problem.js";

/** Asks for the owner's password, where reading needs it. */
export class LockView {
	readonly element: HTMLElement;

	/** @param onUnlocked - a session has been opened. */
	constructor(owner: Owner, texts: LanguageTexts, onUnlocked: () => void) {
		const { element, input } = passwordField(texts.password, "current-password");
		const problem = h("p", { class: "error", role: "alert" });
		const form = h("form", {}, element, h("button", {}, texts.unlock), problem);
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			const failure = await owner.unlock(input.value);
			showProblem(problem, failure, texts);
			if (failure !== undefined) input.select();
			else {
				input.value = "";
				onUnlocked();
			}
		});
		this.element = section("lock", texts.stateLocked, h("p", {}, texts.linkLocked), form);
		this.element.hidden = true;
	}
}
