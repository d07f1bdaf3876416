import { openStreamHash } from "../../src/platform/node/stream-hash.js";
import type { UpdateFailure } from "../../src/services/update/failure.js";
import { UpdateService } from "../../src/services/update/update-service.js";
import type { UpdateState } from "../../src/services/update/update-status.js";
import { FakeClock } from "./fake-clock.js";
import { FakeFirmwareUpdate, FakeFlash, RESTARTED } from "./fake-firmware-update.js";
import { FakeHttpFetch } from "./fake-http-fetch.js";
import { RecordingStore } from "./faulty-store.js";

/** A device with two slots, that a test restarts: flash, store and time go on, everything else begins again. */
export class UpdateBench {
	readonly clock = new FakeClock();
	readonly flash = new FakeFlash();
	readonly store = new RecordingStore();
	readonly log: string[] = [];
	/** Of the running image. */
	isConnected = true;
	answersHttp = true;
	hasTelegram = true;
	hasTelegramsNow = true;
	asksItself = 0;
	/** A restart that does not happen. */
	isStuck = false;
	restarts = 0;
	net = new FakeHttpFetch();
	firmware: FakeFirmwareUpdate;
	service: UpdateService;

	constructor(slotBytes?: number) {
		this.firmware = new FakeFirmwareUpdate(this.flash, slotBytes);
		this.service = this.#start();
	}

	get state(): UpdateState {
		return this.service.status.state;
	}

	get lastFailure(): UpdateFailure["code"] | undefined {
		return this.service.status.lastFailure?.code;
	}

	/** A restart, or a power cut: they are the same to flash. */
	restart(): void {
		this.service.close();
		this.flash.restart();
		this.net = new FakeHttpFetch();
		this.firmware = new FakeFirmwareUpdate(this.flash, this.firmware.slotBytes);
		this.service = this.#start();
	}

	/** Moves time on, at most to a restart that the program causes itself by rolling back. */
	advance(durationMs: number): void {
		try {
			this.clock.advance(durationMs);
		} catch (error) {
			if (error !== RESTARTED) throw error;
			this.restart();
		}
	}

	/** Sends an image in pieces; what the upload says first. */
	upload(image: Uint8Array, pieceBytes = 1000, byteLength = image.length): UpdateFailure | undefined {
		const upload = this.service.beginUpload(byteLength);
		if ("code" in upload) return upload;
		for (let at = 0; at < image.length; at += pieceBytes) {
			const fault = upload.write(image, at, Math.min(image.length, at + pieceBytes));
			if (fault !== undefined) return fault;
		}
		return upload.finish();
	}

	#start(): UpdateService {
		const { clock, store, firmware, net } = this;
		return new UpdateService({
			firmware,
			fetch: net.fetch,
			openHash: openStreamHash,
			clock,
			timers: clock,
			store,
			log: { info: (line) => this.log.push(line), warn: (line) => this.log.push(line) },
			evidence: {
				isNetworkConnected: () => this.isConnected,
				hasAnsweredHttp: () => this.answersHttp,
				hasTelegram: () => this.hasTelegram,
				askItself: () => this.asksItself++,
			},
			hasTelegramsNow: () => this.hasTelegramsNow,
			restart: () => {
				this.restarts++;
				if (!this.isStuck) this.restart();
			},
		});
	}
}
