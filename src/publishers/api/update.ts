import { asciiJson } from "../../core/json-text.js";
import { BODY_TOO_LARGE } from "../../http/faults.js";
import type { BodyReader, HttpRequest, HttpResponse } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import type { UpdateFailure, UpdateFailureCode } from "../../services/update/failure.js";
import { MAX_ADDRESS_CHARACTERS } from "../../services/update/http-address.js";
import type { UpdateService, Upload } from "../../services/update/update-service.js";
import { VERSION } from "../../version.js";
import { onlyText, readJson } from "./json-body.js";

const JSON_TYPE = "application/json";
const IMAGE_TYPE = "application/octet-stream";
/** One member. */
const URL_BODY_BYTES = MAX_ADDRESS_CHARACTERS + 64;
/** A program that takes no images refuses them for that, and not for their size. */
const ANY_BODY_BYTES = 64 * 1024 * 1024;

const STATUSES: Readonly<Partial<Record<UpdateFailureCode, number>>> = Object.freeze({
	"bad-url": 400,
	"update-running": 409,
	"on-trial": 409,
	"flash-failed": 500,
});
const UNPROCESSABLE = 422;

const SHOW: Route = Object.freeze({ method: "GET", path: "/api/v1/update", noStore: true });
/** What there is room for is known later. */
const UPLOAD: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/update",
	maxBodyBytes: ANY_BODY_BYTES,
	noStore: true,
});
const FETCH: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/update/url",
	maxBodyBytes: URL_BODY_BYTES,
	noStore: true,
});
const ROUTES = Object.freeze([SHOW, UPLOAD, FETCH]);

/** Updates of the firmware. */
export class UpdateApi implements Resource {
	readonly #update: UpdateService | string;

	/** @param update - A text: why there are no updates over HTTP, and how it is done instead. */
	constructor(update: UpdateService | string) {
		this.#update = update;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		const update = this.#update;
		if (route === SHOW) response.respondText(200, JSON_TYPE, describe(update));
		else if (typeof update === "string") response.respondError(501, "update-elsewhere", update);
		else if (route === UPLOAD) takeImage(update, request, response);
		else fetchImage(update, request, response);
	}
}

function describe(update: UpdateService | string): string {
	if (typeof update === "string") return asciiJson({ state: "elsewhere", version: VERSION, message: update });
	const { status, board, slotBytes } = update;
	const { trialLeftMs, lastFailure, ...rest } = status;
	return asciiJson({
		...rest,
		version: VERSION,
		board,
		slotBytes,
		...(trialLeftMs === undefined ? {} : { trialLeftS: Math.ceil(trialLeftMs / 1000) }),
		// A copy: XS cannot stringify what lies in flash.
		...(lastFailure === undefined ? {} : { lastFailure: { ...lastFailure } }),
	});
}

function respondFailure(response: HttpResponse, { code, message }: UpdateFailure): void {
	response.respondError(STATUSES[code] ?? UNPROCESSABLE, code, message);
}

function takeImage(update: UpdateService, request: HttpRequest, response: HttpResponse): void {
	// A form of another site cannot say this.
	if (request.header("content-type") !== IMAGE_TYPE) {
		const how = "curl -u owner -H Content-Type:application/octet-stream --data-binary @FILE ADDRESS";
		response.respondError(415, "image-expected", `Send the image itself, with Content-Type: ${IMAGE_TYPE} (${how}).`);
		return;
	}
	const byteLength = request.hasBody ? request.contentLengthBytes : 0;
	if (byteLength === undefined) {
		response.respondError(411, "length-required", "Send Content-Length: how long the image is has to be known first.");
		return;
	}
	if (byteLength > update.slotBytes) {
		const { status, code, message } = BODY_TOO_LARGE;
		response.respondError(status, code, message);
		return;
	}
	const upload = update.beginUpload(byteLength);
	if ("code" in upload) respondFailure(response, upload);
	else request.readBody(new ImageBody(upload, update, response));
}

/** Nothing more is read from the network before what came is in flash. */
class ImageBody implements BodyReader {
	readonly #upload: Upload;
	readonly #update: UpdateService;
	readonly #response: HttpResponse;

	constructor(upload: Upload, update: UpdateService, response: HttpResponse) {
		this.#upload = upload;
		this.#update = update;
		this.#response = response;
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		const fault = this.#upload.write(bytes, offset, end);
		if (fault !== undefined) respondFailure(this.#response, fault);
	}

	onEnd(): void {
		const fault = this.#upload.finish();
		if (fault === undefined) this.#response.respondText(200, JSON_TYPE, describe(this.#update));
		else respondFailure(this.#response, fault);
	}

	onAborted(): void {
		this.#upload.abort();
	}
}

function fetchImage(update: UpdateService, request: HttpRequest, response: HttpResponse): void {
	readJson(request, response, URL_BODY_BYTES, (value) => {
		const url = onlyText(value, "url");
		if (url === undefined) {
			response.respondError(400, "bad-url", 'Send an object with one member: {"url":"http://..."}');
			return;
		}
		const fault = update.beginDownload(url);
		if (fault === undefined) response.respondText(202, JSON_TYPE, describe(update));
		else respondFailure(response, fault);
	});
}
