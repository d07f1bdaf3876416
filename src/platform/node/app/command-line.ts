import { Command, CommanderError } from "commander";
import { PROFILE_IDS } from "../../../core/profile.js";
import { describeRange } from "../../../services/settings/definition.js";
import { findConflict } from "../../../services/settings/parse.js";
import { parseSource, type Source } from "../../../services/settings/source.js";
import { parseSettingText } from "../../../services/settings/stored.js";
import { SETTINGS, type SettingKey, type Settings } from "../../../services/settings/table.js";
import { VERSION } from "../../../version.js";
import { MAX_SPEED } from "../simulator/meter-simulator.js";
import type { AppSettings } from "./app.js";
import { MQTT_URL_FORMAT, parseMqttUrl } from "./mqtt-url.js";
import { DEFAULT_SETTINGS_PATH, findHostConflict, readSettingsFile, statePathFor } from "./settings-file.js";

/** What a command line asks for. */
export type CommandLine =
	| {
			readonly kind: "run";
			readonly app: AppSettings;
			readonly settingsPath: string;
			readonly statePath: string;
			/** Settings that an option says. */
			readonly overridden: readonly SettingKey[];
			readonly warnings: readonly string[];
	  }
	/** The owner's password is to be chosen, and nothing run. */
	| { readonly kind: "set-password"; readonly settingsPath: string }
	/** Nothing is to be run: help, the version, or what is wrong. */
	| { readonly kind: "exit"; readonly status: number; readonly output: string; readonly errors: string };

/** Exit status for a wrong option or setting. */
export const EXIT_USAGE = 2;

type Options = {
	readonly source?: string;
	readonly httpPort?: string;
	readonly httpHost?: string;
	readonly mqtt?: string;
	readonly mqttPort?: string;
	readonly telegramPort?: string;
	readonly modbusPort?: string;
	readonly shelly?: boolean;
	readonly homewizard?: boolean;
	readonly mdns?: string;
	readonly topic?: string;
	readonly discoveryPrefix?: string;
	readonly profile?: string;
	readonly interval?: string;
	readonly speed?: string;
	readonly settings?: string;
	readonly setPassword?: boolean;
};

/** What an option says is wrong; the message is for people and holds no value of the option. */
class UsageError extends Error {}

/** Options that are a setting each. */
const SETTING_OPTIONS = [
	["source", "--source", "source"],
	["httpHost", "--http-host", "httpHost"],
	["topic", "--topic", "mqttTopic"],
	["discoveryPrefix", "--discovery-prefix", "haPrefix"],
	["profile", "--profile", "profile"],
] as const satisfies readonly (readonly [keyof Options, string, SettingKey])[];

const DEFAULT_INTERVAL_S = 1;
const MAX_INTERVAL_S = 3600;
const MIN_SPEED = 0.1;

const HELP = `
Sources:
  simulator          a house with a meter (default)
  serial:PATH        a P1 cable, such as serial:/dev/ttyUSB0
  tcp:HOST:PORT      a bridge such as ser2net, or another dongle's telegrams
  file:PATH          captured telegrams, one each --interval seconds; the last reading stays
  -                  telegrams from standard input, as they come

Settings:
  All but --interval and --speed are settings too, and there are more: docs/settings.md. An option stands above the
  file. Put a password in the file (keys mqttUser and mqttPass, chmod 600) and not into the URL: a command line can be
  read by everyone on this computer.

Examples:
  npm start
  npm start -- --source serial:/dev/ttyUSB0 --http-host 0.0.0.0
  npm start -- --source tcp:192.168.1.20:2001 --mqtt mqtt://broker.lan`;

function makeCommand(): Command {
	return new Command("p1-dongle")
		.usage("[options]   (npm start -- [options])")
		.description("Reads an electricity meter's P1 port and publishes it over HTTP and MQTT.")
		.option("--source <source>", "where telegrams come from (see below)")
		.option("--http-port <port>", "port of the HTTP API; 0 takes any free one (default: 8080)")
		.option("--http-host <host>", "address to listen on; 0.0.0.0 is the whole network (default: 127.0.0.1)")
		.option("--mqtt <broker>", `embedded, off, or ${MQTT_URL_FORMAT} (default: embedded)`)
		.option("--mqtt-port <port>", "port of the embedded broker; 0 takes any free one (default: 1883)")
		.option("--telegram-port <port>", "port of raw telegrams; 0 takes any free one, off turns it off (default: 2323)")
		.option("--modbus-port <port>", "port of Modbus TCP; 0 takes any free one, off turns it off (default: 1502)")
		.option("--shelly", "answer as a Shelly Pro 3EM, over HTTP and on the UDP ports 1010 and 2220")
		.option("--homewizard", "answer programs for HomeWizard's P1 meter, too: its local API v1")
		.option("--mdns <on|off>", "announce p1-xxxxxx.local if --http-host is not for this computer alone (default: on)")
		.option("--topic <topic>", "base of the MQTT topics (default: p1)")
		.option("--discovery-prefix <prefix>", "discovery prefix of Home Assistant (default: homeassistant)")
		.option("--profile <id>", `kind of P1 port: ${["auto", ...PROFILE_IDS].join(", ")} (default: auto)`)
		.option("--interval <seconds>", "of the simulator and of file:PATH: from telegram to telegram (default: 1)")
		.option("--speed <factor>", "of the simulator and of file:PATH: so many times as fast (default: 1)")
		.option("--settings <file>", `JSON file with settings (default: ${DEFAULT_SETTINGS_PATH} if it is there)`)
		.option("--set-password", "choose the password that changes over HTTP need, and end")
		.version(VERSION)
		.addHelpText("after", HELP)
		.exitOverride();
}

function numberOption(flag: string, text: string | undefined, isAllowed: (value: number) => boolean, range: string) {
	if (text === undefined) return undefined;
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!isAllowed(value)) throw new UsageError(`${flag} must be ${range}.`);
	return value;
}

function portOption(flag: string, text: string | undefined, orElse = ""): number | undefined {
	const isPort = (value: number): boolean => Number.isInteger(value) && value <= 65_535;
	return numberOption(flag, text, isPort, `a whole number from 0 to 65535${orElse}`);
}

/** The broker that --mqtt names. Credentials of the settings are for the settings' broker, and for one that has none. */
function mqttSettings(text: string, settings: Settings): Partial<Settings> {
	if (text === "off") return { mqtt: false };
	if (text === "embedded") {
		const isOther = settings.mqttHost !== "";
		return {
			mqtt: true,
			mqttHost: "",
			...(isOther ? { mqttPort: 0, mqttTls: false, mqttUser: "", mqttPass: "" } : {}),
		};
	}
	const place = parseMqttUrl(text);
	if (place === undefined) throw new UsageError(`--mqtt must be embedded, off, or ${MQTT_URL_FORMAT}.`);
	const { host, port, isSecure, username, password } = place;
	const keepsCredentials = username === undefined && (settings.mqttHost === "" || settings.mqttHost === host);
	return {
		mqtt: true,
		mqttHost: host,
		mqttPort: port,
		mqttTls: isSecure,
		...(keepsCredentials ? {} : { mqttUser: username ?? "", mqttPass: password ?? "" }),
	};
}

/** What the options say instead of the settings. */
function optionSettings(options: Options, settings: Settings): Partial<Settings> {
	const changes: Partial<Record<SettingKey, string | number | boolean>> = {};
	for (const [name, flag, key] of SETTING_OPTIONS) {
		const text = options[name];
		if (text === undefined) continue;
		const value = parseSettingText(SETTINGS[key], text);
		if (value === undefined) throw new UsageError(`${flag} must be ${describeRange(SETTINGS[key])}.`);
		changes[key] = value;
	}
	if (options.telegramPort !== undefined) changes.telegram = options.telegramPort !== "off";
	if (options.modbusPort !== undefined) changes.modbus = options.modbusPort !== "off";
	if (options.shelly === true) changes.shelly = true;
	if (options.homewizard === true) changes.homewizard = true;
	if (options.mdns !== undefined) {
		if (options.mdns !== "on" && options.mdns !== "off") throw new UsageError("--mdns must be on or off.");
		changes.mdns = options.mdns === "on";
	}
	if (options.mqtt !== undefined) Object.assign(changes, mqttSettings(options.mqtt, settings));
	return changes as Partial<Settings>;
}

/** Options that are a setting in a running program, and may be 0 there. */
const PORT_OPTIONS = [
	["httpPort", "httpPort"],
	["mqttPort", "mqttPort"],
	["telegramPort", "telegramPort"],
	["modbusPort", "modbusPort"],
] as const satisfies readonly (readonly [keyof Options, SettingKey])[];

function overriddenKeys(options: Options, changes: Partial<Settings>): readonly SettingKey[] {
	const ports = PORT_OPTIONS.filter(([option]) => options[option] !== undefined).map(([, key]) => key);
	return [...new Set([...(Object.keys(changes) as SettingKey[]), ...ports])];
}

function pacing({ interval, speed }: Options, source: Source): { intervalMs: number; speed: number } {
	const isPaced = source.kind === "simulator" || source.kind === "file";
	if (!isPaced && (interval !== undefined || speed !== undefined)) {
		throw new UsageError("--interval and --speed are for --source simulator and --source file:PATH.");
	}
	const isSimulated = source.kind === "simulator";
	const isInterval = (value: number): boolean =>
		value <= MAX_INTERVAL_S && (!isSimulated || (value >= 1 && Number.isInteger(value)));
	const intervalRange = isSimulated
		? `whole seconds from 1 to ${MAX_INTERVAL_S} for the simulator`
		: `seconds from 0 (as fast as possible) to ${MAX_INTERVAL_S}`;
	const intervalS = numberOption("--interval", interval, isInterval, intervalRange) ?? DEFAULT_INTERVAL_S;
	const isSpeed = (value: number): boolean => value >= MIN_SPEED && value <= MAX_SPEED;
	const factor = numberOption("--speed", speed, isSpeed, `a number from ${MIN_SPEED} to ${MAX_SPEED}`) ?? 1;
	return { intervalMs: intervalS * 1000, speed: factor };
}

function resolve(options: Options): CommandLine {
	const settingsPath = options.settings ?? DEFAULT_SETTINGS_PATH;
	if (options.setPassword === true) return { kind: "set-password", settingsPath };
	const file = readSettingsFile(settingsPath, options.settings !== undefined);
	if (!file.ok) throw new UsageError(file.errors.join("\n"));
	const changes = optionSettings(options, file.settings);
	const settings: Settings = { ...file.settings, ...changes };
	const conflict = findConflict(settings) ?? findHostConflict(settings);
	if (conflict !== undefined) throw new UsageError(conflict.message);
	const isEmbedded = settings.mqtt && settings.mqttHost === "";
	const brokerPort = portOption("--mqtt-port", options.mqttPort);
	if (brokerPort !== undefined && !isEmbedded) {
		throw new UsageError("--mqtt-port is for the embedded broker; another broker has its port in the URL.");
	}
	const source = parseSource(settings.source);
	if (source === undefined) throw new UsageError(`source must be ${describeRange(SETTINGS.source)}.`);
	const httpPort = portOption("--http-port", options.httpPort);
	const telegramPort = settings.telegram ? portOption("--telegram-port", options.telegramPort, ", or off") : undefined;
	const modbusPort = settings.modbus ? portOption("--modbus-port", options.modbusPort, ", or off") : undefined;
	return {
		kind: "run",
		app: {
			settings,
			source,
			...pacing(options, source),
			...(httpPort === undefined ? {} : { httpPort }),
			...(brokerPort === undefined ? {} : { brokerPort }),
			...(telegramPort === undefined ? {} : { telegramPort }),
			...(modbusPort === undefined ? {} : { modbusPort }),
		},
		settingsPath,
		statePath: statePathFor(settingsPath),
		overridden: overriddenKeys(options, changes),
		warnings: file.warnings,
	};
}

/**
 * Reads the command line of `npm start`, and the settings file that it names.
 * @param args - without the program's name. */
export function parseCommandLine(args: readonly string[]): CommandLine {
	let output = "";
	let errors = "";
	const command = makeCommand().configureOutput({
		writeOut: (text) => {
			output += text;
		},
		writeErr: (text) => {
			errors += text;
		},
	});
	try {
		command.parse(args, { from: "user" });
		return resolve(command.opts<Options>());
	} catch (error) {
		if (error instanceof CommanderError) {
			const status = error.exitCode === 0 ? 0 : EXIT_USAGE;
			const hint = status === 0 ? "" : "(--help lists the options)\n";
			return { kind: "exit", status, output, errors: errors + hint };
		}
		if (!(error instanceof UsageError)) throw error;
		const lines = error.message.split("\n").map((line) => `error: ${line}\n`);
		return { kind: "exit", status: EXIT_USAGE, output: "", errors: `${lines.join("")}(--help lists the options)\n` };
	}
}
