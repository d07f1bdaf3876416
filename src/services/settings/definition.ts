/** What kind of program reads the settings: a dongle, or the app on a computer. */
export type Platform = "device" | "host";

/** A pattern of texts; what it says is for people and ends a sentence that begins with "must be". */
export interface TextFormat {
	readonly expected: string;
	matches(text: string): boolean;
}

type Common<Value> = {
	/** For people, in a form and in the documentation. */
	readonly title: string;
	/** One or two sentences. */
	readonly help: string;
	readonly default: Value;
	/** Where it differs on a computer. */
	readonly hostDefault?: Value;
	/** Only the app on a computer has it. */
	readonly isHostOnly?: boolean;
	/** Only a dongle has it. */
	readonly isDeviceOnly?: boolean;
	/** Never shown, logged or published once it is set. */
	readonly isSecret?: boolean;
	/** Of a secret: settings that say whom it is told. Who changes one of them must give the secret again. */
	readonly boundTo?: readonly string[];
	/** A change counts at once; others wait for the next start. */
	readonly isImmediate?: boolean;
};

export type BooleanDefinition = Common<boolean> & { readonly type: "boolean" };

export type IntegerDefinition = Common<number> & {
	readonly type: "integer";
	/** Both included. */
	readonly min: number;
	readonly max: number;
};

export type ChoiceDefinition = Common<string> & { readonly type: "choice"; readonly choices: readonly string[] };

export type TextDefinition = Common<string> & {
	readonly type: "text";
	/** In UTF-16 code units; a text in NVS may have 4000 bytes. */
	readonly maxLength: number;
	/** An empty text is allowed whatever the format, and means that there is none. */
	readonly isOptional?: boolean;
	/** Absent: any text without control characters. */
	readonly format?: TextFormat;
};

/** One setting; a row of the table. */
export type SettingDefinition = BooleanDefinition | IntegerDefinition | ChoiceDefinition | TextDefinition;

/** The type of a setting's value. */
export type SettingValue<Definition extends SettingDefinition> = Definition extends BooleanDefinition
	? boolean
	: Definition extends IntegerDefinition
		? number
		: Definition extends ChoiceDefinition
			? Definition["choices"][number]
			: string;

/** Whether a kind of program has the setting. */
export function isOnPlatform(definition: SettingDefinition, platform: Platform): boolean {
	return (platform === "device" ? definition.isHostOnly : definition.isDeviceOnly) !== true;
}

/** The longest key that NVS takes. */
export const KEY_MAX_LENGTH = 15;

/** What a value must be, for people: ends a sentence that begins with "must be". */
export function describeRange(definition: SettingDefinition): string {
	switch (definition.type) {
		case "boolean":
			return "true or false";
		case "integer":
			return `a whole number from ${definition.min} to ${definition.max}`;
		case "choice":
			return `one of ${definition.choices.join(", ")}`;
		default: {
			const { maxLength, isOptional, format = PLAIN } = definition;
			return `${format.expected}, ${isOptional === true ? "or empty, " : ""}at most ${maxLength} characters`;
		}
	}
}

function hasControlCharacter(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x20 || code === 0x7f) return true;
	}
	return false;
}

/** Any text that is there and has no control characters. */
export const PLAIN: TextFormat = Object.freeze({
	expected: "a text without control characters",
	matches: (text: string) => text !== "" && !hasControlCharacter(text),
});

/** True when a value is of the definition's type and in its range. */
export function isValid(definition: SettingDefinition, value: unknown): boolean {
	switch (definition.type) {
		case "boolean":
			return typeof value === "boolean";
		case "integer":
			return Number.isInteger(value) && Number(value) >= definition.min && Number(value) <= definition.max;
		case "choice":
			return typeof value === "string" && definition.choices.includes(value);
		default: {
			if (typeof value !== "string" || value.length > definition.maxLength) return false;
			return value === "" ? definition.isOptional === true : (definition.format ?? PLAIN).matches(value);
		}
	}
}
