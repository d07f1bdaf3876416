import type { Json } from "./homewizard-rules.js";

/**
 * Values of the fixtures of homewizard/python-homewizard-energy 60be21a, tests/v1/fixtures/HWE-P1: what its own tests expect
 * to be able to read. The rules have to accept them, but for what old firmware sent and the documentation forbids.
 */
export const DATA: Json = {
	wifi_ssid: "My Wi-Fi",
	wifi_strength: 100,
	smr_version: 50,
	meter_model: "ISKRA 2M550T-101",
	unique_id: "4E47475955",
	active_tariff: 2,
	total_power_import_kwh: 13779.338,
	total_power_import_t1_kwh: 10830.511,
	total_power_import_t2_kwh: 2948.827,
	total_power_export_kwh: 0,
	total_power_export_t1_kwh: 0,
	total_power_export_t2_kwh: 0,
	active_power_w: -543,
	active_power_l1_w: -676,
	active_power_l2_w: 133,
	active_power_l3_w: 0,
	active_current_l1_a: -4,
	active_current_l2_a: 2,
	active_current_l3_a: 0,
	active_frequency_hz: 50,
	voltage_sag_l1_count: 1,
	voltage_sag_l2_count: 1,
	voltage_sag_l3_count: 0,
	voltage_swell_l1_count: 0,
	voltage_swell_l2_count: 0,
	voltage_swell_l3_count: 0,
	any_power_fail_count: 4,
	long_power_fail_count: 5,
	total_gas_m3: 2569.646,
	gas_timestamp: 210606140010,
	gas_unique_id: "4E474C5944",
	active_power_average_w: 123,
	montly_power_peak_w: 1111,
	montly_power_peak_timestamp: 230101080010,
	external: [
		{ unique_id: "4E474C5944", type: "gas_meter", timestamp: 210606140010, value: 111.111, unit: "m3" },
		{ unique_id: "4E475241414459", type: "heat_meter", timestamp: 210606140010, value: 222.222, unit: "m3" },
		{ unique_id: "4E474D5943", type: "warm_water_meter", timestamp: 210606140010, value: 333.333, unit: "m3" },
		{ unique_id: "4E475347", type: "water_meter", timestamp: 210606140010, value: 444.444, unit: "m3" },
		{ unique_id: "4E4754414C414859", type: "inlet_heat_meter", timestamp: 210606140010, value: 555.555, unit: "m3" },
	],
};

/** data_minimal.json. */
export const DATA_MINIMAL: Json = {
	smr_version: 50,
	meter_model: "ISKRA 2M550T-101",
	wifi_ssid: "My Wi-Fi",
	wifi_strength: 100,
	total_power_import_t1_kwh: 10830.511,
	total_power_import_t2_kwh: 2948.827,
	total_power_export_t1_kwh: 1285.951,
	total_power_export_t2_kwh: 2876.51,
	active_power_w: -543,
	active_power_l1_w: -676,
	active_power_l2_w: 133,
	active_power_l3_w: 0,
	total_gas_m3: 2569.646,
	gas_timestamp: 210606140010,
};

/** device.json. */
export const DEVICE: Json = {
	product_type: "HWE-P1",
	product_name: "P1 Meter",
	serial: "3c39e7aabbcc",
	firmware_version: "2.11",
	api_version: "v1",
};
