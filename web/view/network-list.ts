import { barsOf, type FoundNetwork } from "../setup.js";
import type { LanguageTexts } from "../texts.js";
import { h } from "./dom.js";

/** What stands for the network that the dongle has, and for one that is not in the list. No network is called so. */
const KEEP = "\nkeep";
const OTHER = "\nother";
const BARS = 4;

/** The networks to choose from. */
export class NetworkList {
	readonly element: HTMLElement;
	readonly #texts: LanguageTexts;
	readonly #options = h("div", { class: "networks" });
	readonly #name: HTMLInputElement;
	readonly #password: HTMLInputElement;
	readonly #nameField: HTMLElement;
	readonly #passwordField: HTMLElement;
	#networks: readonly FoundNetwork[] = [];
	#chosen = "";
	/** Whoever reads this has chosen; otherwise the first one is. */
	#isTouched = false;

	constructor(texts: LanguageTexts) {
		this.#texts = texts;
		this.#name = h("input", { id: "setup-ssid", autocomplete: "off", maxlength: "32" });
		this.#password = h("input", { id: "setup-wifi-password", type: "password", autocomplete: "off", maxlength: "63" });
		this.#nameField = h("div", {}, h("label", { for: this.#name.id }, texts.setupOther), this.#name);
		this.#passwordField = h("div", {}, h("label", { for: this.#password.id }, texts.setupWifiPassword), this.#password);
		this.element = h("div", {}, this.#options, this.#nameField, this.#passwordField);
		this.#options.addEventListener("change", (event) => {
			this.#isTouched = true;
			this.#choose((event.target as HTMLInputElement).value);
		});
	}

	/** What is chosen; undefined: the dongle keeps its network. */
	get credentials(): { readonly ssid: string; readonly password: string } | undefined {
		if (this.#chosen === KEEP) return undefined;
		const ssid = this.#chosen === OTHER ? this.#name.value : this.#chosen;
		return { ssid, password: this.#passwordField.hidden ? "" : this.#password.value };
	}

	/** @param current - the network that the dongle has; "" for none. */
	update(networks: readonly FoundNetwork[], current: string): void {
		const texts = this.#texts;
		this.#networks = networks;
		const rows = networks.map((network) => this.#row(network.ssid, network.ssid, network));
		if (current !== "") rows.unshift(this.#row(KEEP, texts.setupKeep(current)));
		rows.push(this.#row(OTHER, texts.setupOther));
		this.#options.replaceChildren(...rows);
		const isThere = [KEEP, OTHER, ...networks.map(({ ssid }) => ssid)].includes(this.#chosen);
		const first = current === "" ? (networks[0]?.ssid ?? OTHER) : KEEP;
		this.#choose(this.#isTouched && isThere ? this.#chosen : first);
	}

	focusPassword(): void {
		this.#password.focus();
		this.#password.select();
	}

	#row(value: string, title: string, network?: FoundNetwork): HTMLElement {
		const input = h("input", { type: "radio", name: "network", value });
		const strength = network === undefined ? undefined : h("span", { class: "small" }, this.#words(network));
		const name = h("span", {}, title, " ", strength);
		return h("label", { class: "network" }, input, name, network && bars(network.rssiDbm));
	}

	#words({ rssiDbm, needsPassword }: FoundNetwork): string {
		const { signalGood, signalFair, signalWeak, setupOpen } = this.#texts;
		const words = [signalWeak, signalWeak, signalFair, signalGood, signalGood][barsOf(rssiDbm)] ?? "";
		return needsPassword ? words : `${words}, ${setupOpen}`;
	}

	#choose(value: string): void {
		this.#chosen = value;
		for (const input of this.#options.querySelectorAll("input")) input.checked = input.value === value;
		const network = this.#networks.find(({ ssid }) => ssid === value);
		this.#nameField.hidden = value !== OTHER;
		this.#passwordField.hidden = value === KEEP || network?.needsPassword === false;
	}
}

function bars(rssiDbm: number): HTMLElement {
	const count = barsOf(rssiDbm);
	const each = Array.from({ length: BARS }, (_, i) => h("i", i < count ? { class: "on" } : {}));
	return h("span", { class: "bars", "aria-hidden": "true" }, ...each);
}
