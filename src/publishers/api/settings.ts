import { asciiJson } from "../../core/json-text.js";
import type { HttpRequest, HttpResponse } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import { unguardedBy } from "../../services/access/unguarded.js";
import {
	describeRange,
	isOnPlatform,
	type Platform,
	type SettingDefinition,
} from "../../services/settings/definition.js";
import { defaultSettings, type SettingError } from "../../services/settings/parse.js";
import type { SettingsService } from "../../services/settings/settings-service.js";
import { SETTING_KEYS, SETTINGS, SETTINGS_VERSION, type SettingKey } from "../../services/settings/table.js";
import { readJson } from "./json-body.js";
import { TextStream } from "./text-stream.js";

/** The certificate of an authority is the longest setting: 3900 characters and the escapes of its line ends. */
export const SETTINGS_BODY_BYTES = 6144;
/** More mistakes than fit in this are told by the first ones. */
const MAX_MESSAGE_CHARACTERS = 1000;
const JSON_TYPE = "application/json";

export type SettingsApiOptions = {
	readonly settings: SettingsService;
	readonly platform: Platform;
	/** Lent for the length of each call. */
	readonly scratch: Uint8Array;
};

const SHOW: Route = Object.freeze({ method: "GET", path: "/api/v1/settings", noStore: true });
const CHANGE: Route = Object.freeze({
	method: "PATCH",
	path: "/api/v1/settings",
	maxBodyBytes: SETTINGS_BODY_BYTES,
	noStore: true,
});
const SCHEMA: Route = Object.freeze({ method: "GET", path: "/api/v1/settings/schema", noStore: true });
const ROUTES = Object.freeze([SHOW, CHANGE, SCHEMA]);

/** The settings at `/api/v1/settings`, and what they may be at `/api/v1/settings/schema`. */
export class SettingsApi implements Resource {
	readonly #settings: SettingsService;
	readonly #platform: Platform;
	readonly #scratch: Uint8Array;

	constructor({ settings, platform, scratch }: SettingsApiOptions) {
		this.#settings = settings;
		this.#platform = platform;
		this.#scratch = scratch;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		if (route === CHANGE) change(this.#settings, request, response);
		else if (route === SHOW) {
			const { current } = this.#settings;
			this.#send(response, "{", (key) => `"${key}":${asciiJson(shown(key, current[key]))}`, "}");
		} else {
			const defaults = defaultSettings(this.#platform);
			const start = `{"version":${SETTINGS_VERSION},"settings":[`;
			this.#send(response, start, (key) => asciiJson(schemaOf(key, defaults[key])), "]}");
		}
	}

	/** Sends `start`, one text for each key with commas between, and `end`. */
	#send(response: HttpResponse, start: string, textOf: (key: SettingKey) => string, end: string): void {
		const keys = SETTING_KEYS.filter((key) => isOnPlatform(definitionOf(key), this.#platform));
		let index = -1;
		const next = (): string | undefined => {
			const at = index++;
			if (at < 0) return start;
			const key = keys[at];
			if (key !== undefined) return `${at === 0 ? "" : ","}${textOf(key)}`;
			return at === keys.length ? end : undefined;
		};
		response.stream(200, JSON_TYPE, new TextStream(next, this.#scratch));
	}
}

function definitionOf(key: SettingKey): SettingDefinition {
	return SETTINGS[key];
}

/** A secret is never shown, only whether there is one. */
function shown(key: SettingKey, value: string | number | boolean): unknown {
	return definitionOf(key).isSecret === true ? { set: value !== "" } : value;
}

/** A row of the table for a form; a copy, since XS cannot stringify what lies in flash. */
function schemaOf(key: SettingKey, defaultValue: string | number | boolean): unknown {
	const definition = definitionOf(key);
	const { type, title, help, isSecret, isImmediate, boundTo } = definition;
	return {
		key,
		type,
		title,
		help,
		expected: describeRange(definition),
		default: defaultValue,
		...(definition.type === "integer" ? { min: definition.min, max: definition.max } : {}),
		...(definition.type === "choice" ? { choices: [...definition.choices] } : {}),
		...(definition.type === "text"
			? { maxLength: definition.maxLength, optional: definition.isOptional === true }
			: {}),
		secret: isSecret === true,
		...(boundTo === undefined ? {} : { boundTo: [...boundTo] }),
		restart: isImmediate !== true,
	};
}

function change(settings: SettingsService, request: HttpRequest, response: HttpResponse): void {
	readJson(request, response, SETTINGS_BODY_BYTES, (patch) => {
		const result = settings.change(patch);
		if ("errors" in result) respondSettingErrors(response, result.errors);
		else if ("problem" in result) {
			response.respondError(500, "not-saved", `The settings could not be saved: ${result.problem}`);
		} else {
			const { changed, restart } = result;
			// Copies: XS cannot stringify what lies in flash.
			const warnings = unguardedBy(settings.current).map(({ key, message }) => ({ key, message }));
			response.respondText(200, JSON_TYPE, asciiJson({ changed, restart, warnings }));
		}
	});
}

/** 400 with the first mistake's code and key, and what all of them say. */
export function respondSettingErrors(response: HttpResponse, errors: readonly SettingError[]): void {
	const [first] = errors;
	let message = "";
	for (const { message: each } of errors) {
		if (message.length + each.length < MAX_MESSAGE_CHARACTERS) message += `${message === "" ? "" : " "}${each}`;
	}
	const error = { code: first?.code ?? "bad-value", key: first?.key ?? "", message };
	response.respondText(400, JSON_TYPE, asciiJson({ error }));
}
