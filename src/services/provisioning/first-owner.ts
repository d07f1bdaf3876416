import type { Access } from "../access/access.js";

/** Leads whoever has the device's cable in hand to the page, with what it takes to choose the first password. */
export class FirstOwner {
	readonly #access: Pick<Access, "hasPassword" | "hashOf" | "sessions">;
	#token: string | undefined;

	constructor(access: Pick<Access, "hasPassword" | "hashOf" | "sessions">) {
		this.#access = access;
	}

	/**
	 * The page's address. Without an owner a session is in its fragment, which browsers send to nobody; it ends an hour
	 * after it was used last, and when a password is chosen. @param ipAddress - Dotted IPv4. */
	urlAt(ipAddress: string): string {
		const { hasPassword, hashOf, sessions } = this.#access;
		const address = `http://${ipAddress}/`;
		if (hasPassword) return address;
		const hash = this.#token === undefined ? undefined : hashOf.call(this.#access, this.#token);
		if (hash === undefined || !sessions.use(hash)) this.#token = sessions.open();
		return `${address}#setup=${this.#token}`;
	}
}
