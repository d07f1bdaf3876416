import { type HttpDongle, JSON_HEADERS } from "./http.js";
import { asObject, isTrue, type JsonObject, numberOf, parseObject, textOf } from "./json.js";

/** What came of the last test of a network. */
export type TestState = {
	readonly kind: "none" | "testing" | "connected" | "failed";
	/** Why it failed; "" otherwise. */
	readonly reason: string;
};

/** What the setup of the dongle is at. */
export type SetupState = {
	/** This browser is in the dongle's own network. */
	readonly isHere: boolean;
	readonly hasOwner: boolean;
	/** The network of the settings; "" without. */
	readonly ssid: string;
	readonly test: TestState;
};

/** A network that the dongle hears. */
export type FoundNetwork = { readonly ssid: string; readonly rssiDbm: number; readonly needsPassword: boolean };

/** Where the dongle is when everything is saved. */
export type SetupResult = { readonly hostName: string; readonly ipAddress: string | undefined };

const KINDS = ["testing", "connected", "failed"] as const;

/** The dongle's setup over HTTP; nothing rejects, undefined is no answer that makes sense. */
export class Setup {
	readonly #dongle: HttpDongle;

	constructor(dongle: HttpDongle) {
		this.#dongle = dongle;
	}

	async state(): Promise<SetupState | undefined> {
		const state = await this.#get("");
		const test = asObject(state?.test);
		if (state === undefined || test === undefined) return undefined;
		return {
			isHere: isTrue(state, "here"),
			hasOwner: isTrue(state, "hasOwner"),
			ssid: textOf(state, "ssid") ?? "",
			test: { kind: KINDS.find((kind) => kind === test.kind) ?? "none", reason: textOf(test, "reason") ?? "" },
		};
	}

	/** Looks for networks; {@link networks} has them when it does not scan any more. */
	async scan(): Promise<void> {
		await this.#post("scan");
	}

	/** Undefined while they are looked for, too. */
	async networks(): Promise<readonly FoundNetwork[] | undefined> {
		const answer = await this.#get("/networks");
		if (!Array.isArray(answer?.networks) || isTrue(answer, "scanning")) return undefined;
		return answer.networks.flatMap((row: unknown): FoundNetwork[] => {
			const network = asObject(row);
			const [ssid, rssiDbm] = [textOf(network, "ssid"), numberOf(network, "rssiDbm")];
			if (ssid === undefined || rssiDbm === undefined) return [];
			return [{ ssid, rssiDbm, needsPassword: isTrue(network, "needsPassword") }];
		});
	}

	/** Begins to test a network. @returns what the dongle says against it; undefined: nothing. */
	async test(ssid: string, password: string): Promise<string | undefined> {
		const answer = await this.#post("test", JSON.stringify({ ssid, password }));
		return textOf(asObject(answer?.error), "message");
	}

	async finish(): Promise<SetupResult | undefined> {
		const answer = await this.#post("finish");
		const hostName = textOf(answer, "hostName");
		return hostName === undefined ? undefined : { hostName, ipAddress: textOf(answer, "ipAddress") };
	}

	async #get(path: string): Promise<JsonObject | undefined> {
		return parseObject((await this.#dongle.ask("GET", `/api/v1/setup${path}`)).text);
	}

	async #post(path: string, body?: string): Promise<JsonObject | undefined> {
		const headers = body === undefined ? {} : JSON_HEADERS;
		return parseObject((await this.#dongle.ask("POST", `/api/v1/setup/${path}`, headers, body)).text);
	}
}

/** Of four bars, how many a strength is worth. @param rssiDbm - dBm, negative. */
export function barsOf(rssiDbm: number): number {
	if (rssiDbm >= -55) return 4;
	if (rssiDbm >= -67) return 3;
	return rssiDbm >= -75 ? 2 : 1;
}
