import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { ModdableHost } from "../host.js";
import { environment, exit, heapTotalBytes, heapUsedBytes, onStop, residentBytes, resolve, ticksMs } from "./native.js";
import { openLinuxSerialLine } from "./serial-line.js";
import { SettingsFileStore } from "./settings-file.js";

const SERIAL_KEY = "serial";
const SERIAL_DIGITS = 12;

function makeSerialNumber(): string {
	let digits = "";
	while (digits.length < SERIAL_DIGITS) digits += Math.floor(Math.random() * 16).toString(16);
	return digits;
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
		if (kept !== undefined) return kept;
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
