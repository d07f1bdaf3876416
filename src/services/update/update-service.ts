import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { FirmwareUpdate } from "../../ports/firmware-update.js";
import type { HttpFetch } from "../../ports/http-fetch.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { Log } from "../../ports/log.js";
import type { OpenStreamHash } from "../../ports/stream-hash.js";
import { Download } from "./download.js";
import { failure, type UpdateFailure } from "./failure.js";
import { parseHttpAddress } from "./http-address.js";
import { INSTALL_KEY, readInstallRecord, writeInstallRecord } from "./install-record.js";
import { ImageTransfer } from "./transfer.js";
import { Trial, type TrialEvidence } from "./trial.js";
import type { UpdateState, UpdateStatus } from "./update-status.js";

export type UpdateServiceOptions = {
	readonly firmware: FirmwareUpdate;
	readonly fetch: HttpFetch;
	readonly openHash: OpenStreamHash;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Keeps what the next start has to know. */
	readonly store: KeyValueStore;
	readonly log: Log;
	readonly evidence: TrialEvidence;
	/** Telegrams come at present. */
	readonly hasTelegramsNow: () => boolean;
	/** Restarts the device. */
	readonly restart: () => void;
};

/** An image that somebody sends. */
export interface Upload {
	/** Takes the next bytes `[offset, end)`; returns when they are in flash. A failure is final. */
	write(bytes: Uint8Array, offset: number, end: number): UpdateFailure | undefined;
	/** All of it has come. Undefined: the device restarts into it soon. */
	finish(): UpdateFailure | undefined;
	/** Whoever sent it has gone. Idempotent, and harmless after {@link finish}. */
	abort(): void;
}

/** The answer leaves first. */
const RESTART_AFTER_MS = 1500;
/** A restart that did not happen is tried again. */
const RESTART_AGAIN_MS = 10_000;

const RUNNING = failure("update-running", "An update is under way already. Wait for its end, and try again.");
const ON_TRIAL = failure("on-trial", "The present firmware is new, and on trial. Wait some minutes, and try again.");
const BROKEN_OFF = failure("broken-off", "The upload broke off, or was too slow. Try again.");

/**
 * Updates of the firmware: an image comes, is judged and written into the slot that does not run; after a restart into it, it
 * has to show that it works, and is left if it does not. Whatever fails leaves the running image as it is.
 */
export class UpdateService {
	readonly #options: UpdateServiceOptions;
	#state: UpdateState = "idle";
	#source: "upload" | "url" = "upload";
	#transfer: ImageTransfer | undefined;
	#download: Download | undefined;
	#trial: Trial | undefined;
	#restart: TimerHandle | undefined;
	#lastFailure: UpdateFailure | undefined;

	/** Begins the trial of a new image that runs for the first time, and notes when one was left. */
	constructor(options: UpdateServiceOptions) {
		this.#options = options;
		this.#takeUp();
	}

	get status(): UpdateStatus {
		const transfer = this.#transfer;
		const version = transfer?.version;
		return {
			state: this.#state,
			...(this.#state === "idle" || this.#state === "on-trial" ? {} : { source: this.#source }),
			...(transfer === undefined ? {} : { receivedBytes: transfer.receivedBytes, byteLength: transfer.byteLength }),
			...(version === undefined ? {} : { newVersion: version }),
			...(this.#trial === undefined ? {} : { trialLeftMs: this.#trial.leftMs }),
			...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
		};
	}

	/** An image comes, or the restart into it does. */
	get isBusy(): boolean {
		return this.#state !== "idle" && this.#state !== "on-trial";
	}

	/** What an image may have at most, in bytes. */
	get slotBytes(): number {
		return this.#options.firmware.slotBytes;
	}

	/** The board that images have to be for. */
	get board(): string {
		return this.#options.firmware.board;
	}

	/** Begins to take an image of `byteLength` bytes; a failure with `update-running` or `on-trial` leaves what there is. */
	beginUpload(byteLength: number): Upload | UpdateFailure {
		const refusal = this.#refusal();
		if (refusal !== undefined) return refusal;
		const fault = this.#receive("upload", byteLength);
		if (fault !== undefined) return this.#fail(fault);
		const transfer = this.#transfer;
		const isCurrent = (): boolean => this.#transfer === transfer && this.#state === "receiving";
		return {
			write: (bytes, offset, end) => (isCurrent() ? this.#write(bytes, offset, end) : RUNNING),
			finish: () => (isCurrent() ? this.#finish() : RUNNING),
			abort: () => {
				if (isCurrent()) this.#fail(BROKEN_OFF);
			},
		};
	}

	/** Begins to fetch an image from an `http://` address; what becomes of it is in {@link status}. */
	beginDownload(url: string): UpdateFailure | undefined {
		const refusal = this.#refusal();
		if (refusal !== undefined) return refusal;
		const target = parseHttpAddress(url);
		if ("problem" in target) return failure("bad-url", target.problem);
		const { fetch, clock, timers, log } = this.#options;
		this.#lastFailure = undefined;
		this.#source = "url";
		this.#state = "awaiting-response";
		log.info(`update: asking ${target.host}`);
		this.#download = new Download(target, {
			fetch,
			clock,
			timers,
			handler: {
				onLength: (byteLength) => this.#receive("url", byteLength),
				onBytes: (bytes, offset, end) => this.#write(bytes, offset, end, false),
				onEnd: () => this.#finish(),
				onFailed: (fault) => this.#fail(fault),
			},
		});
		return undefined;
	}

	/** Gives up what is under way; a trial goes on with the next start. Idempotent. */
	close(): void {
		this.#clear();
		this.#trial?.close();
		this.#restart?.cancel();
	}

	#takeUp(): void {
		const { firmware, store, clock, timers, evidence, log } = this.#options;
		const record = readInstallRecord(store);
		if (firmware.isOnTrial) {
			this.#state = "on-trial";
			log.info("update: the new firmware is on trial");
			this.#trial = new Trial({
				clock,
				timers,
				evidence,
				needsTelegram: record?.hadTelegrams === true,
				onPassed: () => this.#pass(),
				onFailed: (lacking) => this.#leave(lacking),
			});
			return;
		}
		if (record === undefined) return;
		if (record.fromSlot === firmware.slot) {
			const { version, why = "it restarted, or lost power, before it had shown that it works" } = record;
			this.#lastFailure = failure("rolled-back", `Version ${version} was left again: ${why}.`);
			log.warn(`update: ${this.#lastFailure.message}`);
		}
		this.#forget();
	}

	#refusal(): UpdateFailure | undefined {
		if (this.#state === "on-trial") return ON_TRIAL;
		return this.#state === "idle" ? undefined : RUNNING;
	}

	#receive(source: "upload" | "url", byteLength: number): UpdateFailure | undefined {
		const { firmware, openHash, log } = this.#options;
		const transfer = new ImageTransfer(firmware, byteLength, openHash);
		const fault = transfer.judgeLength();
		if (fault !== undefined) return fault;
		this.#lastFailure = undefined;
		this.#source = source;
		this.#transfer = transfer;
		this.#state = "receiving";
		log.info(`update: receiving ${byteLength} bytes`);
		return undefined;
	}

	/** @param isFinal - Whether a fault ends the update here; a download does that itself. */
	#write(bytes: Uint8Array, offset: number, end: number, isFinal = true): UpdateFailure | undefined {
		const fault = this.#transfer?.write(bytes, offset, end);
		return fault !== undefined && isFinal ? this.#fail(fault) : fault;
	}

	#finish(): UpdateFailure | undefined {
		const { firmware, store, log, hasTelegramsNow } = this.#options;
		const fault = this.#transfer?.finish();
		if (fault !== undefined) return this.#fail(fault);
		const version = this.#transfer?.version ?? "";
		try {
			writeInstallRecord(store, { fromSlot: firmware.slot, version, hadTelegrams: hasTelegramsNow() });
		} catch (error) {
			// The trial is then content without telegrams, and nobody hears of a rollback.
			log.warn(`update: cannot be noted: ${errorText(error)}`);
		}
		this.#download = undefined;
		this.#state = "awaiting-restart";
		log.info(`update: version ${version} is in place, restarting`);
		this.#restartIn(RESTART_AFTER_MS);
		return undefined;
	}

	#restartIn(delayMs: number): void {
		this.#restart = this.#options.timers.after(delayMs, () => {
			this.#restartIn(RESTART_AGAIN_MS);
			this.#options.restart();
		});
	}

	#fail(fault: UpdateFailure): UpdateFailure {
		this.#options.log.warn(`update: ${fault.message}`);
		this.#clear();
		this.#lastFailure = fault;
		this.#state = "idle";
		return fault;
	}

	#clear(): void {
		this.#download?.close();
		this.#download = undefined;
		// What is complete stays in place.
		if (this.#state === "receiving") this.#transfer?.abort();
		this.#transfer = undefined;
	}

	#pass(): boolean {
		const { firmware, log } = this.#options;
		if (!firmware.markValid()) {
			log.warn("update: flash does not take that the new firmware works");
			return false;
		}
		log.info("update: the new firmware works, and stays");
		this.#forget();
		this.#endTrial();
		return true;
	}

	#leave(why: string): void {
		const { firmware, store, log } = this.#options;
		log.warn(`update: the new firmware is left again: ${why}`);
		const record = readInstallRecord(store);
		try {
			if (record !== undefined) writeInstallRecord(store, { ...record, why });
		} catch (error) {
			log.warn(`update: cannot be noted: ${errorText(error)}`);
		}
		firmware.rollBack();
		// There is no other image, so this one has to do.
		firmware.markValid();
		this.#lastFailure = failure(
			"rolled-back",
			`The new version is not right (${why}), but there is no other one to run.`,
		);
		this.#forget();
		this.#endTrial();
	}

	#endTrial(): void {
		this.#trial?.close();
		this.#trial = undefined;
		this.#state = "idle";
	}

	#forget(): void {
		const { store, log } = this.#options;
		try {
			if (store.read(INSTALL_KEY) !== undefined) store.remove(INSTALL_KEY);
		} catch (error) {
			log.warn(`update: cannot be noted: ${errorText(error)}`);
		}
	}
}

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
