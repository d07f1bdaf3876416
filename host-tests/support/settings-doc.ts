import { describeRange, type SettingDefinition } from "../../src/services/settings/definition.js";
import { SETTING_KEYS, SETTINGS, SETTINGS_VERSION } from "../../src/services/settings/table.js";

function code(value: string | number | boolean): string {
	return value === "" ? "(empty)" : `\`${JSON.stringify(value)}\``;
}

function defaultOf(definition: SettingDefinition): string {
	const { hostDefault } = definition;
	return hostDefault === undefined
		? code(definition.default)
		: `${code(definition.default)}, on a computer ${code(hostDefault)}`;
}

function orList(keys: readonly string[]): string {
	return keys
		.map((key) => `\`${key}\``)
		.join(", ")
		.replace(/, (?=[^,]*$)/, " or ");
}

function entryOf(key: string, definition: SettingDefinition): string {
	const marks = [
		...(definition.isHostOnly === true ? ["only on a computer"] : []),
		...(definition.isDeviceOnly === true ? ["only on a dongle"] : []),
		...(definition.isSecret === true ? ["secret: never shown, logged or published"] : []),
		...(definition.boundTo === undefined ? [] : [`to be given again when ${orList(definition.boundTo)} changes`]),
		...(definition.isImmediate === true ? ["a change counts at once, not at the next start"] : []),
	];
	return [
		`### \`${key}\``,
		"",
		`${definition.title}. ${definition.help}`,
		"",
		`- Must be ${describeRange(definition)}.`,
		`- Default: ${defaultOf(definition)}.`,
		...marks.map((mark) => `- ${mark[0]?.toUpperCase()}${mark.slice(1)}.`),
	].join("\n");
}

/** docs/settings.md, from the table of settings. */
export function settingsDocument(): string {
	return `# Settings

<!-- Made from src/services/settings/table.ts by \`npx vitest run host-tests/services/settings -u\`. -->

On a computer, settings stand in a JSON file: one object, every key optional. \`npm start\` reads \`p1-settings.json\` in the
current folder if it is there, or the file that \`--settings FILE\` names; an option on the command line stands above the file.
A password belongs in the file, which you make readable for yourself alone (\`chmod 600 p1-settings.json\`): a command line is
shown to everyone on the computer by \`ps\`.

\`\`\`json
{
  "source": "serial:/dev/ttyUSB0",
  "httpHost": "0.0.0.0",
  "mqttHost": "broker.lan",
  "mqttUser": "p1",
  "mqttPass": "…"
}
\`\`\`

With any mistake in it, none of the file counts, and the program says what is allowed. The optional key \`version\` says which
version of the settings the file is written for; it is ${SETTINGS_VERSION}.

They can be changed over HTTP, too, by who has the owner's password: docs/http-api.md. The file then is written, with its keys in
their places. On a dongle they are in its flash, as a whole: a power cut leaves the old ones or the new ones, never a mix.

## Keys

${SETTING_KEYS.map((key) => entryOf(key, SETTINGS[key])).join("\n\n")}
`;
}
