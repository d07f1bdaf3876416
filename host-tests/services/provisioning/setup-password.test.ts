import { expect, test } from "vitest";
import { nodeCrypto } from "../../../src/platform/node/crypto.js";
import { setupNetworkName } from "../../../src/services/provisioning/setup-network.js";
import {
	SETUP_PASSWORD_KEY,
	SETUP_PASSWORD_LENGTH,
	setupPassword,
} from "../../../src/services/provisioning/setup-password.js";
import { RecordingStore } from "../../support/faulty-store.js";

const CHARACTERS = /^[2-9abcdefghjkmnpqrstuvwxyz]+$/;

test("is made once and kept", () => {
	const store = new RecordingStore();
	const password = setupPassword(nodeCrypto, store);
	expect(password).toMatch(CHARACTERS);
	expect(password).toHaveLength(SETUP_PASSWORD_LENGTH);
	expect(store.read(SETUP_PASSWORD_KEY)).toBe(password);
	expect(setupPassword(nodeCrypto, store)).toBe(password);
	expect(setupPassword(nodeCrypto, new RecordingStore())).not.toBe(password);
});

test("is of the bytes for keys, and each character is as likely as every other", () => {
	// Bytes from 248 on would make the first eight characters more likely: they are left out.
	let next = 0;
	const crypto = {
		...nodeCrypto,
		fillRandom(bytes: Uint8Array) {
			for (let i = 0; i < bytes.length; i++) bytes[i] = next++ & 255;
		},
	};
	const counts = new Map<string, number>();
	for (let i = 0; i < 248; i++) {
		for (const character of setupPassword(crypto, new RecordingStore())) {
			counts.set(character, (counts.get(character) ?? 0) + 1);
		}
	}
	const all = [...counts.values()];
	expect(counts.size).toBe(31);
	expect(Math.max(...all) - Math.min(...all)).toBeLessThan(0.2 * Math.max(...all));
});

test.each(["", "short", "ABCDEFGHJKMN", "correcthorse!", "1234567890ab"])("%j in the store is replaced", (damaged) => {
	const store = new RecordingStore();
	store.write(SETUP_PASSWORD_KEY, damaged);
	const password = setupPassword(nodeCrypto, store);
	expect(password).toMatch(CHARACTERS);
	expect(store.read(SETUP_PASSWORD_KEY)).toBe(password);
});

test("that cannot be stored is good all the same", () => {
	const store = new RecordingStore();
	store.failure = new Error("full");
	expect(setupPassword(nodeCrypto, store)).toMatch(CHARACTERS);
});

test("without random bytes there is none", () => {
	const crypto = {
		...nodeCrypto,
		fillRandom: () => {
			throw new Error("no random bytes for keys");
		},
	};
	expect(() => setupPassword(crypto, new RecordingStore())).toThrow("no random bytes");
});

test("the network is called by the end of the serial number", () => {
	expect(setupNetworkName("3c39e70ab0ff")).toBe("P1-0AB0FF");
});
