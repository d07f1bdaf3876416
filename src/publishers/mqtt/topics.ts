/** Longest base topic in characters, so that every topic fits a small fixed buffer. */
export const BASE_TOPIC_MAX_LENGTH = 64;

export type BaseTopicError = {
	readonly code: "empty" | "too-long" | "bad-character" | "empty-level" | "reserved";
	/** Index of the first bad character; 0 where the whole is meant. */
	readonly offset: number;
	/** What is allowed, for people. */
	readonly expected: string;
};

export type BaseTopicResult =
	| { readonly ok: true; readonly baseTopic: string }
	| { readonly ok: false; readonly error: BaseTopicError };

export type MqttTopics = {
	/** What all of them are under. */
	readonly base: string;
	/** Retained JSON of the newest reading. */
	readonly state: string;
	/** Retained `online` or `offline`. */
	readonly status: string;
	/** A value's topic is this and its name. */
	readonly valuePrefix: string;
};

function fail(code: BaseTopicError["code"], offset: number, expected: string): BaseTopicResult {
	return { ok: false, error: { code, offset, expected } };
}

/**
 * Checks a base topic as an owner enters it: levels of printable ASCII without space, `+` and `#`, parted by `/`.
 * @returns the base topic, or what is wrong with it; never throws.
 * @see MQTT 3.1.1 §4.7 (wildcards, levels, topics that begin with `$` belong to the broker) */
export function parseBaseTopic(text: string): BaseTopicResult {
	if (text.length === 0) return fail("empty", 0, "a name such as p1 or house/p1");
	if (text.length > BASE_TOPIC_MAX_LENGTH) {
		return fail("too-long", BASE_TOPIC_MAX_LENGTH, `at most ${BASE_TOPIC_MAX_LENGTH} characters`);
	}
	if (text.startsWith("$")) return fail("reserved", 0, "no $ at the beginning: such topics belong to the broker");
	for (let i = 0; i < text.length; i++) {
		const character = text.charCodeAt(i);
		if (character <= 0x20 || character >= 0x7f || character === 0x23 || character === 0x2b) {
			return fail("bad-character", i, "letters, digits and signs other than + and #, no space");
		}
		if (character === 0x2f && (i === 0 || i === text.length - 1 || text.charCodeAt(i - 1) === 0x2f)) {
			return fail("empty-level", i, "a name before and after each /");
		}
	}
	return { ok: true, baseTopic: text };
}

/** The topics under a base topic that {@link parseBaseTopic} has passed. */
export function topicsUnder(baseTopic: string): MqttTopics {
	return {
		base: baseTopic,
		state: `${baseTopic}/state`,
		status: `${baseTopic}/status`,
		valuePrefix: `${baseTopic}/value/`,
	};
}
