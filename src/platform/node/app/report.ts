import { FIELD } from "../../../core/obis-table.js";
import type { Reading } from "../../../core/reading.js";
import { rejectedTelegrams } from "../../../publishers/api/views.js";
import { unguardedBy } from "../../../services/access/unguarded.js";
import type { Settings } from "../../../services/settings/table.js";
import { VERSION } from "../../../version.js";
import type { App, AppSettings } from "./app.js";
import type { BrokerPlace } from "./app-mqtt.js";
import { hostAndPort, httpUrl, isLoopback, reachableHost } from "./url.js";

/** For a shell: in single quotes unless it is plain. */
function quote(text: string): string {
	return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The password is named, not shown. */
function subscribeCommand({ host, port }: BrokerPlace, settings: Settings): string {
	const { mqttUser, mqttPass, mqttTls, mqttTopic } = settings;
	const login = mqttUser === "" ? "" : ` -u ${quote(mqttUser)}${mqttPass === "" ? "" : " -P PASSWORD"}`;
	const tls = mqttTls ? " --tls-use-os-certs" : "";
	return `mosquitto_sub -h ${quote(host)} -p ${port}${login}${tls} -v -t '${mqttTopic.replaceAll("'", "'\\''")}/#'`;
}

/**
 * The lines that say what to open, curl and subscribe to.
 * @param source - for people. */
export function startLines(app: App, { settings }: AppSettings, source: string): string[] {
	const { broker, telegrams, modbus, shelly, discovery } = app;
	const host = reachableHost(settings.httpHost);
	const url = httpUrl(host, app.httpPort);
	return [
		`p1-dongle ${VERSION} reads ${source}`,
		`  open       ${url}/`,
		`  curl       curl ${url}/api/v1/reading`,
		...(broker === undefined ? [] : [`  subscribe  ${subscribeCommand(broker, settings)}`]),
		...(telegrams === undefined ? [] : [`  telegrams  nc ${host} ${telegrams.port}`]),
		...(modbus === undefined ? [] : [`  modbus     ${hostAndPort(host, modbus.port)}, an SDM630`]),
		...(shelly === undefined
			? []
			: [`  shelly     ${url}/rpc/EM.GetStatus?id=0, and UDP ${shelly.udpPorts.join(" and ")}`]),
		...(settings.homewizard ? [`  homewizard ${url}/api/v1/data, as HomeWizard's P1 meter has it`] : []),
		...(discovery === undefined ? [] : [`  mdns       ${httpUrl(discovery.hostName, app.httpPort)}/`]),
		"  stop       Ctrl-C",
	];
}

/** Who else can read, and by which way that asks for no password. */
function readWarnings(settings: Settings): readonly string[] {
	if (settings.readAccess === "open") return [`whoever reaches ${settings.httpHost} can read the meter`];
	return unguardedBy(settings).map(({ message }) => `${message}, though readAccess is password`);
}

/** Warns of what the owner may not know: everyone on the network can read the meter, or write to the broker. */
export function startWarnings({ settings }: AppSettings, hasPassword: boolean): string[] {
	const { httpHost, mqtt, mqttHost, mqttUser, mqttTls, mqttVerify, readAccess } = settings;
	const isLocal = isLoopback(httpHost);
	return [
		...(isLocal ? [] : readWarnings(settings)),
		...(readAccess === "password" && !hasPassword
			? ["readAccess is password, but none has been chosen: nobody can read over HTTP. Choose one with --set-password"]
			: []),
		...(isLocal || !mqtt || mqttHost !== "" || mqttUser !== ""
			? []
			: ["the embedded broker has no password: set mqttUser and mqttPass in the settings, or --mqtt off"]),
		...(mqtt && mqttTls && !mqttVerify ? ["the broker's certificate is not checked (mqttVerify is false)"] : []),
	];
}

/** Net power in W, export negative; undefined where the meter does not say. */
function netPowerW(reading: Reading): number | undefined {
	const importW = reading.get(FIELD.powerImport_W);
	const exportW = reading.get(FIELD.powerExport_W);
	if (importW === undefined && exportW === undefined) return reading.get(FIELD.powerNet_W);
	return (importW ?? 0) - (exportW ?? 0);
}

function describePower(reading: Reading): string {
	const powerW = netPowerW(reading);
	if (powerW === undefined) return "no power row";
	return powerW < 0 ? `exporting ${-powerW} W` : `importing ${powerW} W`;
}

/** One line on how the app does: power, age of the reading, telegrams, HTTP clients, MQTT. */
export function statusLine({ meter, server, publisher }: App): string {
	const { reading, readingAgeMs, stale, counters, connected, linkDetail } = meter;
	const parts: string[] = [];
	if (reading === undefined || readingAgeMs === undefined) {
		parts.push(connected || linkDetail === "" ? "waiting for a telegram" : linkDetail);
	} else {
		parts.push(describePower(reading), `${Math.round(readingAgeMs / 1000)} s old${stale ? " (stale)" : ""}`);
	}
	parts.push(`telegrams ${counters.telegrams} good, ${rejectedTelegrams(counters)} bad`);
	parts.push(`HTTP ${server.openConnections}`);
	if (publisher !== undefined) parts.push(`MQTT ${publisher.status.state}`);
	return parts.join(" · ");
}
