import type { OpenStreamHash, StreamHash } from "../../ports/stream-hash.js";
import { failure, type UpdateFailure } from "./failure.js";
import {
	ALIGNMENT,
	HASH_APPENDED_AT,
	HASH_BYTES,
	HEAD_BYTES,
	HEADER_BYTES,
	IMAGE_MAGIC,
	type ImageIdentity,
	isOurs,
	MAX_SEGMENTS,
	readIdentity,
	SEGMENT_COUNT_AT,
	SEGMENT_HEADER_BYTES,
	uint32,
} from "./image-format.js";

/** What an image must fit. */
export type ImageDemands = {
	readonly slotBytes: number;
	/** esp_chip_id_t. */
	readonly chipId: number;
	readonly board: string;
};

export type ImageJudgeOptions = {
	readonly demands: ImageDemands;
	/** As announced. */
	readonly byteLength: number;
	readonly openHash: OpenStreamHash;
};

type Awaiting = "head" | "segment-header" | "segment" | "end";

const DAMAGED = failure(
	"damaged-image",
	"The image is damaged: its parts do not add up. Fetch it again, and send that.",
);
const WRONG_HASH = failure(
	"damaged-image",
	"The image is damaged: its hash does not fit. Fetch it again, and send that.",
);
const NO_HASH = failure("damaged-image", "The image has no hash of its own. Build it with npm run build.");
const NOT_AN_IMAGE = failure("not-an-image", "This is no firmware. Send the file p1-dongle-BOARD.bin of a release.");
const NOT_OURS = failure(
	"not-our-image",
	"This is the firmware of another device. Send p1-dongle-BOARD.bin of a release.",
);
const TRUNCATED = failure("truncated-image", "The image ends too early. Fetch it again, and send that.");

/**
 * THE place where an image is judged, while it passes through: that it is one, for this chip and this board, that it fits the
 * slot, is whole, and as it was when it was built (SHA-256). Any version is taken: the same again, or an older one, is the
 * owner's choice. Whether it comes from us it cannot say: a signature would be checked here, in {@link end}.
 */
export class ImageJudge {
	/** The first {@link HEAD_BYTES}, once {@link isHeadDone}. */
	readonly head = new Uint8Array(HEAD_BYTES);
	readonly #demands: ImageDemands;
	readonly #byteLength: number;
	readonly #hash: StreamHash;
	readonly #segmentHeader = new Uint8Array(SEGMENT_HEADER_BYTES);
	readonly #appendedHash = new Uint8Array(HASH_BYTES);
	#awaiting: Awaiting = "head";
	/** Bytes of the image so far. */
	#at = 0;
	/** Where what is awaited ends. */
	#partEnd = HEAD_BYTES;
	#segmentsLeft = 0;

	constructor({ demands, byteLength, openHash }: ImageJudgeOptions) {
		this.#demands = demands;
		this.#byteLength = byteLength;
		this.#hash = openHash();
	}

	/** Whether what the image says that it is has come, and was found right. */
	get isHeadDone(): boolean {
		return this.#awaiting !== "head";
	}

	/** What the image says that it is; once {@link isHeadDone}. */
	get identity(): ImageIdentity {
		return readIdentity(this.head);
	}

	/** What the length alone tells: ask before anything else. */
	judgeLength(): UpdateFailure | undefined {
		const { slotBytes } = this.#demands;
		if (this.#byteLength > slotBytes)
			return failure("too-large", `The image has ${this.#byteLength} bytes; this dongle has room for ${slotBytes}.`);
		return this.#byteLength < HEAD_BYTES ? NOT_AN_IMAGE : undefined;
	}

	/** Takes the next bytes `[offset, end)`. A failure is final. */
	push(bytes: Uint8Array, offset: number, end: number): UpdateFailure | undefined {
		if (this.#at + end - offset > this.#byteLength) return DAMAGED;
		this.#hashPiece(bytes, offset, end);
		for (let at = offset; at < end; ) {
			const stop = Math.min(end, at + this.#partEnd - this.#at);
			this.#keep(bytes, at, stop);
			this.#at += stop - at;
			at = stop;
			// More than one part may be done: a segment can be empty.
			while (this.#at === this.#partEnd && this.#awaiting !== "end") {
				const fault = this.#finishPart();
				if (fault !== undefined) return fault;
			}
		}
		return undefined;
	}

	/** No more bytes come: the verdict. */
	end(): UpdateFailure | undefined {
		if (this.#at < this.#byteLength) return TRUNCATED;
		const hash = this.#hash.digest();
		for (let i = 0; i < HASH_BYTES; i++) if (hash[i] !== this.#appendedHash[i]) return WRONG_HASH;
		return undefined;
	}

	/** All but the last 32 bytes are hashed, the last 32 kept. */
	#hashPiece(bytes: Uint8Array, offset: number, end: number): void {
		const hashedEnd = this.#byteLength - HASH_BYTES;
		const stop = Math.min(end, Math.max(offset, offset + hashedEnd - this.#at));
		if (stop > offset) this.#hash.update(bytes, offset, stop);
		for (let at = stop; at < end; at++) this.#appendedHash[this.#at + at - offset - hashedEnd] = bytes[at] as number;
	}

	#keep(bytes: Uint8Array, start: number, end: number): void {
		if (this.#awaiting === "head") copy(this.head, this.#at, bytes, start, end);
		else if (this.#awaiting === "segment-header") {
			copy(this.#segmentHeader, this.#at - this.#partEnd + SEGMENT_HEADER_BYTES, bytes, start, end);
		}
	}

	#finishPart(): UpdateFailure | undefined {
		if (this.#awaiting === "head") {
			const fault = this.#judgeHead();
			if (fault !== undefined) return fault;
			this.#segmentsLeft = this.head[SEGMENT_COUNT_AT] as number;
			return this.#enterSegment(HEADER_BYTES + SEGMENT_HEADER_BYTES, uint32(this.head, HEADER_BYTES + 4));
		}
		if (this.#awaiting === "segment-header") return this.#enterSegment(this.#at, uint32(this.#segmentHeader, 4));
		if (this.#segmentsLeft > 0) {
			this.#awaiting = "segment-header";
			this.#partEnd = this.#at + SEGMENT_HEADER_BYTES;
			return undefined;
		}
		// The checksum is the last byte before a multiple of 16, so there is one byte at least.
		const checksumEnd = (Math.floor(this.#at / ALIGNMENT) + 1) * ALIGNMENT;
		this.#awaiting = "end";
		this.#partEnd = this.#byteLength;
		if (checksumEnd + HASH_BYTES > this.#byteLength) return TRUNCATED;
		return checksumEnd + HASH_BYTES < this.#byteLength ? DAMAGED : undefined;
	}

	/** A segment's data begins at `start`. */
	#enterSegment(start: number, dataBytes: number): UpdateFailure | undefined {
		this.#segmentsLeft--;
		this.#awaiting = "segment";
		this.#partEnd = start + dataBytes;
		// The first one holds what the head says.
		if (this.#partEnd < this.#at) return DAMAGED;
		return this.#partEnd > this.#byteLength ? TRUNCATED : undefined;
	}

	#judgeHead(): UpdateFailure | undefined {
		const { head } = this;
		const segments = head[SEGMENT_COUNT_AT] as number;
		if (head[0] !== IMAGE_MAGIC || segments === 0 || segments > MAX_SEGMENTS) return NOT_AN_IMAGE;
		if (!isOurs(head)) return NOT_OURS;
		const { chipId, board } = readIdentity(head);
		const { chipId: ownChipId, board: ownBoard } = this.#demands;
		if (chipId !== ownChipId)
			return failure("wrong-chip", `This image is for another chip: ${board}; this dongle is a ${ownBoard}.`);
		if (board !== ownBoard)
			return failure("wrong-board", `This image is for the board ${board}; this dongle is a ${ownBoard}.`);
		return head[HASH_APPENDED_AT] === 1 ? undefined : NO_HASH;
	}
}

function copy(into: Uint8Array, position: number, bytes: Uint8Array, start: number, end: number): void {
	for (let at = start; at < end; at++) into[position + at - start] = bytes[at] as number;
}
