/**
 * What ESP Web Tools reads, as its documentation has it: https://esphome.github.io/esp-web-tools/ ("Creating your manifest") and the
 * README of esp-web-tools 10 (chip families: those of its esptool-js).
 */
export const WEB_MANIFEST_SCHEMA = {
	type: "object",
	required: ["name", "version", "builds"],
	additionalProperties: false,
	properties: {
		name: { type: "string", minLength: 1 },
		version: { type: "string", minLength: 1 },
		home_assistant_domain: { type: "string" },
		funding_url: { type: "string" },
		// Asks whether to erase; without it a first installation erases all.
		new_install_prompt_erase: { type: "boolean" },
		// Seconds; 0 turns Improv off.
		new_install_improv_wait_time: { type: "integer", minimum: 0 },
		builds: {
			type: "array",
			minItems: 1,
			items: {
				type: "object",
				required: ["chipFamily", "parts"],
				additionalProperties: false,
				properties: {
					chipFamily: {
						enum: ["ESP32", "ESP32-C2", "ESP32-C3", "ESP32-C6", "ESP32-H2", "ESP32-S2", "ESP32-S3", "ESP8266"],
					},
					parts: {
						type: "array",
						minItems: 1,
						items: {
							type: "object",
							required: ["path", "offset"],
							additionalProperties: false,
							properties: {
								// Relative to the manifest.
								path: { type: "string", pattern: "^[\\w.-]+\\.bin$" },
								offset: { type: "integer", minimum: 0, multipleOf: 4096 },
							},
						},
					},
				},
			},
		},
	},
} as const;
