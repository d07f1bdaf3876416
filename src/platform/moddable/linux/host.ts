import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { ModdableHost } from "../host.js";
import { heapTotalBytes, heapUsedBytes } from "../native/xs-heap/xs-heap.js";
import { FileKeyValueStore, readJsonObject } from "./key-value-file.js";
import { environment, exit, onStop, residentBytes, resolve, restart, ticksMs, writeFile } from "./native.js";
import { openLinuxSerialLine } from "./serial-line.js";

const SERIAL_KEY = "serial";
/** Of the launcher: what --settings named. */
const SETTINGS_PATH = "P1_SETTINGS";
const HEX_DIGITS = "0123456789abcdef";

/** Six octets like a MAC address, marked as made up: locally administered, unicast (IEEE 802-2014 §8.2). */
function makeSerialNumber(): string {
	let digits = "02";
	while (digits.length < 12) digits += HEX_DIGITS.charAt(Math.floor(Math.random() * 16));
	return digits;
}

/** Beside the settings: `p1-settings.json` and `p1-settings.state.json`, as with npm start. */
function besideSettings(what: string): string | undefined {
	const path = environment(SETTINGS_PATH);
	if (path === undefined) return undefined;
	return `${path.endsWith(".json") ? path.slice(0, -5) : path}.${what}.json`;
}

function readSettingsFile(path: string): Readonly<Record<string, unknown>> {
	const content = readJsonObject(path);
	if (content === undefined) throw new Error(`${path}: no such file`);
	return content;
}

function isSerialNumber(text: string | undefined): text is string {
	return text !== undefined && text.length === 12 && [...text].every((digit) => HEX_DIGITS.includes(digit));
}

/** The library is built as for a simulator, which has a screen of 84 slots (docs/memory.md): nothing here shows anything. */
function forgetScreen(): void {
	(globalThis as { screen?: object }).screen = {};
}

/** Linux, for a Raspberry Pi or a test: no Wi-Fi, settings in a file, names looked up by the system. */
const host: ModdableHost = Object.freeze<ModdableHost>({
	platform: "host",
	model: "linux",
	/** The environment is for measuring what a device would need. */
	get httpConnections() {
		return Number(environment("P1_HTTP_CONNECTIONS") ?? 64);
	},
	ticksMs,
	utcMs: () => Date.now(),
	memory() {
		const resident = residentBytes();
		return {
			heapUsedBytes: heapUsedBytes(),
			heapTotalBytes: heapTotalBytes(),
			...(resident === undefined ? {} : { residentBytes: resident }),
		};
	},
	link: () => ({ kind: "host", connected: true }),
	serialNumber(store: KeyValueStore) {
		const kept = store.read(SERIAL_KEY);
		if (isSerialNumber(kept)) return kept;
		const made = makeSerialNumber();
		store.write(SERIAL_KEY, made);
		return made;
	},
	brownOutCount: () => 0,
	openStore() {
		forgetScreen();
		return new FileKeyValueStore(besideSettings("state"));
	},
	openAccessStore: () => new FileKeyValueStore(besideSettings("access")),
	settingsInput() {
		const path = environment(SETTINGS_PATH);
		return path === undefined ? undefined : readSettingsFile(path);
	},
	writeSettings(content) {
		const path = environment(SETTINGS_PATH);
		if (path === undefined) throw new Error("the program was started without --settings FILE");
		writeFile(path, `${JSON.stringify(content, undefined, "  ")}\n`);
	},
	resolve(name, guard, onResolved) {
		resolve(name, (address) => {
			guard.run("name lookup", () => onResolved(address));
		});
	},
	openSerialLine: openLinuxSerialLine,
	onStop(guard, callback) {
		onStop(() => {
			guard.run("stop", callback);
		});
	},
	openFirmware: () =>
		"This program is no firmware. Update it with git pull and npm run build:linux, or by your package.",
	exit,
	restart,
});

export default host;
