import { describe, expect, test } from "vitest";
import { decodeStream } from "../../../../src/platform/node/decode/decode-stream.js";
import type { ObisListing } from "../../../../src/platform/node/decode/obis-objects.js";
import { type CorpusTelegram, readCorpus } from "../../../support/corpus.js";
import { readIndependently, type TimeZoneRule } from "../../../support/independent-reading.js";

type DecodedLine = ObisListing & {
	readonly ok: boolean;
	readonly profile: string;
	readonly identification: string;
	readonly error: object;
};

/** Profiles by folder, and by file where a folder holds several kinds. */
const PROFILES: Readonly<Record<string, string>> = {
	se: "se",
	"nl-v2": "dsmr2",
	"nl-v3": "dsmr2",
	"nl-v4": "dsmr4",
	"nl-v5": "dsmr5",
	be: "be",
	lu: "lu",
	"lt-other/lt-eso-anonymised": "lt",
	"lt-other/hu-eon": "p1",
	"lt-other/pl-gama150": "p1",
	"lt-other/at-est-t210d-a": "dsmr5",
	// 1-3:0.2.8(50) in a telegram that is DSMR 4 in all else.
	"nl-v4/mcs-42": "dsmr5",
	"malformed/crc-wrong-abcd": "dsmr4",
	"malformed/crc-wrong-0000": "dsmr4",
	"malformed/spec-example-4.0-522b": "dsmr4",
	"malformed/se-crc-off-by-one-64c2": "se",
	"malformed/se-kamstrup-edited-3af8": "se",
	"malformed/fluvius-placeholder-aaaa": "be",
};

/** Codes that no standard at hand names. */
const UNKNOWN: Readonly<Record<string, readonly string[]>> = {
	"lt-other/pl-gama150": ["0-0:94.98.31", "0-0:94.98.32", "0-0:94.98.33"],
};

/** Rows with a time stamp that is none; a value beside it stands. */
const MALFORMED: Readonly<Record<string, readonly string[]>> = {
	// (632525252525S)(00000.000): month 25
	"lu/smarty-spec-example": ["0-2:24.2.1", "0-3:24.2.1"],
	// (250000000000W) and (000000000000W): month 0
	"malformed/se-kamstrup-edited-3af8": ["0-0:1.0.0"],
	"nl-v4/mcs-42": ["0-0:1.0.0"],
};

function profileOf({ name, folder }: CorpusTelegram): string | undefined {
	return PROFILES[name] ?? PROFILES[folder];
}

function timeRuleOf(telegram: CorpusTelegram): TimeZoneRule {
	const profile = profileOf(telegram);
	if (profile === "se") return "sweden";
	return profile === "lt" ? "eastern-europe" : "central-europe";
}

async function decode(bytes: Uint8Array, chunkBytes = 65_536): Promise<DecodedLine[]> {
	async function* chunks(): AsyncGenerator<Uint8Array> {
		for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
	}
	let text = "";
	await decodeStream(chunks(), { profile: "auto", withObis: true }, async (lines) => {
		text += lines;
	});
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as DecodedLine);
}

/** The telegram with the CRC that fits its bytes, so that the rows of damaged ones are compared as well. */
function withFittingCrc({ bytes, expected }: CorpusTelegram): Uint8Array {
	if (expected.crc.ok !== false) return bytes;
	const telegram = Buffer.from(bytes);
	telegram.write(expected.crc.computed, telegram.lastIndexOf("!") + 1, "latin1");
	return telegram;
}

const corpus = readCorpus();

describe("decode on the corpus", () => {
	test("has every folder", () => {
		expect(new Set(corpus.map(({ folder }) => folder))).toEqual(
			new Set(["be", "lt-other", "lu", "malformed", "nl-v2", "nl-v3", "nl-v4", "nl-v5", "se"]),
		);
		expect(corpus.length).toBeGreaterThanOrEqual(49);
	});

	test.each(corpus)("$name: every row equals the independent reading", async (telegram) => {
		const { name, expected } = telegram;
		const lines = await decode(withFittingCrc(telegram));
		expect(lines).toHaveLength(1);
		const [line] = lines;
		expect(line).toMatchObject({ ok: true, profile: profileOf(telegram), identification: expected.identification });
		const unknown = UNKNOWN[name] ?? [];
		const malformed = MALFORMED[name] ?? [];
		expect(line?.unknown).toEqual(unknown);
		expect(line?.malformed).toEqual(malformed);
		const independent: Record<string, object> = {};
		for (const [code, groups] of Object.entries(expected.objects)) {
			if (unknown.includes(code)) continue;
			const read = readIndependently(code, groups, timeRuleOf(telegram));
			const isEmpty = groups.every((group) => group === "");
			if (isEmpty || Object.keys(read).length > 0) independent[code] = read;
			else expect(malformed).toContain(code);
		}
		expect(line?.objects).toEqual(independent);
		expect(Object.keys(independent).length).toBeGreaterThan(5);
	});

	const damaged = corpus.filter(({ expected }) => expected.crc.ok === false);

	test.each(damaged)("$name: rejected with the printed and the right CRC", async ({ bytes, expected }) => {
		const offset = Buffer.from(bytes).lastIndexOf("!") + 1;
		const { printed, computed } = expected.crc;
		expect(await decode(bytes)).toEqual([
			{ ok: false, error: { code: "crc-mismatch", offset, expected: printed, actual: computed } },
		]);
	});

	test("all files in one stream, byte by byte or in blocks, give the same lines as one by one", async () => {
		// One port has one meter: without CRCs it sends telegrams of one length, and with them it does not stop sending them.
		const hasCrc = ({ expected }: CorpusTelegram): boolean => expected.crc.ok !== null;
		const files = [...corpus.filter((file) => !hasCrc(file)).slice(0, 1), ...corpus.filter(hasCrc)];
		const single: DecodedLine[] = [];
		for (const { bytes } of files) single.push(...(await decode(bytes)));
		const all = Buffer.concat(files.map(({ bytes }) => bytes));
		const stripOffsets = (lines: readonly DecodedLine[]): unknown[] =>
			lines.map((line) => (line.ok ? line : { ...line, error: { ...line.error, offset: 0 } }));
		expect(stripOffsets(await decode(all))).toEqual(stripOffsets(single));
		expect(await decode(all, 1)).toEqual(await decode(all));
		expect(await decode(all, 1000)).toEqual(await decode(all));
	});
});
