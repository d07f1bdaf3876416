import type { MqttPayload } from "../../ports/mqtt-client.js";

/** Largest piece of a streamed message. */
export const PIECE_BYTES = 256;

/** The SDK's MQTT client: a write without options goes on with a message that was begun with more `byteLength` than bytes. */
export interface StreamWriter {
	write(bytes: Uint8Array, options?: object): number;
}

/** The message that is sent piece by piece, if any: the client takes nothing else until it is through. */
export class MqttStream {
	#payload: MqttPayload | undefined;
	#bytesLeft = 0;
	#piece: Uint8Array | undefined;

	/** True from {@link begin} until {@link proceed} has returned true. */
	get isUnderWay(): boolean {
		return this.#payload !== undefined;
	}

	/** Bytes that the client still waits for. */
	get bytesLeft(): number {
		return this.#bytesLeft;
	}

	/** Writes the first piece, of at most {@link PIECE_BYTES}. @throws what the client throws. */
	begin(client: StreamWriter, payload: MqttPayload, options: object): void {
		const { length: byteLength } = payload;
		this.#piece ??= new Uint8Array(PIECE_BYTES);
		const count = payload.read(this.#piece, 0, Math.min(byteLength, PIECE_BYTES));
		client.write(this.#piece.subarray(0, count), { ...options, byteLength });
		this.#payload = payload;
		this.#bytesLeft = byteLength - count;
	}

	/** Writes what fits into `roomBytes`; true when the message is through. @throws what the client throws. */
	proceed(client: StreamWriter, roomBytes: number): boolean {
		const payload = this.#payload;
		const piece = this.#piece;
		if (payload === undefined || piece === undefined) return true;
		let room = roomBytes;
		while (this.#bytesLeft > 0) {
			const end = Math.min(this.#bytesLeft, PIECE_BYTES);
			if (room < end) return false;
			const count = payload.read(piece, 0, end);
			client.write(piece.subarray(0, count));
			this.#bytesLeft -= count;
			room -= count;
		}
		this.#payload = undefined;
		return true;
	}
}
