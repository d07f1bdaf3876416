import { netOf, POWER_W } from "../../core/grid.js";
import type { JsonWriter } from "../../core/json-writer.js";
import type { Reading } from "../../core/reading.js";
import type { BodyReader, HttpRequest, HttpResponse } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import type { Device } from "../../ports/device.js";
import type { Indicator } from "../../ports/indicator.js";
import { Completeness } from "./completeness.js";
import { API_ERROR, type ApiError, respondApiError } from "./errors.js";
import { Measurement } from "./measurement.js";
import { API_PATH, productDocument } from "./product.js";
import { MAX_BODY_BYTES, parseSystemBody } from "./system-body.js";

/** What the compatible API wants to know of the meter. */
export interface MeterView {
	/** The latest reading, however old; undefined before the first. */
	readonly reading: Reading | undefined;
	/** True when the latest reading is too old to act on. */
	readonly stale: boolean;
}

/** What the compatible API is made from. */
export interface HomeWizardOptions {
	readonly meter: MeterView;
	readonly device: Pick<Device, "serial" | "link">;
	readonly indicator: Indicator;
	/** Has room for MEASUREMENT_BYTES; used while an answer is written only, so that others may use it between. */
	readonly writer: JsonWriter;
}

const DATA_PATH = `${API_PATH}/data`;
const SYSTEM_PATH = `${API_PATH}/system`;
const JSON_TYPE = "application/json";
const SYSTEM = '{"cloud_enabled":false}';
/** Above our own limit, so that a body in between gets the API's error and not the server's. */
const MAX_REQUEST_BYTES = 4 * MAX_BODY_BYTES;

/** Whoever may read may use all of it: what can be PUT here changes nothing that lasts. */
function put(path: string): Route {
	return Object.freeze({ method: "PUT", path, access: "read", noStore: true, maxBodyBytes: MAX_REQUEST_BYTES });
}

const PRODUCT_ROUTE: Route = Object.freeze({ method: "GET", path: "/api", noStore: true });
const DATA_ROUTE: Route = Object.freeze({ method: "GET", path: DATA_PATH, noStore: true });
const SHOW_SYSTEM: Route = Object.freeze({ method: "GET", path: SYSTEM_PATH, noStore: true });
const CHANGE_SYSTEM = put(SYSTEM_PATH);
const IDENTIFY = put(`${API_PATH}/identify`);
const ROUTES = Object.freeze([PRODUCT_ROUTE, DATA_ROUTE, SHOW_SYSTEM, CHANGE_SYSTEM, IDENTIFY]);
const OFF_ROUTES = Object.freeze([DATA_ROUTE]);

/**
 * The HomeWizard-compatible API v1, but for `/api/v1/telegram`, which is our own and the same.
 * @see docs/homewizard.md; https://api-documentation.homewizard.com/docs/v1/
 */
export class HomeWizardApi implements Resource {
	readonly #options: HomeWizardOptions;
	readonly #measurement = new Measurement();
	readonly #completeness = new Completeness();

	/** @param options - kept. */
	constructor(options: HomeWizardOptions) {
		this.#options = options;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		const { device, indicator } = this.#options;
		if (route === DATA_ROUTE) this.#respondData(response);
		else if (route === PRODUCT_ROUTE) response.respondText(200, JSON_TYPE, productDocument(device.serial));
		else if (route === SHOW_SYSTEM) respondSystem(response);
		else if (route === CHANGE_SYSTEM) {
			readBody(request, response, (bytes, end) => {
				const error = systemError(bytes, end);
				if (error === undefined) respondSystem(response);
				else respondApiError(response, error);
			});
		} else {
			readBody(request, response, () => {
				indicator.identify();
				response.respondText(200, JSON_TYPE, '{"identify":"ok"}');
			});
		}
	}

	#respondData(response: HttpResponse): void {
		const { meter, device, writer } = this.#options;
		const { reading, stale } = meter;
		const error = this.#refusal(reading, stale);
		if (error !== undefined || reading === undefined) {
			respondApiError(response, error ?? API_ERROR.waiting);
			return;
		}
		writer.reset();
		if (this.#measurement.write(writer, reading, device.link())) {
			response.respond(200, JSON_TYPE, writer.bytes, 0, writer.length);
		} else respondApiError(response, API_ERROR.noRoom);
	}

	/**
	 * Why there is nothing that anybody could act on. Chargers know an error by its status and lower their current;
	 * an old current, or one that is not there and read as 0, they would take for the load of now.
	 */
	#refusal(reading: Reading | undefined, stale: boolean): ApiError | undefined {
		if (reading === undefined) return API_ERROR.waiting;
		if (stale) return API_ERROR.stale;
		if (!this.#completeness.observe(reading)) return API_ERROR.incomplete;
		return netOf(reading, POWER_W) === undefined ? API_ERROR.noPower : undefined;
	}
}

/** What is there while the compatible API is off: it says so, as the real device does. */
export const HOME_WIZARD_OFF: Resource = Object.freeze({
	routes: OFF_ROUTES,
	handle: (_request: HttpRequest, response: HttpResponse) => respondApiError(response, API_ERROR.disabled),
});

function respondSystem(response: HttpResponse): void {
	response.respondText(200, JSON_TYPE, SYSTEM);
}

/** There is no cloud: to turn it off changes nothing, to turn it on cannot be done. */
function systemError(bytes: Uint8Array, end: number): ApiError | undefined {
	switch (parseSystemBody(bytes, end)) {
		case "invalid-json":
			return API_ERROR.invalidJson;
		case "invalid-value":
			return API_ERROR.invalidValue;
		case "cloud-on":
			return API_ERROR.notModifiable;
		default:
			return undefined;
	}
}

function readBody(
	request: HttpRequest,
	response: HttpResponse,
	onComplete: (bytes: Uint8Array, end: number) => void,
): void {
	request.readBody(new Body(response, onComplete));
}

/** Collects a body, and refuses one that is too large when it has come to its end. */
class Body implements BodyReader {
	readonly #response: HttpResponse;
	readonly #onComplete: (bytes: Uint8Array, end: number) => void;
	readonly #bytes = new Uint8Array(MAX_BODY_BYTES);
	#end = 0;
	#isTooLarge = false;

	constructor(response: HttpResponse, onComplete: (bytes: Uint8Array, end: number) => void) {
		this.#response = response;
		this.#onComplete = onComplete;
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		if (this.#end + end - offset > MAX_BODY_BYTES) this.#isTooLarge = true;
		if (this.#isTooLarge) return;
		for (let i = offset; i < end; i++) this.#bytes[this.#end++] = bytes[i] as number;
	}

	onEnd(): void {
		if (this.#isTooLarge) respondApiError(this.#response, API_ERROR.tooLarge);
		else this.#onComplete(this.#bytes, this.#end);
	}

	onAborted(): void {}
}
