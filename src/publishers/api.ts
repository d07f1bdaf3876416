import type { JsonWriter } from "../core/json-writer.js";
import type { HeaderList, HttpRequest, HttpResponse } from "../http/message.js";
import { NO_HEADERS } from "../http/response-head.js";
import type { Resource, Route } from "../http/router.js";
import type { Clock, Random } from "../ports/clock.js";
import type { Device } from "../ports/device.js";
import type { StatusSource } from "../ports/status-source.js";
import { VERSION } from "../version.js";
import { EntityTag, makeBootId } from "./api/entity-tag.js";
import { respondHealth } from "./api/health.js";
import { respondReading } from "./api/reading.js";
import { respondStatus, type StatusView } from "./api/status.js";
import { respondTelegram } from "./api/telegram.js";
import type { DocumentView, MeterView } from "./api/views.js";
import type { PageFile } from "./page/page-file.js";
import { respondPage } from "./page/page-handler.js";

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
	/** What the index names the addresses of, this among it; looked at later. */
	readonly resources: readonly Resource[];
	/** What browsers get at `/`; absent: the index, like everybody else. */
	readonly page?: PageFile;
	/** Has room for `STATUS_BYTES`; used while an answer is written only, so that others may use it between. */
	readonly writer: JsonWriter;
}

const READING: Route = Object.freeze({ name: "reading", method: "GET", path: "/api/v1/reading", noStore: true });
const TELEGRAM: Route = Object.freeze({ name: "telegram", method: "GET", path: "/api/v1/telegram", noStore: true });
const STATUS: Route = Object.freeze({ name: "status", method: "GET", path: "/api/v1/status", noStore: true });
const HEALTH: Route = Object.freeze({ name: "health", method: "GET", path: "/health", noStore: true });
const INDEX: Route = Object.freeze({ method: "GET", path: "/", noStore: true });
/** Neither page nor index shows anything of the meter, and the page is where people give the password. */
const PAGE: Route = Object.freeze({ method: "GET", path: "/", access: "public" });
const ROUTES = Object.freeze([INDEX, READING, TELEGRAM, STATUS, HEALTH]);
const ROUTES_WITH_PAGE = Object.freeze([PAGE, READING, TELEGRAM, STATUS, HEALTH]);

/** The page may be kept and asked for again, the index may not. */
const INDEX_BESIDE_PAGE: HeaderList = Object.freeze(["Cache-Control", "no-store", "Vary", "Accept"]);

/**
 * The HTTP API: an index at `/`, `/api/v1/reading`, `/api/v1/telegram`, `/api/v1/status` and `/health`. It answers from what
 * is there already: a request makes no JSON but the status and the index.
 * @see docs/http-api.yaml, docs/http-api.md
 */
export class Api implements Resource, StatusView {
	readonly meter: MeterView;
	readonly document: DocumentView;
	readonly device: Device;
	readonly clock: Clock;
	readonly startedMs: number;
	readonly sources: readonly StatusSource[];
	readonly writer: JsonWriter;
	readonly #resources: readonly Resource[];
	readonly #page: PageFile | undefined;
	readonly #readingTag: EntityTag;
	readonly #telegramTag: EntityTag;

	constructor(options: ApiOptions) {
		const bootId = makeBootId(options.random);
		this.meter = options.meter;
		this.document = options.document;
		this.device = options.device;
		this.clock = options.clock;
		this.startedMs = options.clock.monotonicMs();
		this.sources = options.statusSources ?? [];
		this.writer = options.writer;
		this.#resources = options.resources;
		this.#page = options.page;
		this.#readingTag = new EntityTag(bootId);
		this.#telegramTag = new EntityTag(bootId);
	}

	get routes(): readonly Route[] {
		return this.#page === undefined ? ROUTES : ROUTES_WITH_PAGE;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		if (route === READING) respondReading(this.meter, this.document, this.#readingTag, request, response);
		else if (route === TELEGRAM) respondTelegram(this.meter, this.#telegramTag, request, response);
		else if (route === STATUS) respondStatus(this, response);
		else if (route === HEALTH) respondHealth(this.meter, this.writer, response);
		else if (this.#page === undefined) this.#respondIndex(response, NO_HEADERS);
		else if (!respondPage(this.#page, request, response)) this.#respondIndex(response, INDEX_BESIDE_PAGE);
	}

	/** Tells a visitor where things are. */
	#respondIndex(response: HttpResponse, headers: HeaderList): void {
		const { writer } = this;
		writer.reset();
		writer.openObject();
		writer.name("name");
		writer.string("p1-dongle");
		writer.name("version");
		writer.string(VERSION);
		writer.name("paths");
		writer.openObject();
		for (const { routes } of this.#resources) {
			for (const { name, path } of routes) {
				if (name === undefined) continue;
				writer.name(name);
				writer.string(path);
			}
		}
		writer.closeObject();
		writer.closeObject();
		response.respond(200, "application/json", writer.bytes, 0, writer.length, headers);
	}
}
