import type { JsonWriter } from "../../core/json-writer.js";
import { VERSION } from "../../version.js";

/** How the device presents itself. */
export interface DeviceInfo {
	/** What people call it. */
	readonly name: string;
	/** 12 lower-case hexadecimal digits. */
	readonly serial: string;
}

/** The version of Shelly's firmware whose API this is like; some programs compare it. */
const API_VERSION = "1.4.4";

/** As Shelly devices name themselves: the model and the serial number. */
export function shellyId({ serial }: DeviceInfo): string {
	return `shellypro3em-${serial}`;
}

/**
 * The result of Shelly.GetDeviceInfo, and what is at `/shelly`: a Pro 3EM of generation 2 that measures three phases as one,
 * without password. Its firmware is named as ours.
 * @see https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Shelly (1.0)
 */
export function writeDeviceInfo(writer: JsonWriter, info: DeviceInfo): void {
	writer.openObject();
	writer.name("name");
	writer.string(info.name);
	writer.name("id");
	writer.string(shellyId(info));
	writer.name("mac");
	writer.string(info.serial.toUpperCase());
	writer.name("slot");
	writer.number(1);
	writer.name("model");
	writer.string("SPEM-003CEBEU");
	writer.name("gen");
	writer.number(2);
	writer.name("fw_id");
	writer.string(`p1-dongle/${VERSION}`);
	writer.name("ver");
	writer.string(API_VERSION);
	writer.name("app");
	writer.string("Pro3EM");
	writer.name("auth_en");
	writer.boolean(false);
	writer.name("auth_domain");
	writer.null();
	writer.name("profile");
	writer.string("triphase");
	writer.closeObject();
}
