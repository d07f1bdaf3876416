import type { Timers } from "../../src/ports/clock.js";
import type { Owner, Problem } from "../owner.js";
import type { Setup, SetupResult, SetupState } from "../setup.js";
import type { LanguageTexts } from "../texts.js";
import { h, section } from "./dom.js";
import { Field } from "./field.js";
import { NetworkList } from "./network-list.js";
import { passwordField } from "./password-field.js";
import { say, showProblem } from "./problem.js";

const ASK_AGAIN_MS = 1500;
/** The phone may lose the setup network while the dongle tests another one. */
const SILENT_ASKS = 6;
const MAX_ASKS = 60;
/** What is asked for beside Wi-Fi and the password; the rest is under the settings. */
const KEYS = ["name", "mqttHost", "mqttUser", "mqttPass", "readAccess"];
const FAILURES = {
	"wrong-password": "testWrongPassword",
	"not-found": "testNotFound",
	"no-address": "testNoAddress",
	"weak-signal": "testWeakSignal",
} as const;

/** Sets the dongle up: the network, which is tested, the owner's password, and what else there is to say. */
export class SetupView {
	readonly element: HTMLElement;
	readonly #owner: Owner;
	readonly #setup: Setup;
	readonly #timers: Timers;
	readonly #texts: LanguageTexts;
	readonly #isInvited: boolean;
	readonly #body = h("div");
	readonly #message = h("p", { role: "status" });
	readonly #networks: NetworkList;
	readonly #password: ReturnType<typeof passwordField>;
	#fields: readonly Field[] = [];
	#ssid = "";
	/** The network that was tested and works, with its password. */
	#tested = "";
	#isBusy = false;
	#isShown = false;

	/** @param isInvited - whoever reads this came from the dongle's own cable. */
	constructor(owner: Owner, setup: Setup, timers: Timers, texts: LanguageTexts, isInvited: boolean) {
		this.#owner = owner;
		this.#setup = setup;
		this.#timers = timers;
		this.#texts = texts;
		this.#isInvited = isInvited;
		this.#networks = new NetworkList(texts);
		this.#password = passwordField(texts.newPassword, "new-password");
		this.element = section("setup", texts.setup, this.#body, this.#message);
		this.element.hidden = true;
	}

	/** @param isOpen - the dongle's own network is there. */
	update(isOpen: boolean): void {
		if (this.#isShown || this.#isBusy || !(isOpen || this.#isInvited)) return;
		this.#isBusy = true;
		void this.#open();
	}

	async #open(): Promise<void> {
		const state = await this.#setup.state();
		this.#isBusy = false;
		if (state === undefined) return;
		const isInvited = this.#isInvited && !state.hasOwner;
		this.#isShown = true;
		if (!state.isHere && !isInvited) return;
		this.element.hidden = false;
		if (state.hasOwner && !this.#owner.isKnown) this.#askForPassword(state);
		else await this.#show(state);
	}

	#askForPassword(state: SetupState): void {
		const { element, input } = passwordField(this.#texts.password, "current-password");
		const form = h("form", {}, element, h("button", {}, this.#texts.unlock));
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			const problem = await this.#owner.unlock(input.value);
			this.#fail(problem);
			if (problem === undefined) await this.#show(state);
		});
		this.#body.replaceChildren(form);
	}

	async #show({ ssid, hasOwner }: SetupState): Promise<void> {
		const texts = this.#texts;
		this.#ssid = ssid;
		const settings = await this.#owner.settings();
		this.#fields = (Array.isArray(settings) ? settings : [])
			.filter(({ key }) => KEYS.includes(key))
			.map((setting) => new Field(setting, texts, "setup"));
		const again = h("button", { type: "button" }, texts.setupScan);
		again.addEventListener("click", () => void this.#scan());
		const test = h("button", { type: "button" }, texts.setupTest);
		test.addEventListener("click", () => void this.#once(() => this.#test()));
		const group = (title: string, ...parts: (HTMLElement | undefined)[]): HTMLElement =>
			h("fieldset", {}, h("legend", {}, title), ...parts);
		const form = h(
			"form",
			{},
			group("1. Wi-Fi", this.#networks.element, h("p", { class: "actions" }, again, test)),
			hasOwner
				? undefined
				: group(texts.setupOwner, h("p", { class: "small" }, texts.setupOwnerWhy), this.#password.element),
			group(texts.setupMore, ...this.#fields.map(({ element }) => element)),
			h("button", { class: "primary" }, texts.save),
		);
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.#once(() => this.#save(hasOwner));
		});
		this.#networks.update([], ssid);
		this.#body.replaceChildren(form);
		await this.#scan();
	}

	async #scan(): Promise<void> {
		this.#say(this.#texts.setupScanning);
		await this.#setup.scan();
		for (let asked = 0; asked < MAX_ASKS; asked++) {
			await this.#wait();
			const networks = await this.#setup.networks();
			if (networks === undefined) continue;
			this.#networks.update(networks, this.#ssid);
			this.#say(this.#texts.setupFound(String(networks.length)));
			return;
		}
	}

	/** One thing at a time. */
	async #once(work: () => Promise<unknown>): Promise<void> {
		if (this.#isBusy) return;
		this.#isBusy = true;
		this.#body.toggleAttribute("inert", true);
		await work();
		this.#body.toggleAttribute("inert", false);
		this.#isBusy = false;
	}

	/** @returns whether the dongle has a network that works, or keeps the one that it has. */
	async #test(): Promise<boolean> {
		const { credentials } = this.#networks;
		const texts = this.#texts;
		if (credentials === undefined) return true;
		const { ssid, password } = credentials;
		this.#tested = "";
		this.#say(texts.testing(ssid));
		const refusal = await this.#setup.test(ssid, password);
		if (refusal !== undefined) {
			this.#fail({ kind: "refused", message: refusal, key: undefined });
			return false;
		}
		let silent = 0;
		for (let asked = 0; asked < MAX_ASKS; asked++) {
			await this.#wait();
			const state = await this.#setup.state();
			silent = state === undefined ? silent + 1 : 0;
			if (silent === SILENT_ASKS) this.#say(texts.testAway);
			if (state === undefined || state.test.kind === "testing") continue;
			if (state.test.kind === "connected") {
				this.#tested = JSON.stringify(credentials);
				this.#say(texts.testConnected(ssid));
				return true;
			}
			this.#say(texts[FAILURES[state.test.reason as keyof typeof FAILURES] ?? "testFailed"]);
			// What is inert cannot be focused.
			if (state.test.reason === "wrong-password") this.#timers.after(0, () => this.#networks.focusPassword());
			return false;
		}
		this.#say(texts.testFailed);
		return false;
	}

	async #save(hasOwner: boolean): Promise<void> {
		const { credentials } = this.#networks;
		const { input } = this.#password;
		for (const field of this.#fields) field.showProblem(undefined);
		if (credentials !== undefined && this.#tested !== JSON.stringify(credentials) && !(await this.#test())) return;
		// The password first: from then on it is the owner who does the rest, wherever the dongle is by then.
		if (!hasOwner && !this.#password.element.hidden) {
			const problem = (await this.#owner.choosePassword("", input.value)) ?? (await this.#owner.unlock(input.value));
			this.#fail(problem);
			if (problem !== undefined) return;
			this.#password.element.hidden = true;
			input.value = "";
		}
		const patch: Record<string, unknown> = {};
		if (credentials !== undefined) Object.assign(patch, { wifiSsid: credentials.ssid, wifiPass: credentials.password });
		for (const { change, setting } of this.#fields) if (change !== undefined) patch[setting.key] = change;
		const changed = await this.#owner.change(patch);
		if (changed.kind !== "changed") {
			this.#fail(changed);
			return;
		}
		const result = await this.#setup.finish();
		if (result === undefined) this.#fail({ kind: "lost" });
		else this.#finish(result, credentials?.ssid ?? this.#ssid);
	}

	#finish({ hostName, ipAddress }: SetupResult, ssid: string): void {
		const texts = this.#texts;
		const items = [hostName, ipAddress].flatMap((host) =>
			host === undefined ? [] : [h("li", {}, h("a", { href: `http://${host}/` }, `http://${host}/`))],
		);
		const done = h("p", { tabindex: "-1" }, h("strong", {}, texts.setupDone(ssid)));
		this.#body.replaceChildren(done, h("p", {}, texts.setupWhere), h("ul", { class: "places" }, ...items));
		this.#body.toggleAttribute("inert", false);
		this.#say(texts.setupCloses);
		done.focus();
	}

	#fail(problem: Problem | undefined): void {
		const key = problem?.kind === "refused" ? problem.key : undefined;
		const field = this.#fields.find(({ setting }) => setting.key === key);
		showProblem(this.#message, field === undefined ? problem : undefined, this.#texts);
		if (field !== undefined) this.#timers.after(0, () => field.showProblem(problem));
	}

	#say(text: string): void {
		say(this.#message, text, this.#texts);
	}

	#wait(): Promise<void> {
		return new Promise((resolve) => void this.#timers.after(ASK_AGAIN_MS, resolve));
	}
}
