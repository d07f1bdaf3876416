import type { HeaderList } from "../../http/message.js";
import { NO_HEADERS } from "../../http/response-head.js";
import type { Random } from "../../ports/clock.js";

/** Identifies one run of the program, so that a version counted from 1 is not taken for one of an earlier run. */
export function makeBootId(random: Random): string {
	return Math.floor(random() * 2 ** 32)
		.toString(16)
		.padStart(8, "0");
}

/** The strong ETag of a document that counts its versions; its text is made once for each version, not for each request. */
export class EntityTag {
	readonly #bootId: string;
	#version = -1;
	#headers: HeaderList = NO_HEADERS;

	/** @param bootId - From {@link makeBootId}. */
	constructor(bootId: string) {
		this.#bootId = bootId;
	}

	/** Makes this the tag of `version`, a whole number from 0 on. */
	update(version: number): void {
		if (version === this.#version) return;
		this.#version = version;
		this.#headers = ["ETag", `"${this.#bootId}-${version}"`];
	}

	/** With its quotes. */
	get value(): string {
		return this.#headers[1] ?? "";
	}

	/** The header line. */
	get headers(): HeaderList {
		return this.#headers;
	}
}
