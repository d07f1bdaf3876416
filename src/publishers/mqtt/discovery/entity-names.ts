const LETTER_L = 0x4c;

function isUpper(code: number): boolean {
	return code >= 0x41 && code <= 0x5a;
}

function isDigit(code: number): boolean {
	return code >= 0x30 && code <= 0x39;
}

/** A phase, `L1` to `L3`, is a word of its own. */
function isPhaseAt(name: string, at: number): boolean {
	return name.charCodeAt(at) === LETTER_L && isDigit(name.charCodeAt(at + 1));
}

/**
 * The words of a name of the JSON with something between them: `powerImportL1` is `power_import_l1` or, for people,
 * `Power import L1`; `energyImportTariff1` is `Energy import tariff 1`.
 */
function split(name: string, separator: string, isForPeople: boolean): string {
	let text = "";
	for (let at = 0; at < name.length; at++) {
		const code = name.charCodeAt(at);
		const character = name.charAt(at);
		const isPhase = isPhaseAt(name, at);
		const isPhaseNumber = at > 0 && isPhaseAt(name, at - 1);
		const isNewNumber = isForPeople && isDigit(code) && !isPhaseNumber && !isDigit(name.charCodeAt(at - 1));
		if (at > 0 && (isUpper(code) || isNewNumber)) text += separator;
		if (isForPeople && at === 0) text += character.toUpperCase();
		else text += isForPeople && isPhase ? character : character.toLowerCase();
	}
	return text;
}

/** For people: `Reactive power import L1`. */
export function toWords(name: string): string {
	return split(name, " ", true);
}

/** For an entity's identifier: `reactive_power_import_l1`. */
export function toSnakeCase(name: string): string {
	return split(name, "_", false);
}

/** The longest slug, so that an announcement stays small whatever the base topic is. */
const SLUG_MAX_LENGTH = 32;

/** Lower-case letters and digits with single `_` between them; `p1` where nothing is left. */
export function toSlug(text: string): string {
	let slug = "";
	for (let at = 0; at < text.length && slug.length < SLUG_MAX_LENGTH; at++) {
		const code = text.charCodeAt(at);
		const lower = isUpper(code) ? code + 32 : code;
		if ((lower >= 0x61 && lower <= 0x7a) || isDigit(lower)) slug += String.fromCharCode(lower);
		else if (slug !== "" && !slug.endsWith("_")) slug += "_";
	}
	if (slug.endsWith("_")) slug = slug.slice(0, -1);
	return slug === "" ? "p1" : slug;
}
