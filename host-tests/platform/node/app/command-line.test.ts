import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLine, parseCommandLine } from "../../../../src/platform/node/app/command-line.js";
import { defaultSettings } from "../../../../src/services/settings/parse.js";
import { VERSION } from "../../../../src/version.js";

describe("command line of npm start", () => {
	let directory: string;
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-command-line-"));
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	/** A settings file with this content; readable for its owner alone. */
	const file = (content: unknown, name = "settings.json"): string => {
		const path = join(directory, name);
		writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
		chmodSync(path, 0o600);
		return path;
	};
	const run = (...args: string[]): Extract<CommandLine, { kind: "run" }> => {
		const result = parseCommandLine(args);
		if (result.kind !== "run") throw new Error(result.kind === "exit" ? result.errors : result.kind);
		return result;
	};

	test("without options: the simulator every second, HTTP on 8080, the embedded broker", () => {
		const { app, warnings } = run("--settings", file({}));
		expect(app).toEqual({
			settings: defaultSettings("host"),
			source: { kind: "simulator" },
			intervalMs: 1000,
			speed: 1,
		});
		expect(app.settings).toMatchObject({
			httpPort: 8080,
			httpHost: "127.0.0.1",
			mqtt: true,
			mqttHost: "",
			mqttTopic: "p1",
		});
		expect(warnings).toEqual([]);
	});

	test.each([
		{ args: ["--source", "serial:/dev/ttyUSB0"], app: { source: { kind: "serial", path: "/dev/ttyUSB0" } } },
		{ args: ["--source", "tcp:bridge:2001"], app: { source: { kind: "tcp", host: "bridge", port: 2001 } } },
		{ args: ["--source", "tcp:[::1]:2001"], app: { source: { kind: "tcp", host: "::1", port: 2001 } } },
		{ args: ["--source", "file:/tmp/x.txt"], app: { source: { kind: "file", path: "/tmp/x.txt" } } },
		{ args: ["--source", "-"], app: { source: { kind: "stdin" } } },
		{ args: ["--source=-"], app: { source: { kind: "stdin" } } },
		{ args: ["--http-port", "0"], app: { httpPort: 0 } },
		{ args: ["--http-port", "9000"], app: { httpPort: 9000 } },
		{ args: ["--mqtt-port", "0"], app: { brokerPort: 0 } },
		{ args: ["--telegram-port", "0"], app: { telegramPort: 0 } },
		{ args: ["--telegram-port", "23"], app: { telegramPort: 23 } },
		{ args: ["--modbus-port", "0"], app: { modbusPort: 0 } },
		{ args: ["--modbus-port", "5020"], app: { modbusPort: 5020 } },
		{ args: ["--interval", "10", "--speed", "60"], app: { intervalMs: 10_000, speed: 60 } },
		{ args: ["--speed", "0.5"], app: { speed: 0.5 } },
		{ args: ["--source", "file:x", "--interval", "0"], app: { intervalMs: 0 } },
		{ args: ["--source", "file:x", "--interval", "0.25"], app: { intervalMs: 250 } },
	])("$args", ({ args, app }) => {
		expect(run("--settings", file({}), ...args).app).toMatchObject(app);
	});

	test.each([
		{ args: ["--http-host", "0.0.0.0"], settings: { httpHost: "0.0.0.0" } },
		{ args: ["--topic", "house/p1"], settings: { mqttTopic: "house/p1" } },
		{ args: ["--discovery-prefix", "ha"], settings: { haPrefix: "ha" } },
		{ args: ["--profile", "dsmr5"], settings: { profile: "dsmr5" } },
		{ args: ["--mqtt", "off"], settings: { mqtt: false } },
		{ args: ["--telegram-port", "off"], settings: { telegram: false } },
		{ args: ["--modbus-port", "off"], settings: { modbus: false } },
		{ args: ["--shelly"], settings: { shelly: true } },
		{ args: ["--homewizard"], settings: { homewizard: true } },
		{ args: ["--mdns", "off"], settings: { mdns: false } },
		{ args: ["--mdns", "on"], settings: { mdns: true } },
		{ args: ["--mqtt", "embedded"], settings: { mqtt: true, mqttHost: "" } },
		{
			args: ["--mqtt", "mqtt://broker"],
			settings: { mqtt: true, mqttHost: "broker", mqttPort: 1883, mqttTls: false, mqttUser: "", mqttPass: "" },
		},
		{
			args: ["--mqtt", "mqtts://me:secret@broker:8884"],
			settings: { mqtt: true, mqttHost: "broker", mqttPort: 8884, mqttTls: true, mqttUser: "me", mqttPass: "secret" },
		},
	])("$args", ({ args, settings }) => {
		expect(run("--settings", file({}), ...args).app.settings).toEqual({ ...defaultSettings("host"), ...settings });
	});

	describe("with a settings file", () => {
		const broker = { mqttHost: "broker", mqttPort: 1884, mqttTls: true, mqttUser: "me", mqttPass: "secret" };

		test("the file stands above the defaults, an option above the file", () => {
			const path = file({ httpPort: 9000, mqttTopic: "cellar", profile: "be", source: "tcp:bridge:23" });
			expect(run("--settings", path).app).toMatchObject({
				settings: { httpPort: 9000, mqttTopic: "cellar", profile: "be" },
				source: { kind: "tcp", host: "bridge", port: 23 },
			});
			const { app } = run("--settings", path, "--topic", "attic", "--source", "simulator", "--http-port", "0");
			expect(app).toMatchObject({
				settings: { httpPort: 9000, mqttTopic: "attic", profile: "be" },
				source: { kind: "simulator" },
				httpPort: 0,
			});
		});

		test.each([
			{ mqtt: "mqtt://broker", kept: true },
			{ mqtt: "mqtt://other", kept: false },
			{ mqtt: "mqtt://you@broker", kept: false },
			{ mqtt: "embedded", kept: false },
		])("credentials are for the broker that the file names: --mqtt $mqtt keeps them: $kept", ({ mqtt, kept }) => {
			const { settings } = run("--settings", file(broker), "--mqtt", mqtt).app;
			expect(settings.mqttPass).toBe(kept ? "secret" : "");
			expect(settings.mqttUser).toBe(kept ? "me" : mqtt.includes("you@") ? "you" : "");
			expect(settings.mqttTls).toBe(false);
		});

		test("a file with credentials but no broker leaves the broker to the option, or to the embedded one", () => {
			const path = file({ mqttUser: "me", mqttPass: "secret", mqttPort: 1884 });
			expect(run("--settings", path, "--mqtt", "mqtt://broker").app.settings).toMatchObject({
				mqttUser: "me",
				mqttPass: "secret",
			});
			expect(run("--settings", path, "--mqtt", "embedded").app.settings).toMatchObject({
				mqttUser: "me",
				mqttPort: 1884,
			});
		});

		test("what the program makes itself is kept next to the file", () => {
			expect(run("--settings", file({}, "cellar.json")).statePath).toBe(join(directory, "cellar.state.json"));
			expect(run("--settings", file({}, "attic")).statePath).toBe(join(directory, "attic.state.json"));
		});

		test("Modbus that the file turns off is on again with a port", () => {
			const path = file({ modbus: false, modbusPort: 5020 });
			expect(run("--settings", path).app.settings).toMatchObject({ modbus: false, modbusPort: 5020 });
			const { settings, modbusPort } = run("--settings", path, "--modbus-port", "0").app;
			expect([settings.modbus, modbusPort]).toEqual([true, 0]);
		});

		test("a file with a password that others may read: a warning", () => {
			const path = file({ mqttUser: "me", mqttPass: "secret" });
			chmodSync(path, 0o644);
			const { warnings } = run("--settings", path);
			expect(warnings).toEqual([`${path} holds a password and others on this computer may read it: chmod 600 ${path}`]);
			writeFileSync(path, "{}");
			expect(run("--settings", path).warnings).toEqual([]);
		});

		test.each([
			{ content: "{", says: /is not JSON/ },
			{ content: '{"mqttPass": hunter2}', says: /is not JSON/ },
			{ content: "[]", says: /must hold one JSON object/ },
			{
				content: { httpPort: 0, mqtprot: 1 },
				says: /httpPort must be a whole number from 1 to 65535\.\nerror: .*Did you mean "mqttPort"/,
			},
			{ content: { mqttPass: "hunter2" }, says: /mqttPass needs mqttUser/ },
			{ content: { mqttTls: true }, says: /mqttTls needs mqttHost/ },
			{ content: { version: 99 }, says: /newer program/ },
		])("$content: exit status 2, the file is named, no value is told", ({ content, says }) => {
			const path = file(content);
			const result = parseCommandLine(["--settings", path]);
			expect(result).toMatchObject({ kind: "exit", status: 2, output: "" });
			const { errors } = result as Extract<CommandLine, { kind: "exit" }>;
			expect(errors).toMatch(says);
			expect(errors).not.toContain("hunter2");
		});

		test("a file that is named must be there", () => {
			const path = join(directory, "missing.json");
			expect(parseCommandLine(["--settings", path])).toMatchObject({
				status: 2,
				errors: `error: ${path}: no such file. To begin one: echo {} > ${path}\n(--help lists the options)\n`,
			});
		});
	});

	test.each([
		{ args: ["--sorce", "-"], says: /unknown option '--sorce'[\s\S]*--source/ },
		{ args: ["simulator"], says: /too many arguments/ },
		{ args: ["--source"], says: /argument missing/ },
		{ args: ["--source", "usb"], says: /--source must be simulator, serial:PATH, tcp:HOST:PORT, file:PATH or -/ },
		{ args: ["--source", "tcp:bridge"], says: /--source must be / },
		{ args: ["--http-port", "80a"], says: /--http-port must be a whole number from 0 to 65535/ },
		{ args: ["--http-port", "65536"], says: /--http-port must be / },
		{ args: ["--http-port", "-1"], says: /--http-port must be / },
		{ args: ["--http-port", "1.5"], says: /--http-port must be / },
		{ args: ["--http-port", ""], says: /--http-port must be / },
		{ args: ["--telegram-port", "65536"], says: /--telegram-port must be a whole number from 0 to 65535, or off/ },
		{ args: ["--mdns", "yes"], says: /--mdns must be on or off/ },
		{ args: ["--modbus-port", "on"], says: /--modbus-port must be a whole number from 0 to 65535, or off/ },
		{ args: ["--http-host", "http://x"], says: /--http-host must be a name or an IP address/ },
		{ args: ["--mqtt", "broker"], says: /--mqtt must be embedded, off, or mqtt:\/\// },
		{ args: ["--mqtt", "mqtt://me:hunter2@broker:99999"], says: /--mqtt must be / },
		{ args: ["--mqtt", "mqtt://broker", "--mqtt-port", "1884"], says: /--mqtt-port is for the embedded broker/ },
		{ args: ["--mqtt", "off", "--mqtt-port", "1884"], says: /--mqtt-port is for the embedded broker/ },
		{ args: ["--mqtt-port", "x"], says: /--mqtt-port must be / },
		{ args: ["--topic", "p1/#"], says: /--topic must be an MQTT topic/ },
		{ args: ["--discovery-prefix", "ha/"], says: /--discovery-prefix must be an MQTT topic/ },
		{ args: ["--profile", "sweden"], says: /--profile must be one of auto, se, dsmr2/ },
		{ args: ["--interval", "0"], says: /--interval must be whole seconds from 1 to 3600/ },
		{ args: ["--interval", "1.5"], says: /--interval must be whole seconds/ },
		{ args: ["--interval", "3601"], says: /--interval must be / },
		{ args: ["--source", "file:x", "--interval", "-1"], says: /--interval must be seconds from 0/ },
		{ args: ["--speed", "0"], says: /--speed must be a number from 0\.1 to 3600/ },
		{ args: ["--speed", "1e9"], says: /--speed must be / },
		{ args: ["--source", "serial:/dev/x", "--speed", "2"], says: /--interval and --speed are for/ },
		{ args: ["--source", "-", "--interval", "2"], says: /--interval and --speed are for/ },
	])("$args: exit status 2 and what is allowed", ({ args, says }) => {
		const result = parseCommandLine(["--settings", file({}), ...args]);
		expect(result).toMatchObject({ kind: "exit", status: 2, output: "" });
		const { errors } = result as Extract<CommandLine, { kind: "exit" }>;
		expect(errors).toMatch(says);
		expect(errors).toMatch(/^error: /);
		expect(errors).toMatch(/\(--help lists the options\)\n$/);
		expect(errors).not.toContain("hunter2");
	});

	test("--help names every option and warns of passwords on the command line", () => {
		const result = parseCommandLine(["--help"]);
		expect(result).toMatchObject({ kind: "exit", status: 0, errors: "" });
		const { output } = result as Extract<CommandLine, { kind: "exit" }>;
		const flags = ["--source", "--http-port", "--http-host", "--mqtt", "--mqtt-port", "--topic", "--profile"];
		flags.push("--telegram-port", "--modbus-port", "--shelly");
		for (const flag of [...flags, "--interval", "--speed", "--settings", "--help", "--version"])
			expect(output).toContain(flag);
		expect(output).toMatch(/Put a password\s+in the file/);
	});

	test("--version", () => {
		expect(parseCommandLine(["--version"])).toEqual({ kind: "exit", status: 0, output: `${VERSION}\n`, errors: "" });
	});
});
