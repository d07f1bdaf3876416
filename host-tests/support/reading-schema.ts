import {
	FIELD,
	KIND,
	MBUS_CHANNELS,
	MBUS_FIELD,
	METER_SLOTS,
	mbusSlot,
	SLOT_ACCEPTS,
	SLOT_FACTS,
	SLOT_KIND,
} from "../../src/core/obis-table.js";
import { PROFILE_IDS, PROFILES } from "../../src/core/profile.js";
import { mbusMedium } from "../../src/core/reading-json.js";
import { SIGNED_UNITS, UNIT, UNITS } from "../../src/core/units.js";

/** A JSON schema as data. */
export type Schema = { readonly [keyword: string]: unknown };

/** How people write the units that the JSON has. */
const UNIT_TEXTS: Readonly<Record<string, string>> = { Varh: "varh", Var: "var", M3: "m³", S: "s" };

const INSTANT = "#/components/schemas/Instant";

/** Names that are no words. */
const NAME_TEXTS: Readonly<Record<string, string>> = { p1Version: "P1 version", emucsVersion: "e-MUCS version" };

/** "reactivePowerImportL1" to "Reactive power import L1". */
function words(name: string): string {
	const known = NAME_TEXTS[name];
	if (known !== undefined) return known;
	const text = name.replace(/([A-Z]\d?|\d+)/g, (part) => (/^L\d$/.test(part) ? ` ${part}` : ` ${part.toLowerCase()}`));
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function codeOf(slot: number): string {
	const code = SLOT_FACTS[slot]?.code ?? "";
	return code === "" ? `second part of ${SLOT_FACTS[slot - 1]?.code}` : code;
}

/** The names and schemas under which a slot's value may appear: one for each unit that the slot believes. */
function propertiesOf(slot: number, name: string, code: string): [string, Schema][] {
	const properties: [string, Schema][] = [];
	for (const [unit, { json, jsonDecimals }] of UNITS.entries()) {
		if ((((SLOT_ACCEPTS[slot] ?? 0) >> unit) & 1) === 0) continue;
		const source = `(OBIS ${code})`;
		if (unit === UNIT.time) {
			properties.push([name, { $ref: INSTANT, description: `${words(name)}, UTC ${source}.` }]);
		} else if (unit === UNIT.text) {
			properties.push([name, { type: "string", description: `${words(name)}, text ${source}.` }]);
		} else {
			const quantity =
				json === ""
					? `, ${unit === UNIT.milli ? "a ratio" : "a number as the meter sends it"}`
					: `, in ${UNIT_TEXTS[json] ?? json}`;
			const range = (SIGNED_UNITS >> unit) & 1 ? {} : { minimum: 0 };
			const type = jsonDecimals === 0 ? "integer" : "number";
			properties.push([name + json, { type, ...range, description: `${words(name)}${quantity} ${source}.` }]);
		}
	}
	return properties;
}

function meterProperties(): Record<string, Schema> {
	const properties: [string, Schema][] = [];
	for (let slot = FIELD.time + 1; slot < METER_SLOTS; slot++) {
		if (SLOT_KIND[slot] === KIND.log) continue;
		properties.push(...propertiesOf(slot, SLOT_FACTS[slot]?.name ?? "", codeOf(slot)));
	}
	return Object.fromEntries(properties);
}

/** As the serializer names the rows of a channel: what several kinds of meters send in different rows has one name. */
function channelProperties(): Record<string, Schema> {
	const slotOf = (field: number) => mbusSlot(1, field);
	const codes = (...fields: number[]) =>
		fields.map((field) => codeOf(slotOf(field)).replace("0-1:", "0-n:")).join(", ");
	const registers = [MBUS_FIELD.register_dm3, MBUS_FIELD.registerUnconverted_dm3, MBUS_FIELD.registerDsmr3_dm3];
	const identifiers = [MBUS_FIELD.equipmentIdentifier, MBUS_FIELD.equipmentIdentifierBelgium];
	const media = new Set<string>();
	for (let deviceType = 0; deviceType < 256; deviceType++) {
		const medium = mbusMedium(deviceType);
		if (medium !== undefined) media.add(medium);
	}
	const simple = (field: number) => propertiesOf(slotOf(field), SLOT_FACTS[slotOf(field)]?.name ?? "", codes(field));
	return {
		channel: { type: "integer", minimum: 1, maximum: MBUS_CHANNELS, description: "M-Bus channel, the n of its codes." },
		...Object.fromEntries(simple(MBUS_FIELD.deviceType)),
		medium: { enum: [...media].sort(), description: "What the device type stands for (EN 13757-3)." },
		...Object.fromEntries(propertiesOf(slotOf(identifiers[0] ?? 0), "equipmentIdentifier", codes(...identifiers))),
		...Object.fromEntries(simple(MBUS_FIELD.connectionIdentifier)),
		...Object.fromEntries(simple(MBUS_FIELD.valveState)),
		...Object.fromEntries(
			propertiesOf(slotOf(registers[0] ?? 0), "register", codes(...registers)).map(([name, schema]) => {
				const quantity = name === "registerM3" ? "volume" : "energy";
				const description = String(schema.description).replace("Register", `${words(quantity)} register`);
				return [name.replace("register", quantity), { ...schema, description }];
			}),
		),
		time: { $ref: INSTANT, description: "When the register was read, UTC; its own time and not the reading's." },
	};
}

/** The schemas of docs/http-api.yaml that follow from the table of OBIS codes. */
export function tableSchemas(): Record<"Profile" | "Reading" | "MbusDevice", Schema> {
	return {
		Profile: {
			description: "The kind of P1 port.",
			oneOf: PROFILE_IDS.map((id) => ({ const: id, description: `${PROFILES[id].name}.` })),
		},
		Reading: {
			description:
				"What one telegram says. Import is from the grid, export to it. The unit is in the name; numbers are exact. " +
				"What the meter did not send, or sent damaged, is absent: never 0, never null.",
			type: "object",
			additionalProperties: false,
			required: ["stale", "profile", "identification"],
			properties: {
				stale: { type: "boolean", description: "The meter has been silent for more than three of its push intervals." },
				profile: { $ref: "#/components/schemas/Profile" },
				identification: { type: "string", description: "The identification line without its `/`: make and model." },
				time: { $ref: INSTANT, description: `The meter's time of the reading, UTC (OBIS ${codeOf(FIELD.time)}).` },
				meterTime: { type: "string", description: "The same as the meter wrote it." },
				...meterProperties(),
				tariff: { enum: ["low", "normal"], description: "What tariffIndicator means, where there is a national rule." },
				powerFailureLog: {
					type: "array",
					description: `Long power failures, as the meter lists them (OBIS ${codeOf(FIELD.powerFailureLog)}).`,
					items: { $ref: "#/components/schemas/PowerFailure" },
				},
				demandHistory: {
					type: "array",
					description: `The highest demand of each month, as the meter lists them (OBIS ${codeOf(FIELD.demandHistory)}).`,
					items: { $ref: "#/components/schemas/DemandPeak" },
				},
				mbus: {
					type: "array",
					maxItems: MBUS_CHANNELS,
					description: "Meters for gas, water, heat or cold that the electricity meter reads.",
					items: { $ref: "#/components/schemas/MbusDevice" },
				},
			},
		},
		MbusDevice: {
			type: "object",
			additionalProperties: false,
			required: ["channel"],
			properties: channelProperties(),
		},
	};
}
