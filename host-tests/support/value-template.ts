type Json = Record<string, unknown>;

const NAME = "[A-Za-z][A-Za-z0-9]*";
const DIRECT = new RegExp(`^value_json\\.(?<name>${NAME})$`);
const MBUS = new RegExp(
	`^value_json\\.mbus\\|default\\(\\[\\]\\)\\|selectattr\\('channel','eq',(?<channel>\\d)\\)\\|map\\(attribute='(?<name>${NAME})'\\)\\|first$`,
);
const PLAIN = /^\{\{(?<member>.+)\|default\(none\)\}\}$/;
const KILO = /^\{%set v=(?<member>.+)%\}\{\{v\/1000 if v is defined else none\}\}$/;
const TEXT = /^\{\{\((?<member>.+)\|default\(none\)\|string\)\[:255\]\}\}$/;
const NET =
	/^\{%set i=value_json\.(?<i>\w+)%\}\{%set e=value_json\.(?<e>\w+)%\}\{\{i-e if i is defined and e is defined else none\}\}$/;
const CHOICE = /^\{\{'(?<yes>\w+)' if value_json\.(?<name>\w+) else '(?<no>\w+)'\}\}$/;

/** As Python prints it: `4.0` stays `4.0` after a division, `4` is `4` before it. */
function pythonText(value: unknown, isQuotient = false): string {
	if (value === undefined) return "None";
	if (typeof value === "number" && isQuotient && Number.isInteger(value)) return `${value}.0`;
	return String(value);
}

/** The member that an expression stands for; undefined when it is absent. @throws RangeError for any other expression. */
function member(expression: string, json: Json): unknown {
	const direct = DIRECT.exec(expression)?.groups?.name;
	if (direct !== undefined) return json[direct];
	const { channel, name = "" } = MBUS.exec(expression)?.groups ?? {};
	if (channel === undefined) throw new RangeError(`not understood: ${expression}`);
	const devices = (json.mbus ?? []) as Json[];
	return devices.find((device) => device.channel === Number(channel))?.[name];
}

/** Renders a template as Home Assistant would, for the few forms that are announced. @throws RangeError for any other form. */
export function renderTemplate(template: string, json: Json): string {
	const plain = PLAIN.exec(template)?.groups?.member;
	if (plain !== undefined) return pythonText(member(plain, json));
	const kilo = KILO.exec(template)?.groups?.member;
	if (kilo !== undefined) {
		const value = member(kilo, json);
		return pythonText(typeof value === "number" ? value / 1000 : undefined, true);
	}
	const text = TEXT.exec(template)?.groups?.member;
	if (text !== undefined) return pythonText(member(text, json)).slice(0, 255);
	const net = NET.exec(template)?.groups;
	if (net !== undefined) {
		const [i, e] = [json[net.i ?? ""], json[net.e ?? ""]];
		return pythonText(typeof i === "number" && typeof e === "number" ? i - e : undefined);
	}
	const choice = CHOICE.exec(template)?.groups;
	if (choice !== undefined) return String(json[choice.name ?? ""] === true ? choice.yes : choice.no);
	throw new RangeError(`not understood: ${template}`);
}
