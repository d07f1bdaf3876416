import host from "platform/moddable/chip/host";
import type { HttpServer } from "../../../http/server.js";
import type { FirmwareUpdate } from "../../../ports/firmware-update.js";
import type { HttpFetch, HttpFetchJob } from "../../../ports/http-fetch.js";
import { UpdateApi } from "../../../publishers/api/update.js";
import type { Meter } from "../../../services/meter.js";
import type { TrialEvidence } from "../../../services/update/trial.js";
import { UpdateService } from "../../../services/update/update-service.js";
import { describeError } from "../guard.js";
import { createHttpFetch } from "../http-fetch.js";
import { openStreamHash } from "../stream-hash.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

export type UpdateParts = Parts & {
	readonly meter: Meter;
	/** Asked later only. */
	readonly server: () => HttpServer;
	/** Ends everything, then starts the device again. */
	readonly restart: () => void;
};

/** Of its own requests: where they come to nobody, those of others must count. */
const MAX_ASKED = 6;

function ignore(): void {}

/** Whether the program works: it asks its own server for the page while nobody else asks for anything. */
class Evidence implements TrialEvidence {
	readonly #parts: UpdateParts;
	readonly #fetch: HttpFetch;
	#asked = 0;
	#job: HttpFetchJob | undefined;
	#hasAnswered = false;

	constructor(parts: UpdateParts, fetch: HttpFetch) {
		this.#parts = parts;
		this.#fetch = fetch;
	}

	isNetworkConnected(): boolean {
		return this.#parts.device.link().connected;
	}

	/** Itself, or anybody else. */
	hasAnsweredHttp(): boolean {
		return this.#hasAnswered || this.#parts.server().statistics.requests > this.#asked;
	}

	hasTelegram(): boolean {
		return this.#parts.meter.reading !== undefined;
	}

	askItself(): void {
		const { device, settings } = this.#parts;
		const { ipAddress } = device.link();
		// It holds a socket until it is closed.
		this.#job?.close();
		if (ipAddress === undefined || this.#asked >= MAX_ASKED) return;
		this.#asked++;
		const job = this.#fetch(
			{ host: ipAddress, port: settings.httpPort, path: "/" },
			{
				onHead: ({ status }) => {
					this.#hasAnswered ||= status === 200;
					job.close();
				},
				onBytes: ignore,
				onEnd: ignore,
				onFailed: ignore,
			},
		);
		this.#job = job;
	}
}

/** Updates as the other parts know them. */
export type AppUpdate = Output & {
	/** An image comes, or the restart into it does. */
	isBusy(): boolean;
};

/** Updates of the firmware, and the trial of a new one; without slots a word on how it is done instead. */
export function createUpdate(parts: UpdateParts): AppUpdate {
	const firmware = openFirmware(parts);
	if (typeof firmware === "string") return { resources: [new UpdateApi(firmware)], isBusy: () => false };
	const { meter, context, restart } = parts;
	const fetch = createHttpFetch(context);
	const service = new UpdateService({
		...parts,
		firmware,
		fetch,
		openHash: openStreamHash,
		evidence: new Evidence(parts, fetch),
		hasTelegramsNow: () => meter.reading !== undefined && !meter.stale,
		restart,
	});
	return { resources: [new UpdateApi(service)], isBusy: () => service.isBusy, close: () => service.close() };
}

function openFirmware({ log }: UpdateParts): FirmwareUpdate | string {
	try {
		return host.openFirmware();
	} catch (error) {
		log.warn(`no updates: ${describeError(error)}`);
		return "This dongle cannot take updates over the network. Flash it over USB.";
	}
}
