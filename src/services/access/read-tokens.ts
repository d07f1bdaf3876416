import { hexBytes, hexText } from "../../core/hex.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { Bearer } from "./bearer.js";

/** Where the tokens stand: one value, so that each change of them is atomic. */
export const TOKENS_KEY = "tokens";
/** Together below the 4000 bytes that NVS has for a text. */
export const MAX_TOKENS = 8;
export const TOKEN_NAME_MAX_LENGTH = 32;
const ID_DIGITS = 8;
const HASH_BYTES = 32;

/** What is known of a token; itself it was shown once. */
export type ReadToken = {
	readonly id: string;
	/** What its owner called it. */
	readonly name: string;
	readonly hash: Uint8Array;
};

/** What is wrong with a name, as a sentence for people; undefined when nothing is. */
export function tokenNameProblem(name: unknown): string | undefined {
	const expected = `name must be a text of 1 to ${TOKEN_NAME_MAX_LENGTH} characters without control characters.`;
	if (typeof name !== "string" || name === "" || name.length > TOKEN_NAME_MAX_LENGTH) return expected;
	for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) < 0x20 || name.charCodeAt(i) === 0x7f) return expected;
	return undefined;
}

/** Tokens for programs that only read: kept as hashes until they are removed. */
export class ReadTokens {
	readonly #bearer: Bearer;
	readonly #store: KeyValueStore;
	#tokens: readonly ReadToken[];

	/** What in the store is no token is left out: it lets nobody in. */
	constructor(bearer: Bearer, store: KeyValueStore) {
		this.#bearer = bearer;
		this.#store = store;
		this.#tokens = parseTokens(store.read(TOKENS_KEY));
	}

	get list(): readonly ReadToken[] {
		return this.#tokens;
	}

	/** Whether the token of this hash is one of them. */
	has(hash: Uint8Array): boolean {
		return this.#bearer.find(this.#tokens, hash) >= 0;
	}

	/**
	 * Makes a token; `text` is shown once and not kept. Undefined when there are {@link MAX_TOKENS}.
	 * @throws what the store throws; then there is no new token. */
	add(name: string): { readonly id: string; readonly text: string } | undefined {
		if (this.#tokens.length >= MAX_TOKENS) return undefined;
		const { text, hash } = this.#bearer.make();
		const id = hexText(hash).slice(0, ID_DIGITS);
		this.#save([...this.#tokens, { id, name, hash }]);
		return { id, text };
	}

	/** @returns false when there is none of that id. @throws what the store throws; then the token still counts. */
	remove(id: string): boolean {
		const rest = this.#tokens.filter((token) => token.id !== id);
		if (rest.length === this.#tokens.length) return false;
		this.#save(rest);
		return true;
	}

	#save(tokens: readonly ReadToken[]): void {
		if (tokens.length === 0) this.#store.remove(TOKENS_KEY);
		else this.#store.write(TOKENS_KEY, JSON.stringify(tokens.map(({ name, hash }) => [hexText(hash), name])));
		this.#tokens = tokens;
	}
}

function parseTokens(text: string | undefined): readonly ReadToken[] {
	let rows: unknown;
	try {
		rows = JSON.parse(text ?? "[]");
	} catch {
		return [];
	}
	if (!Array.isArray(rows)) return [];
	return rows.slice(0, MAX_TOKENS).flatMap((row: unknown): ReadToken[] => {
		const [digits, name] = Array.isArray(row) ? (row as unknown[]) : [];
		const hash = typeof digits === "string" ? hexBytes(digits) : undefined;
		if (hash?.length !== HASH_BYTES || tokenNameProblem(name) !== undefined) return [];
		return [{ id: hexText(hash).slice(0, ID_DIGITS), name: String(name), hash }];
	});
}
