import type { Owner, Problem } from "../owner.js";
import type { LanguageTexts } from "../texts.js";
import { askUpdate, startUpdate, type UpdateInfo } from "../update.js";
import { UPDATE_TEXTS } from "../update-texts.js";
import { h, section, setText } from "./dom.js";
import { passwordField } from "./password-field.js";
import { say, showProblem } from "./problem.js";

const ASK_EVERY_MS = 1000;

/** The update of the firmware: a file or its address, how far it is, and what came of it. */
export class UpdateView {
	readonly element: HTMLElement;
	readonly #owner: Owner;
	readonly #texts: LanguageTexts;
	readonly #file = h("input", { type: "file", accept: ".bin", id: "update-file" });
	readonly #fileLabel = h("label", { for: "update-file" });
	readonly #url = h("input", { type: "url", id: "update-url", placeholder: "http://" });
	readonly #message = h("p", { role: "status" });
	readonly #progress = h("progress", { "aria-labelledby": "update-title" });
	readonly #password: ReturnType<typeof passwordField>;
	readonly #form: HTMLFormElement;
	readonly #details: HTMLDetailsElement;
	#isSending = false;

	constructor(owner: Owner, texts: LanguageTexts) {
		this.#owner = owner;
		this.#texts = texts;
		const { update, updateShow, updateUrl, updateStart } = UPDATE_TEXTS[texts.tag];
		this.#password = passwordField(texts.password, "current-password");
		this.#form = h(
			"form",
			{},
			h("div", {}, this.#fileLabel, this.#file),
			h("div", {}, h("label", { for: "update-url" }, updateUrl), this.#url),
			this.#password.element,
			h("button", { class: "primary" }, updateStart),
		);
		this.#form.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.#start();
		});
		this.#details = h("details", {}, h("summary", {}, updateShow), this.#form, this.#progress, this.#message);
		this.#details.addEventListener("toggle", () => void this.#follow());
		this.element = section("update", update, this.#details);
	}

	/** Asks how it does, again and again while it does something. */
	async #follow(): Promise<void> {
		if (!this.#details.open) return;
		const info = await askUpdate(this.#owner);
		if (info === "none") this.element.hidden = true;
		else if (info !== undefined) this.#show(info);
		// Without an answer it restarts.
		if (
			this.#isSending ||
			info === undefined ||
			(info !== "none" && info.state !== "idle" && info.state !== "elsewhere")
		)
			setTimeout(() => void this.#follow(), ASK_EVERY_MS);
	}

	#show({ state, progress, board, message }: UpdateInfo): void {
		const texts = UPDATE_TEXTS[this.#texts.tag];
		setText(this.#fileLabel, texts.updateFile(`p1-dongle-${board}.bin`));
		this.#form.hidden = state !== "idle" || this.#isSending;
		this.#password.element.hidden = this.#owner.isKnown;
		this.#progress.hidden = state === "idle" || state === "elsewhere";
		if (progress === undefined) this.#progress.removeAttribute("value");
		else this.#progress.value = progress;
		const own = {
			idle: "",
			elsewhere: "",
			"awaiting-response": texts.updateReceiving,
			receiving: texts.updateReceiving,
			"awaiting-restart": this.#texts.restarting,
			"on-trial": texts.updateTrial,
		}[state];
		if (own === "" && message !== undefined)
			showProblem(this.#message, { kind: "refused", message, key: undefined }, this.#texts);
		else this.#say(own);
	}

	async #start(): Promise<void> {
		const from = this.#file.files?.[0] ?? this.#url.value.trim();
		if (from === "") {
			this.#file.focus();
			return;
		}
		const { input } = this.#password;
		let problem = this.#owner.isKnown ? undefined : await this.#owner.unlock(input.value);
		if (problem === undefined) {
			input.value = "";
			this.#isSending = true;
			void this.#follow();
			problem = await startUpdate(this.#owner, from);
			this.#isSending = false;
		}
		this.#password.element.hidden = this.#owner.isKnown;
		// A refusal that was lost with the connection is in the dongle's own answer.
		if (problem === undefined || problem.kind === "lost") void this.#follow();
		else this.#fail(problem);
	}

	#fail(problem: Problem): void {
		this.#form.hidden = false;
		this.#progress.hidden = true;
		showProblem(this.#message, problem, this.#texts);
	}

	#say(text: string): void {
		say(this.#message, text, this.#texts);
	}
}
