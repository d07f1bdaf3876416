import { PROFILE_IDS, type ProfileId } from "../../core/profile.js";
import type { SettingDefinition, SettingValue } from "./definition.js";
import {
	BASE_TOPIC,
	BASE_TOPIC_MAX_LENGTH,
	HOST,
	HOST_NAMES,
	PEM_CERTIFICATE,
	SOURCE,
	WIFI_NAME,
	WIFI_PASSWORD,
} from "./formats.js";

/** Counts the changes of the table that make older settings mean something else. */
export const SETTINGS_VERSION = 1;

const PROFILE_CHOICES: readonly (ProfileId | "auto")[] = Object.freeze(["auto", ...PROFILE_IDS] as const);

/**
 * THE table of settings, in the order in which people see them: validation, storage, forms and docs/settings.md come from it.
 * A key has at most 15 characters, for NVS.
 */
export const SETTINGS = {
	name: {
		type: "text",
		title: "Name",
		help: "What people call this dongle.",
		default: "P1 dongle",
		maxLength: 32,
	},
	wifiSsid: {
		type: "text",
		title: "Wi-Fi network",
		help: "Its name. It must send on 2.4 GHz with WPA2 or WPA3. Empty: none, and the dongle opens its setup network.",
		default: "",
		maxLength: 32,
		isOptional: true,
		format: WIFI_NAME,
		isDeviceOnly: true,
		isImmediate: true,
	},
	wifiPass: {
		type: "text",
		title: "Wi-Fi password",
		help: "Empty: the network has none.",
		default: "",
		maxLength: 63,
		isOptional: true,
		format: WIFI_PASSWORD,
		isSecret: true,
		boundTo: ["wifiSsid"],
		isDeviceOnly: true,
		isImmediate: true,
	},
	wifiPowerDbm: {
		type: "integer",
		title: "Highest Wi-Fi power, in dBm",
		help: "The dongle starts with less and goes up to this when the link needs it. A P1 port gives 250 mA: more than 15 may be too much for it.",
		default: 15,
		min: 2,
		max: 20,
		isDeviceOnly: true,
		isImmediate: true,
	},
	wifiSleep: {
		type: "boolean",
		title: "Wi-Fi sleep",
		help: "Lets the radio rest between packets. false answers faster, and draws more.",
		default: true,
		isDeviceOnly: true,
		isImmediate: true,
	},
	wifiSetupMin: {
		type: "integer",
		title: "Setup network after so many minutes without Wi-Fi",
		help: "Opened beside the search for the network, which goes on. 0: only when no network is set up.",
		default: 10,
		min: 0,
		max: 1440,
		isDeviceOnly: true,
		isImmediate: true,
	},
	led: {
		type: "choice",
		title: "Light",
		help: "faults shows only what somebody should look at, off shows nothing. The button and who asks for this dongle are always answered.",
		default: "on",
		choices: ["on", "faults", "off"],
		isDeviceOnly: true,
		isImmediate: true,
	},
	ntpServer: {
		type: "text",
		title: "Time server",
		help: "Checks the meter's clock and stands in for it. Empty: none is asked.",
		default: "pool.ntp.org",
		maxLength: 64,
		isOptional: true,
		format: HOST,
		isDeviceOnly: true,
	},
	source: {
		type: "text",
		title: "Source of telegrams",
		help: "A P1 cable on a serial port, a bridge such as ser2net, captured telegrams, or a simulated meter.",
		default: "simulator",
		maxLength: 256,
		format: SOURCE,
		isHostOnly: true,
	},
	profile: {
		type: "choice",
		title: "Kind of P1 port",
		help: "auto finds it from the telegrams.",
		default: "auto",
		choices: PROFILE_CHOICES,
	},
	httpPort: {
		type: "integer",
		title: "HTTP port",
		help: "The port of the page and of the HTTP API.",
		default: 80,
		hostDefault: 8080,
		min: 1,
		max: 65_535,
	},
	httpHost: {
		type: "text",
		title: "HTTP address",
		help: "The address that everything listens on. 127.0.0.1 is for this computer only, 0.0.0.0 for the whole network.",
		default: "127.0.0.1",
		maxLength: 64,
		format: HOST,
		isHostOnly: true,
	},
	telegram: {
		type: "boolean",
		title: "Raw telegrams",
		help: "Sends each good telegram to whoever connects to the telegram port, as Home Assistant's dsmr, evcc and DSMR-reader read it. It has no password, even where reading needs one.",
		default: true,
	},
	telegramPort: {
		type: "integer",
		title: "Telegram port",
		help: "The TCP port of raw telegrams.",
		default: 2323,
		min: 1,
		max: 65_535,
	},
	httpNames: {
		type: "text",
		title: "Further names",
		help: "Names under which browsers may reach this dongle, beside its own and its addresses; of a proxy, for example. Separated by spaces.",
		default: "",
		maxLength: 128,
		isOptional: true,
		format: HOST_NAMES,
		isImmediate: true,
	},
	readAccess: {
		type: "choice",
		title: "Who may read",
		help: "open is everybody who reaches the HTTP port; password is who has the owner's password or a token. Raw telegrams, Modbus and the Shelly's UDP have no password: turn them off if others must not read. Changes always need the password.",
		default: "open",
		choices: ["open", "password"],
		isImmediate: true,
	},
	modbus: {
		type: "boolean",
		title: "Modbus TCP",
		help: "Lets chargers and inverters read the meter as an Eastron SDM630. It has no password, even where reading needs one.",
		default: false,
		hostDefault: true,
	},
	modbusPort: {
		type: "integer",
		title: "Modbus port",
		help: "The port of Modbus TCP.",
		default: 502,
		hostDefault: 1502,
		min: 1,
		max: 65_535,
	},
	shelly: {
		type: "boolean",
		title: "Shelly emulation",
		help: "Lets batteries and chargers read the meter as a Shelly Pro 3EM: over HTTP, and over UDP on the ports 1010 and 2220. UDP has no password, even where reading needs one; over HTTP batteries can read only where it needs none.",
		default: false,
	},
	homewizard: {
		type: "boolean",
		title: "HomeWizard-compatible API",
		help: "Lets programs for HomeWizard's P1 meter read this one: Home Assistant, evcc, SmartEVSE and others. They can send no password, so reading must not need one.",
		default: false,
	},
	mdns: {
		type: "boolean",
		title: "Announcement by mDNS",
		help: "Announces the dongle as p1-xxxxxx.local. On a computer only if the HTTP address is not for this computer alone.",
		default: true,
	},
	mqtt: {
		type: "boolean",
		title: "MQTT",
		help: "Publishes readings to an MQTT broker.",
		default: true,
	},
	mqttHost: {
		type: "text",
		title: "MQTT broker",
		help: "Empty: on a computer the embedded broker, on a dongle none.",
		default: "",
		maxLength: 128,
		isOptional: true,
		format: HOST,
	},
	mqttPort: {
		type: "integer",
		title: "MQTT port",
		help: "0 is the usual one: 1883, or 8883 with TLS.",
		default: 0,
		min: 0,
		max: 65_535,
	},
	mqttUser: {
		type: "text",
		title: "MQTT user name",
		help: "Empty: none.",
		default: "",
		maxLength: 128,
		isOptional: true,
	},
	mqttPass: {
		type: "text",
		title: "MQTT password",
		help: "Needs a user name.",
		default: "",
		maxLength: 256,
		isOptional: true,
		isSecret: true,
		boundTo: ["mqttHost", "mqttPort", "mqttTls", "mqttVerify", "mqttCa"],
	},
	mqttTls: {
		type: "boolean",
		title: "MQTT over TLS",
		help: "Encrypts the connection to the broker.",
		default: false,
	},
	mqttVerify: {
		type: "boolean",
		title: "Check the broker's certificate",
		help: "false accepts any certificate, so anyone in between can read the password.",
		default: true,
	},
	mqttCa: {
		type: "text",
		title: "Authority of the broker's certificate",
		help: "Empty: the usual authorities.",
		default: "",
		maxLength: 3900,
		isOptional: true,
		format: PEM_CERTIFICATE,
	},
	mqttTopic: {
		type: "text",
		title: "MQTT base topic",
		help: "Readings go to BASE/state, online or offline to BASE/status.",
		default: "p1",
		maxLength: BASE_TOPIC_MAX_LENGTH,
		format: BASE_TOPIC,
	},
	mqttQos: {
		type: "integer",
		title: "MQTT quality of service",
		help: "0: at most once; 1: at least once.",
		default: 0,
		min: 0,
		max: 1,
	},
	mqttMinMs: {
		type: "integer",
		title: "Shortest time between two states, in milliseconds",
		help: "0 publishes every reading.",
		default: 0,
		min: 0,
		max: 3_600_000,
	},
	mqttBeatS: {
		type: "integer",
		title: "Longest time between two states, in seconds",
		help: "The state is published again after this long even if nothing is new; 0 never does.",
		default: 60,
		min: 0,
		max: 86_400,
	},
	mqttOnChange: {
		type: "boolean",
		title: "Only changes",
		help: "Leaves out a reading in which nothing but the time is new.",
		default: false,
	},
	mqttValues: {
		type: "boolean",
		title: "A topic for each value",
		help: "Also publishes each value that changes to BASE/value/NAME.",
		default: false,
	},
	haDiscovery: {
		type: "boolean",
		title: "Home Assistant discovery",
		help: "Announces the meter to Home Assistant over MQTT; false removes it there.",
		default: true,
	},
	haPrefix: {
		type: "text",
		title: "Home Assistant discovery prefix",
		help: "The discovery prefix of Home Assistant's MQTT integration.",
		default: "homeassistant",
		maxLength: BASE_TOPIC_MAX_LENGTH,
		format: BASE_TOPIC,
	},
} as const satisfies Readonly<Record<string, SettingDefinition>>;

for (const definition of Object.values(SETTINGS)) Object.freeze(definition);
Object.freeze(SETTINGS);

export type SettingKey = keyof typeof SETTINGS;

/** Every setting with its value. */
export type Settings = { readonly [Key in SettingKey]: SettingValue<(typeof SETTINGS)[Key]> };

/** The keys in the order of the table. */
export const SETTING_KEYS: readonly SettingKey[] = Object.freeze(Object.keys(SETTINGS) as SettingKey[]);

/** The definition behind a key that came from outside; undefined when there is none. */
export function findSetting(key: string): SettingDefinition | undefined {
	return Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingKey] : undefined;
}
