import { Buffer } from "node:buffer";
import { crc16 } from "../../../core/crc16.js";
import { Decoder } from "../../../core/decoder.js";
import type { ProfileId } from "../../../core/profile.js";

/** Whether the decoder knows a row, and whether it believes its value. */
export type RowVerdict = "known" | "unknown" | "malformed";

/**
 * Says what the decoder thinks of one row: the decoder only counts, so each row is put to it in a telegram of its own.
 */
export class RowJudge {
	readonly #decoder: Decoder;

	/** @param profile - of the telegram that the rows come from: it decides what is a time. */
	constructor(profile: ProfileId) {
		this.#decoder = new Decoder({ profile, onReading: () => {} });
	}

	/** @param text - Line or lines of the row, one character per byte, without the last line end. */
	judge(text: string): RowVerdict {
		const telegram = Buffer.from(`/P1\r\n\r\n${text}\r\n!`, "latin1");
		const crc = crc16(telegram, 0, telegram.length).toString(16).padStart(4, "0");
		const { counters } = this.#decoder;
		const { telegrams, rowsUnknown, rowsMalformed, valuesMalformed } = counters;
		this.#decoder.push(telegram);
		this.#decoder.push(Buffer.from(`${crc}\r\n`));
		if (counters.rowsUnknown > rowsUnknown) return "unknown";
		const isWhole = counters.telegrams > telegrams;
		return isWhole && counters.rowsMalformed === rowsMalformed && counters.valuesMalformed === valuesMalformed
			? "known"
			: "malformed";
	}
}
