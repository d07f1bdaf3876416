import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { ModdableHost } from "../host.js";
import { heapTotalBytes, heapUsedBytes } from "../native/xs-heap/xs-heap.js";
import { environment, exit, onStop, residentBytes, resolve, ticksMs } from "./native.js";
import { openLinuxSerialLine } from "./serial-line.js";
import { SettingsFileStore } from "./settings-file.js";

const SERIAL_KEY = "serial";
const HEX_DIGITS = "0123456789abcdef";

/** Six octets like a MAC address, marked as made up: locally administered, unicast (IEEE 802-2014 §8.2). */
function makeSerialNumber(): string {
	let digits = "02";
	while (digits.length < 12) digits += HEX_DIGITS.charAt(Math.floor(Math.random() * 16));
	return digits;
}

function isSerialNumber(text: string | undefined): text is string {
	return text !== undefined && text.length === 12 && [...text].every((digit) => HEX_DIGITS.includes(digit));
}

/** Linux, for a Raspberry Pi or a test: no Wi-Fi, settings in a file, names looked up by the system. */
const host: ModdableHost = Object.freeze<ModdableHost>({
	model: "linux",
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
	openStore: () => new SettingsFileStore(environment("P1_SETTINGS")),
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
	exit,
});

export default host;
