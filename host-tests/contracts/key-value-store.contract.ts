import { describe, expect, test } from "vitest";
import type { KeyValueStore } from "../../src/ports/key-value-store.js";

export type KeyValueStoreContract = {
	readonly name: string;
	/** A new, empty store. */
	create(): {
		readonly store: KeyValueStore;
		/** The same store after a power cut; absent where nothing outlives the program. */
		reopen?(): KeyValueStore;
	};
};

/** Holds an implementation of {@link KeyValueStore} to what the port promises. */
export function describeKeyValueStoreContract({ name, create }: KeyValueStoreContract): void {
	describe(`key-value store contract: ${name}`, () => {
		test("an absent key is undefined; an empty text is not absent", () => {
			const { store } = create();
			expect(store.read("name")).toBeUndefined();
			store.write("name", "");
			expect(store.read("name")).toBe("");
		});

		test.each(["plain", 'with "quotes" and \\', "line\nbreak", "å ö € 🔌", "__proto__", "x".repeat(4000)])(
			"keeps %j",
			(value) => {
				const { store, reopen } = create();
				store.write("name", value);
				expect(store.read("name")).toBe(value);
				if (reopen !== undefined) expect(reopen().read("name")).toBe(value);
			},
		);

		test("the last write stands, and other keys are left alone", () => {
			const { store, reopen } = create();
			store.write("a", "1");
			store.write("b", "2");
			store.write("a", "3");
			for (const each of reopen === undefined ? [store] : [store, reopen()]) {
				expect([each.read("a"), each.read("b")]).toEqual(["3", "2"]);
			}
		});

		test("remove: the key is absent; removing what is absent does nothing", () => {
			const { store, reopen } = create();
			store.write("a", "1");
			store.write("b", "2");
			store.remove("a");
			store.remove("a");
			store.remove("never");
			for (const each of reopen === undefined ? [store] : [store, reopen()]) {
				expect([each.read("a"), each.read("b")]).toEqual([undefined, "2"]);
			}
		});

		test("names that objects have by themselves are keys like others", () => {
			const { store, reopen } = create();
			for (const key of ["__proto__", "constructor", "toString"]) {
				expect(store.read(key)).toBeUndefined();
				store.write(key, `value of ${key}`);
			}
			for (const each of reopen === undefined ? [store] : [store, reopen()]) {
				for (const key of ["__proto__", "constructor", "toString"]) expect(each.read(key)).toBe(`value of ${key}`);
			}
		});

		test("a key of 15 characters is taken; one of 16 and the empty one are refused, and nothing changes", () => {
			const { store } = create();
			store.write("k".repeat(15), "1");
			expect(store.read("k".repeat(15))).toBe("1");
			expect(() => store.write("k".repeat(16), "1")).toThrow(RangeError);
			expect(() => store.write("", "1")).toThrow(RangeError);
			expect(store.read("k".repeat(16))).toBeUndefined();
		});
	});
}
