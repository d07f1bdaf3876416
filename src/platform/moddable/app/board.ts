import host from "platform/moddable/chip/host";
import type { Indicator } from "../../../ports/indicator.js";
import type { Settings } from "../../../services/settings/table.js";
import { Led } from "../../../services/supervisor/led.js";
import { MeterRequest } from "../../../services/supervisor/meter-request.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

/** What is on the board beside the chip, as the other parts know it. */
export type AppBoard = Output & {
	readonly indicator: Indicator;
	/** Absent where there is no light. */
	readonly led?: Led;
	/** Settings have changed. */
	applySettings(settings: Settings): void;
};

/** Lights the light, and asks the meter for telegrams. */
export function createBoard({ timers, log, settings }: Parts): AppBoard {
	if (host.openLight === undefined) {
		const indicator = { identify: () => log.info("identify: somebody asks which dongle this is") };
		return { indicator, applySettings() {} };
	}
	let mode = settings.led;
	const led = new Led({ light: host.openLight(), timers, mode: () => mode });
	const request = host.openDataRequest && new MeterRequest({ request: host.openDataRequest(), timers });
	return {
		indicator: led,
		led,
		listeners: request === undefined ? [] : [request],
		applySettings(changed) {
			mode = changed.led;
		},
		close() {
			led.close();
			request?.close();
		},
	};
}
