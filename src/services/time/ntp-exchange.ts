import type { Random } from "../../ports/clock.js";

/** A question, and an answer without extensions (RFC 4330 §4). */
const PACKET_BYTES = 48;
const ORIGINATE = 24;
const TRANSMIT = 40;
const MODE_SERVER = 4;
const NOT_SYNCHRONISED = 3;
/** Seconds from 1900, where NTP begins to count, to 1970. */
const SECONDS_1900_TO_1970 = 2_208_988_800;
/** NTP counts 32 bits of seconds: the first round ends on 2036-02-07. */
const ROUND_SECONDS = 2 ** 32;
/** A stamp with its first bit clear is of the second round (RFC 4330 §3). */
const SECOND_ROUND_BELOW = 2 ** 31;

function seconds(bytes: Uint8Array, at: number): number {
	return (
		(bytes[at] as number) * 2 ** 24 +
		(((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number))
	);
}

/**
 * One question to a time server and the answer to it. Only the answer to this very question counts, from a server that says
 * that it knows the time: others send wrong times, or ask to be left alone.
 * @see RFC 4330 §5 */
export class NtpExchange {
	/** Chance takes the place of our own time, which the server does not need and sends back. */
	readonly #cookie = new Uint8Array(8);
	#utcMs = Number.NaN;

	constructor(random: Random) {
		for (let i = 0; i < this.#cookie.length; i++) this.#cookie[i] = Math.floor(random() * 256);
	}

	/** Milliseconds since 1970-01-01T00:00:00Z when the server sent its answer; undefined before. */
	get utcMs(): number | undefined {
		return Number.isNaN(this.#utcMs) ? undefined : this.#utcMs;
	}

	/** Marks a question before it is sent. @param packet - 48 bytes. */
	mark(packet: Uint8Array): void {
		packet.set(this.#cookie, TRANSMIT);
	}

	/** Returns true for the answer, false for anything else. */
	accept(bytes: Uint8Array): boolean {
		if (bytes.length < PACKET_BYTES) return false;
		const first = bytes[0] as number;
		const stratum = bytes[1] as number;
		if ((first & 7) !== MODE_SERVER || first >> 6 === NOT_SYNCHRONISED || stratum < 1 || stratum > 15) return false;
		for (let i = 0; i < this.#cookie.length; i++) if (bytes[ORIGINATE + i] !== this.#cookie[i]) return false;
		const sent = seconds(bytes, TRANSMIT);
		if (sent === 0) return false;
		const round = sent < SECOND_ROUND_BELOW ? ROUND_SECONDS : 0;
		const fraction = seconds(bytes, TRANSMIT + 4) / ROUND_SECONDS;
		this.#utcMs = Math.round((sent + round - SECONDS_1900_TO_1970 + fraction) * 1000);
		return true;
	}
}
