/**
 * What Home Assistant takes, as data. Read in home-assistant/core: components/mqtt/discovery.py (branch dev, 2026-09-02),
 * components/mqtt/schemas.py (0f5c1b5; `default_entity_id` is of 2025.10), components/mqtt/abbreviations.py,
 * components/mqtt/sensor.py and binary_sensor.py, components/sensor/const.py (3fd1a33; `reactive_energy` is of 2025.6),
 * components/energy/validate.py (with POWER_USAGE_UNITS).
 */

/** mqtt/discovery.py, TOPIC_MATCHER: below `<prefix>/`. */
export const TOPIC_MATCHER =
	/^(?<component>\w+)\/(?:(?<node_id>[a-zA-Z0-9_-]+)\/)?(?<object_id>[a-zA-Z0-9_-]+)\/config$/;

/** mqtt/schemas.py, DEVICE_DISCOVERY_SCHEMA with MQTT_AVAILABILITY_SCHEMA: any other key rejects the whole message. */
export const ROOT_KEYS: readonly string[] = [
	"device",
	"origin",
	"components",
	"state_topic",
	"command_topic",
	"qos",
	"encoding",
	"availability",
	"availability_mode",
	"availability_topic",
	"availability_template",
	"payload_available",
	"payload_not_available",
];

/** mqtt/schemas.py, MQTT_ENTITY_DEVICE_INFO_SCHEMA: any other key rejects the whole message. */
export const DEVICE_KEYS: readonly string[] = [
	"identifiers",
	"connections",
	"manufacturer",
	"model",
	"model_id",
	"name",
	"hw_version",
	"serial_number",
	"sw_version",
	"via_device",
	"suggested_area",
	"configuration_url",
];

/** mqtt/schemas.py, MQTT_ORIGIN_INFO_SCHEMA. */
export const ORIGIN_KEYS: readonly string[] = ["name", "sw_version", "support_url"];

/** mqtt/schemas.py, MQTT_AVAILABILITY_LIST_SCHEMA. */
export const AVAILABILITY_KEYS: readonly string[] = [
	"topic",
	"payload_available",
	"payload_not_available",
	"value_template",
];
export const AVAILABILITY_MODES: readonly string[] = ["all", "any", "latest"];

/** mqtt/schemas.py, MQTT_ENTITY_COMMON_SCHEMA, and the schemas of the platforms; another key is dropped, so it is a mistake. */
const COMMON_KEYS = [
	"platform",
	"unique_id",
	"default_entity_id",
	"name",
	"device_class",
	"entity_category",
	"enabled_by_default",
	"icon",
	"state_topic",
	"value_template",
	"expire_after",
	"force_update",
	"availability",
	"availability_mode",
	"qos",
];
export const PLATFORM_KEYS: Readonly<Record<string, readonly string[]>> = {
	sensor: [...COMMON_KEYS, "state_class", "unit_of_measurement", "suggested_display_precision", "options"],
	binary_sensor: [...COMMON_KEYS, "payload_on", "payload_off", "off_delay"],
};

/** mqtt/abbreviations.py, as far as it is of use to a sensor. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
	avty: "availability",
	avty_mode: "availability_mode",
	avty_t: "availability_topic",
	avty_tpl: "availability_template",
	cmps: "components",
	def_ent_id: "default_entity_id",
	dev: "device",
	dev_cla: "device_class",
	e: "encoding",
	en: "enabled_by_default",
	ent_cat: "entity_category",
	exp_aft: "expire_after",
	frc_upd: "force_update",
	ic: "icon",
	o: "origin",
	ops: "options",
	p: "platform",
	pl_avail: "payload_available",
	pl_not_avail: "payload_not_available",
	stat_cla: "state_class",
	stat_t: "state_topic",
	sug_dsp_prc: "suggested_display_precision",
	t: "topic",
	uniq_id: "unique_id",
	unit_of_meas: "unit_of_measurement",
	val_tpl: "value_template",
};
export const DEVICE_ABBREVIATIONS: Readonly<Record<string, string>> = {
	cu: "configuration_url",
	cns: "connections",
	ids: "identifiers",
	mf: "manufacturer",
	mdl: "model",
	mdl_id: "model_id",
	hw: "hw_version",
	sw: "sw_version",
	sa: "suggested_area",
	sn: "serial_number",
};
export const ORIGIN_ABBREVIATIONS: Readonly<Record<string, string>> = { sw: "sw_version", url: "support_url" };

const ENERGY_UNITS = [
	"J",
	"kJ",
	"MJ",
	"GJ",
	"mWh",
	"Wh",
	"kWh",
	"MWh",
	"GWh",
	"TWh",
	"cal",
	"kcal",
	"Mcal",
	"Gcal",
] as const;

/** sensor/const.py, DEVICE_CLASS_UNITS and DEVICE_CLASS_STATE_CLASSES; undefined is no unit. */
export const DEVICE_CLASSES: Readonly<
	Record<string, { readonly units: readonly (string | undefined)[]; readonly stateClasses: readonly string[] }>
> = {
	apparent_power: { units: ["mVA", "VA", "kVA"], stateClasses: ["measurement"] },
	current: { units: ["A", "mA"], stateClasses: ["measurement"] },
	duration: {
		units: ["d", "h", "min", "s", "ms", "µs"],
		stateClasses: ["measurement", "measurement_angle", "total", "total_increasing"],
	},
	energy: { units: ENERGY_UNITS, stateClasses: ["total", "total_increasing"] },
	enum: { units: [undefined], stateClasses: [] },
	frequency: { units: ["Hz", "kHz", "MHz", "GHz"], stateClasses: ["measurement"] },
	gas: { units: ["CCF", "ft³", "m³", "L", "MCF"], stateClasses: ["total", "total_increasing"] },
	power: { units: ["mW", "W", "kW", "MW", "GW", "TW", "BTU/h"], stateClasses: ["measurement"] },
	power_factor: { units: ["%", undefined], stateClasses: ["measurement"] },
	reactive_energy: { units: ["varh", "kvarh"], stateClasses: ["total", "total_increasing"] },
	reactive_power: { units: ["mvar", "var", "kvar"], stateClasses: ["measurement"] },
	timestamp: { units: [undefined], stateClasses: [] },
	voltage: { units: ["V", "mV", "µV", "kV", "MV"], stateClasses: ["measurement"] },
	volume: { units: ["CCF", "ft³", "m³", "L", "mL", "gal", "fl. oz."], stateClasses: ["total", "total_increasing"] },
	water: { units: ["CCF", "ft³", "m³", "gal", "L"], stateClasses: ["total", "total_increasing"] },
};

/** binary_sensor, BinarySensorDeviceClass, as far as it is used. */
export const BINARY_DEVICE_CLASSES: readonly string[] = ["connectivity"];

/** sensor/const.py, SensorStateClass. */
export const STATE_CLASSES: readonly string[] = ["measurement", "measurement_angle", "total", "total_increasing"];

/** energy/validate.py: what a source of the Energy dashboard may be. */
export const ENERGY_DASHBOARD: Readonly<
	Record<
		string,
		{ readonly deviceClass: string; readonly units: readonly string[]; readonly stateClasses: readonly string[] }
	>
> = {
	grid: { deviceClass: "energy", units: ENERGY_UNITS, stateClasses: ["total", "total_increasing"] },
	power: { deviceClass: "power", units: ["mW", "W", "kW", "MW", "GW", "TW", "BTU/h"], stateClasses: ["measurement"] },
	gas: { deviceClass: "gas", units: ["CCF", "ft³", "m³", "L", "MCF"], stateClasses: ["total", "total_increasing"] },
	water: {
		deviceClass: "water",
		units: ["CCF", "ft³", "m³", "gal", "L", "MCF"],
		stateClasses: ["total", "total_increasing"],
	},
};

/** helpers/entity.py, ENTITY_CATEGORIES_SCHEMA. */
export const ENTITY_CATEGORIES: readonly string[] = ["config", "diagnostic"];
