import { JsonWriter } from "../../../core/json-writer.js";
import type { Resource } from "../../../http/router.js";
import type { Device } from "../../../ports/device.js";
import type { Indicator } from "../../../ports/indicator.js";
import type { Log } from "../../../ports/log.js";
import { MEASUREMENT_BYTES } from "../../../publishers/homewizard/measurement.js";
import { HOME_WIZARD_OFF, HomeWizardApi, type MeterView } from "../../../publishers/homewizard/routes.js";
import type { Settings } from "../../../services/settings/table.js";

/** What the app's HomeWizard-compatible API is made from. */
export type AppHomeWizardOptions = {
	readonly settings: Settings;
	readonly meter: MeterView;
	readonly device: Device;
	readonly log: Log;
};

/** The HomeWizard-compatible API; while it is off, what says so. */
export function openHomeWizard({ settings, meter, device, log }: AppHomeWizardOptions): Resource {
	if (!settings.homewizard) return HOME_WIZARD_OFF;
	// A computer has no light that is ours.
	const indicator: Indicator = { identify: () => log.info("identify: somebody asks which dongle this is") };
	return new HomeWizardApi({ meter, device, indicator, writer: new JsonWriter(new Uint8Array(MEASUREMENT_BYTES)) });
}
