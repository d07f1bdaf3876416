import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { NodeDevice } from "../../../src/platform/node/device.js";
import { FileKeyValueStore, MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import { describeKeyValueStoreContract } from "../../contracts/key-value-store.contract.js";

const root = mkdtempSync(join(tmpdir(), "p1-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newDirectory = (): string => mkdtempSync(join(root, "case-"));

describeKeyValueStoreContract({
	name: "file",
	create() {
		const path = join(newDirectory(), "store.json");
		return { store: new FileKeyValueStore(path), reopen: () => new FileKeyValueStore(path) };
	},
});

describeKeyValueStoreContract({ name: "memory", create: () => ({ store: new MemoryKeyValueStore() }) });

describe("file key-value store", () => {
	let directory: string;
	let path: string;
	beforeEach(() => {
		directory = newDirectory();
		path = join(directory, "store.json");
	});

	test("makes no file until something is written; then only its owner may read it", () => {
		const store = new FileKeyValueStore(path);
		store.read("a");
		store.remove("a");
		expect(existsSync(path)).toBe(false);
		store.write("a", "1");
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readdirSync(directory)).toEqual(["store.json"]);
	});

	test("a write of the same value does not touch the file", () => {
		const store = new FileKeyValueStore(path);
		store.write("a", "1");
		rmSync(path);
		store.write("a", "1");
		expect(existsSync(path)).toBe(false);
	});

	test.each([
		{ content: '{"a": "1"', says: /is not JSON/ },
		{ content: "", says: /is not JSON/ },
		{ content: '["a"]', says: /must hold one JSON object/ },
		{ content: "null", says: /must hold one JSON object/ },
		{ content: '{"a": 1}', says: /"a" must be a text/ },
	])("a file with $content is refused by name, and stays as it is", ({ content, says }) => {
		writeFileSync(path, content);
		expect(() => new FileKeyValueStore(path)).toThrow(says);
		expect(() => new FileKeyValueStore(path)).toThrow(path);
		expect(readFileSync(path, "utf8")).toBe(content);
	});

	test("what is wrong with the JSON is said by its place, without its content", () => {
		writeFileSync(path, '{\n  "mqttPass": "hunter2"\n  "x": 1\n}');
		expect(() => new FileKeyValueStore(path)).toThrow(/line 3, column 3$/);
		writeFileSync(path, "hunter2");
		expect(() => new FileKeyValueStore(path)).toThrow(/^((?!hunter2).)*$/s);
	});

	test("a write that fails says so, and neither the file nor the value changes", () => {
		const store = new FileKeyValueStore(path);
		store.write("a", "1");
		// A directory in the way of the temporary file: root may write anywhere, so modes prove nothing.
		mkdirSync(`${path}.${process.pid}.tmp`);
		expect(() => store.write("a", "2")).toThrow(path);
		expect(store.read("a")).toBe("1");
		expect(new FileKeyValueStore(path).read("a")).toBe("1");
	});

	test("a path that is a directory is refused by name", () => {
		expect(() => new FileKeyValueStore(directory)).toThrow(`${directory}: that is a directory, not a file`);
	});
});

describe("Node device", () => {
	test("its serial is 12 hexadecimal digits, made once and kept, marked as a made-up address", () => {
		const store = new MemoryKeyValueStore();
		const { serial } = new NodeDevice(store);
		expect(serial).toMatch(/^[0-9a-f][26ae][0-9a-f]{10}$/);
		expect(new NodeDevice(store).serial).toBe(serial);
		expect(new NodeDevice(new MemoryKeyValueStore()).serial).not.toBe(serial);
	});

	test("a kept serial that is none is replaced", () => {
		const store = new MemoryKeyValueStore();
		store.write("serial", "../../etc");
		expect(new NodeDevice(store).serial).toBe(store.read("serial"));
		expect(store.read("serial")).toMatch(/^[0-9a-f]{12}$/);
	});

	test("tells its memory and a link that is always up", () => {
		const device = new NodeDevice(new MemoryKeyValueStore());
		const { heapUsedBytes, residentBytes, systemFreeBytes } = device.memory();
		expect(heapUsedBytes).toBeGreaterThan(1_000_000);
		expect(residentBytes).toBeGreaterThan(heapUsedBytes ?? 0);
		expect(systemFreeBytes).toBeGreaterThan(0);
		expect(device.link()).toMatchObject({ kind: "host", connected: true });
		expect(device.model).toBe("host");
	});
});
