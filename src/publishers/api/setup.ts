import { writeFlagMember, writeTextMember } from "../../core/json-members.js";
import { asciiJson } from "../../core/json-text.js";
import type { JsonWriter } from "../../core/json-writer.js";
import { utf8Bytes } from "../../core/utf8.js";
import type { HttpRequest, HttpResponse } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { WifiCredentials } from "../../ports/wifi.js";
import type { NetworkScan } from "../../services/provisioning/network-scan.js";
import type { NetworkTest } from "../../services/provisioning/network-test.js";
import type { SetupPortal } from "../../services/provisioning/setup-portal.js";
import { WIFI_NAME_BYTES, WIFI_PASSWORD_BYTES } from "../../services/settings/formats.js";
import { readJson, respondBadValue } from "./json-body.js";
import { TextStream } from "./text-stream.js";

/** A name of 32 and a password of 63 bytes, each of them as an escape of six. */
const BODY_BYTES = 768;
const JSON_TYPE = "application/json";

export type SetupApiOptions = {
	readonly portal: SetupPortal;
	readonly test: NetworkTest;
	readonly networks: NetworkScan;
	/** `wifiSsid`: the network of the settings; "" without. */
	readonly settings: { readonly current: { readonly wifiSsid: string } };
	/** Whether there is an owner. */
	readonly access: { readonly hasPassword: boolean };
	/** What the device is called in the house's network, without `.local`. */
	readonly hostName: string;
	/** Lent for the length of each call. */
	readonly scratch: Uint8Array;
};

const SHOW: Route = Object.freeze({ method: "GET", path: "/api/v1/setup", noStore: true });
const NETWORKS: Route = Object.freeze({
	method: "GET",
	path: "/api/v1/setup/networks",
	access: "owner",
	noStore: true,
});
const SCAN: Route = Object.freeze({ method: "POST", path: "/api/v1/setup/scan", noStore: true });
const TEST: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/setup/test",
	maxBodyBytes: BODY_BYTES,
	noStore: true,
});
const FINISH: Route = Object.freeze({ method: "POST", path: "/api/v1/setup/finish", noStore: true });
const ROUTES = Object.freeze([SHOW, NETWORKS, SCAN, TEST, FINISH]);

/**
 * The setup: what it is at, which networks there are, the test of one before it counts, and its end. Saving is what the routes
 * of the settings and of the owner do. */
export class SetupApi implements Resource {
	readonly #options: SetupApiOptions;

	/** @param options - kept. */
	constructor(options: SetupApiOptions) {
		this.#options = options;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		const { portal, networks, scratch } = this.#options;
		if (route === SHOW) response.respondText(200, JSON_TYPE, asciiJson(describe(this.#options, request)));
		else if (route === NETWORKS) response.stream(200, JSON_TYPE, new TextStream(networkPieces(networks), scratch));
		else if (route === SCAN) {
			portal.touch();
			networks.start();
			response.respondEmpty(202);
		} else if (route === TEST) startTest(this.#options, request, response);
		else finish(this.#options, response);
	}
}

function startTest({ portal, test }: SetupApiOptions, request: HttpRequest, response: HttpResponse): void {
	readJson(request, response, BODY_BYTES, (value) => {
		const credentials = credentialsOf(value, response);
		if (credentials === undefined) return;
		portal.touch();
		if (test.start(credentials)) response.respondEmpty(202);
		else response.respondError(409, "radio-busy", "Another test is under way. Try again in some seconds.");
	});
}

/** The section `setup` of the status: whether the setup network is open, for pages that should offer the setup. */
export class SetupStatus implements StatusSource {
	readonly statusName = "setup";
	readonly #portal: SetupPortal;

	constructor(portal: SetupPortal) {
		this.#portal = portal;
	}

	writeStatus(writer: JsonWriter): void {
		writer.openObject();
		writeTextMember(writer, "state", this.#portal.state);
		writeFlagMember(writer, "open", this.#portal.isOpen);
		writer.closeObject();
	}
}

/** No password is in it: neither the network's nor that of the setup network. */
function describe(
	{ portal, test, networks, settings, access, hostName }: SetupApiOptions,
	request: HttpRequest,
): unknown {
	return {
		state: portal.state,
		open: portal.isOpen,
		name: portal.name,
		here: portal.isClient(request.remoteAddress),
		hasOwner: access.hasPassword,
		ssid: settings.current.wifiSsid,
		hostName: `${hostName}.local`,
		scanning: networks.isScanning,
		test: { ...test.state },
	};
}

function networkPieces(networks: NetworkScan): () => string | undefined {
	// As they are now: a scan that ends meanwhile makes another list.
	const list = networks.networks;
	let index = -1;
	return () => {
		const at = index++;
		if (at < 0) return `{"scanning":${networks.isScanning},"networks":[`;
		const network = list[at];
		if (network !== undefined) {
			const { ssid, rssiDbm, channel, needsPassword } = network;
			return `${at === 0 ? "" : ","}${asciiJson({ ssid, rssiDbm, channel, needsPassword })}`;
		}
		return at === list.length ? "]}" : undefined;
	};
}

/** Undefined, and 400, when it is none. */
function credentialsOf(value: unknown, response: HttpResponse): WifiCredentials | undefined {
	const { ssid, password } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
	const problem = problemOf(ssid, password);
	if (problem === undefined) return { ssid, password } as WifiCredentials;
	const [key, message] = problem;
	respondBadValue(response, key, message);
	return undefined;
}

function problemOf(ssid: unknown, password: unknown): readonly [key: string, message: string] | undefined {
	if (typeof ssid !== "string" || ssid === "" || utf8Bytes(ssid).length > WIFI_NAME_BYTES) {
		return ["ssid", `ssid must be the name of a network, a text of 1 to ${WIFI_NAME_BYTES} bytes.`];
	}
	const { min, max } = WIFI_PASSWORD_BYTES;
	const length = typeof password === "string" ? utf8Bytes(password).length : -1;
	if (length !== 0 && (length < min || length > max)) {
		return ["password", `password must be a text of ${min} to ${max} bytes, or empty for a network without one.`];
	}
	return undefined;
}

function finish({ portal, hostName }: SetupApiOptions, response: HttpResponse): void {
	const result = portal.finish();
	if (result === undefined) {
		const message = "No Wi-Fi network is saved yet: PATCH /api/v1/settings with wifiSsid and wifiPass first.";
		response.respondError(409, "nothing-saved", message);
		return;
	}
	const { ipAddress, closesInS } = result;
	const body = { hostName: `${hostName}.local`, ...(ipAddress === undefined ? {} : { ipAddress }), closesInS };
	response.respondText(200, JSON_TYPE, asciiJson(body));
}
