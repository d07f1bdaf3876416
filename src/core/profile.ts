import type { TimeRule } from "./timestamp.js";

/**
 * The kinds of P1 port. `p1` is a port with a CRC that shows no mark of the others (Hungary, Poland and Austria in
 * host-tests/telegrams): flagged Central European time and nothing assumed besides.
 */
export type ProfileId = "se" | "dsmr2" | "dsmr4" | "dsmr5" | "be" | "lu" | "lt" | "p1";

export interface Profile {
	readonly id: ProfileId;
	/** For people. */
	readonly name: string;
	readonly time: TimeRule;
	/** False for ports that end a telegram with a bare `!` (DSMR 2.2 and 3). */
	readonly crcRequired: boolean;
	/** What tariff indicator 1 and 2 mean, where there is a national rule. */
	readonly tariffNames?: readonly [tariff1: "low" | "normal", tariff2: "low" | "normal"];
}

const CENTRAL_EUROPEAN: TimeRule = Object.freeze({ standardOffsetMinutes: 60, fixed: false });
const EASTERN_EUROPEAN: TimeRule = Object.freeze({ standardOffsetMinutes: 120, fixed: false });
/** Normal time all year, the flag always W (Branschrekommendation 2.0, bilaga 1). */
const SWEDISH_NORMAL: TimeRule = Object.freeze({ standardOffsetMinutes: 60, fixed: true });

/** 0-0:96.14.0 in the Netherlands: 1 is low, 2 is normal (DSMR 5.0.2 §6.10). */
const LOW_FIRST = Object.freeze(["low", "normal"] as const);
/** In Belgium the same registers are swapped: 1 is the day tariff, 2 the night (e-MUCS_P1 1.7.1). */
const NORMAL_FIRST = Object.freeze(["normal", "low"] as const);

/** Every profile by its identifier. */
export const PROFILES: { readonly [Id in ProfileId]: Profile & { readonly id: Id } } = Object.freeze({
	se: Object.freeze({ id: "se", name: "Sweden, P1 5.0.2", time: SWEDISH_NORMAL, crcRequired: true }),
	dsmr2: Object.freeze({
		id: "dsmr2",
		name: "Netherlands, DSMR 2.2 or 3",
		time: CENTRAL_EUROPEAN,
		crcRequired: false,
		tariffNames: LOW_FIRST,
	}),
	dsmr4: Object.freeze({
		id: "dsmr4",
		name: "Netherlands, DSMR 4",
		time: CENTRAL_EUROPEAN,
		crcRequired: true,
		tariffNames: LOW_FIRST,
	}),
	dsmr5: Object.freeze({
		id: "dsmr5",
		name: "Netherlands, DSMR 5",
		time: CENTRAL_EUROPEAN,
		crcRequired: true,
		tariffNames: LOW_FIRST,
	}),
	be: Object.freeze({
		id: "be",
		name: "Belgium, e-MUCS",
		time: CENTRAL_EUROPEAN,
		crcRequired: true,
		tariffNames: NORMAL_FIRST,
	}),
	lu: Object.freeze({ id: "lu", name: "Luxembourg", time: CENTRAL_EUROPEAN, crcRequired: true }),
	lt: Object.freeze({ id: "lt", name: "Lithuania", time: EASTERN_EUROPEAN, crcRequired: true }),
	p1: Object.freeze({ id: "p1", name: "other P1 port", time: CENTRAL_EUROPEAN, crcRequired: true }),
} as const);

/** The identifiers in the order in which a person would look for them. */
export const PROFILE_IDS: readonly ProfileId[] = Object.freeze(Object.keys(PROFILES) as ProfileId[]);
