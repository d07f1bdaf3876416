import type { FirmwareUpdate, FirmwareWriter } from "../../ports/firmware-update.js";
import type { OpenStreamHash } from "../../ports/stream-hash.js";
import { failure, type UpdateFailure } from "./failure.js";
import { ImageJudge } from "./judge-image.js";

/** One image on its way into the other slot: judged, and written. Flash is touched once its head was found right. */
export class ImageTransfer {
	readonly byteLength: number;
	receivedBytes = 0;
	readonly #firmware: FirmwareUpdate;
	readonly #judge: ImageJudge;
	#writer: FirmwareWriter | undefined;

	constructor(firmware: FirmwareUpdate, byteLength: number, openHash: OpenStreamHash) {
		this.byteLength = byteLength;
		this.#firmware = firmware;
		this.#judge = new ImageJudge({ demands: firmware, byteLength, openHash });
	}

	/** Of the image, once its head has come. */
	get version(): string | undefined {
		return this.#judge.isHeadDone ? this.#judge.identity.version : undefined;
	}

	/** What its length alone tells: ask before anything else. */
	judgeLength(): UpdateFailure | undefined {
		return this.#judge.judgeLength();
	}

	/** Takes the next bytes `[offset, end)`; returns when they are in flash. A failure is final. */
	write(bytes: Uint8Array, offset: number, end: number): UpdateFailure | undefined {
		const wasHeadDone = this.#judge.isHeadDone;
		const fault = this.#judge.push(bytes, offset, end);
		if (fault !== undefined) return this.#giveUp(fault);
		const headBytes = this.#judge.head.length;
		const restStart = wasHeadDone ? offset : offset + headBytes - this.receivedBytes;
		this.receivedBytes += end - offset;
		if (!this.#judge.isHeadDone) return undefined;
		try {
			if (!wasHeadDone) {
				this.#writer = this.#firmware.begin(this.byteLength);
				this.#writer.write(this.#judge.head, 0, headBytes);
			}
			if (restStart < end) this.#writer?.write(bytes, restStart, end);
			return undefined;
		} catch (error) {
			return this.#giveUp(flashFailed(error));
		}
	}

	/** All of it has come: the verdict; undefined: it is what the next restart starts. */
	finish(): UpdateFailure | undefined {
		const fault = this.#judge.end();
		if (fault !== undefined) return this.#giveUp(fault);
		try {
			this.#writer?.finish();
			return undefined;
		} catch (error) {
			return this.#giveUp(flashFailed(error));
		}
	}

	/** Idempotent. */
	abort(): void {
		const writer = this.#writer;
		this.#writer = undefined;
		try {
			writer?.abort();
		} catch {
			// Nothing of it counts in any case.
		}
	}

	#giveUp(fault: UpdateFailure): UpdateFailure {
		this.abort();
		return fault;
	}
}

function flashFailed(error: unknown): UpdateFailure {
	const detail = error instanceof Error ? error.message : String(error);
	return failure("flash-failed", `The image could not be written: ${detail}. Restart the dongle, and try again.`);
}
