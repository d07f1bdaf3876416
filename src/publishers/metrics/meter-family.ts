import { FIELD } from "../../core/obis-table.js";
import { type Family, labels } from "./family.js";

/** A family of values of the meter, all in one unit. */
export interface MeterFamily extends Family {
	/** UNIT that the values are kept in. */
	readonly unit: number;
	readonly samples: readonly MeterSample[];
}

/** Where a sample comes from. */
export interface MeterSample {
	readonly slot: number;
	/** With their braces; absent: none. */
	readonly labels?: Uint8Array;
}

type Names = readonly (keyof typeof FIELD)[];
/** Sets of labels, in the order in which a family names its slots. */
type Labels = readonly Uint8Array[];

/** Import, export. */
export const DIRECTION: Labels = [labels({ direction: "import" }), labels({ direction: "export" })];
/** L1, L2, L3. */
export const PHASE: Labels = ["L1", "L2", "L3"].map((phase) => labels({ phase }));
/** L1, L2, L3 of import, then of export. */
export const PHASE_AND_DIRECTION: Labels = ["import", "export"].flatMap((direction) =>
	["L1", "L2", "L3"].map((phase) => labels({ phase, direction })),
);
/** Tariffs 1 to 4 of import, then of export. */
export const DIRECTION_AND_TARIFF: Labels = ["import", "export"].flatMap((direction) =>
	["1", "2", "3", "4"].map((tariff) => labels({ direction, tariff })),
);
/** Quadrants 1 to 4. */
export const QUADRANT: Labels = ["1", "2", "3", "4"].map((quadrant) => labels({ quadrant }));
/** Relays 1 to 4. */
export const RELAY: Labels = ["1", "2", "3", "4"].map((relay) => labels({ relay }));

/** A family of the slots `names` in the order of `sets`, each with its labels; one name without any. */
export function family(base: Family, unit: number, names: Names, sets?: Labels): MeterFamily {
	const samples = names.map((name, index): MeterSample => {
		const set = sets?.[index];
		return Object.freeze({ slot: FIELD[name], ...(set === undefined ? {} : { labels: set }) });
	});
	return Object.freeze({ ...base, unit, samples: Object.freeze(samples) });
}
