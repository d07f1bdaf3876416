import type { HeaderList, HttpRequest, HttpResponse } from "../http/message.js";
import { NO_HEADERS } from "../http/response-head.js";
import type { Route } from "../http/router.js";
import type { Clock, Random } from "../ports/clock.js";
import type { Device } from "../ports/device.js";
import type { StatusSource } from "../ports/status-source.js";
import { VERSION } from "../version.js";
import { makeBootId } from "./api/entity-tag.js";
import { HealthResource } from "./api/health.js";
import { ReadingResource } from "./api/reading.js";
import { StatusResource } from "./api/status.js";
import { TelegramResource } from "./api/telegram.js";
import type { DocumentView, MeterView } from "./api/views.js";
import type { PageFile } from "./page/page-file.js";
import { pageOr } from "./page/page-handler.js";

/** What the API publishes. */
export interface ApiOptions {
	readonly meter: MeterView;
	/** First among the meter's listeners, so that it is as new as the meter's reading. */
	readonly document: DocumentView;
	readonly device: Device;
	readonly clock: Clock;
	readonly random: Random;
	/** Sections of the status beside the API's own, in this order. */
	readonly statusSources?: readonly StatusSource[];
	/** Routes of other parts, by the name that the index gives their paths. */
	readonly others?: Readonly<Record<string, Route>>;
	/** What browsers get at `/`; absent: the index, like everybody else. */
	readonly page?: PageFile;
	/** At least `STATUS_BYTES`; used while an answer is written only, so that others may use it between. */
	readonly scratch: Uint8Array;
}

interface Resource {
	respond(request: HttpRequest, response: HttpResponse): void;
}

/**
 * The routes of the HTTP API: an index at `/`, `/api/v1/reading`, `/api/v1/telegram`, `/api/v1/status` and `/health`,
 * and those of others.
 * They answer from what is there already: a request makes no JSON but the status.
 * @see docs/http-api.yaml, docs/http-api.md
 */
export function apiRoutes(options: ApiOptions): readonly Route[] {
	const { meter, document, device, clock, random, statusSources: sources = [], others = {}, scratch } = options;
	const bootId = makeBootId(random);
	return [
		indexRoute(new IndexResource(others), options.page),
		route(PATHS.reading, new ReadingResource(meter, document, bootId)),
		route(PATHS.telegram, new TelegramResource(meter, bootId)),
		route(PATHS.status, new StatusResource({ meter, document, device, clock, sources, scratch })),
		route(PATHS.health, new HealthResource(meter, scratch)),
		...Object.values(others),
	];
}

const PATHS = Object.freeze({
	reading: "/api/v1/reading",
	telegram: "/api/v1/telegram",
	status: "/api/v1/status",
	health: "/health",
});

/** The page may be kept and asked for again, the index may not. */
const INDEX_BESIDE_PAGE: HeaderList = Object.freeze(["Cache-Control", "no-store", "Vary", "Accept"]);

function route(path: string, resource: Resource): Route {
	return {
		method: "GET",
		path,
		noStore: true,
		handle: (request, response) => resource.respond(request, response),
	};
}

function indexRoute(index: IndexResource, page: PageFile | undefined): Route {
	if (page === undefined) return route("/", index);
	const handle = pageOr(page, (request, response) => index.respond(request, response, INDEX_BESIDE_PAGE));
	// Neither page nor index shows anything of the meter, and the page is where people give the password.
	return { method: "GET", path: "/", access: "public", handle };
}

/** Tells a visitor where things are. */
class IndexResource implements Resource {
	readonly #json: string;

	constructor(others: Readonly<Record<string, Route>>) {
		// A copy: XS cannot stringify what lies in flash, and throws "read only value".
		const paths: Record<string, string> = { ...PATHS };
		for (const [name, { path }] of Object.entries(others)) paths[name] = path;
		this.#json = JSON.stringify({ name: "p1-dongle", version: VERSION, paths });
	}

	respond(_request: HttpRequest, response: HttpResponse, headers: HeaderList = NO_HEADERS): void {
		response.respondText(200, "application/json", this.#json, headers);
	}
}
