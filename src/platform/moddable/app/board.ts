import host from "platform/moddable/chip/host";
import type { Indicator } from "../../../ports/indicator.js";
import type { Settings } from "../../../services/settings/table.js";
import { Led } from "../../../services/supervisor/led.js";
import { MeterRequest } from "../../../services/supervisor/meter-request.js";
import { SupplyWatch } from "../../../services/supply-watch.js";
import { describeError } from "../guard.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

/** What is on the board beside the chip, as the other parts know it. */
export type AppBoard = Output & {
	readonly indicator: Indicator;
	/** Absent where there is no light. */
	readonly led?: Led;
	/** Undefined where the supply is not measured. */
	readonly supply?: SupplyWatch | undefined;
	/** Settings have changed. */
	applySettings(settings: Settings): void;
};

/** Lights the light, measures the supply, and asks the meter for telegrams. */
export function createBoard(parts: Parts): AppBoard {
	const { timers, log, settings } = parts;
	if (host.openLight === undefined) {
		const indicator = { identify: () => log.info("identify: somebody asks which dongle this is") };
		return { indicator, applySettings() {} };
	}
	let mode = settings.led;
	const led = new Led({ light: host.openLight(), timers, mode: () => mode });
	const request = host.openDataRequest && new MeterRequest({ request: host.openDataRequest(), timers });
	const supply = openSupply(parts);
	return {
		indicator: led,
		led,
		supply,
		listeners: request === undefined ? [] : [request],
		statusSources: supply === undefined ? [] : [supply],
		applySettings(changed) {
			mode = changed.led;
		},
		close() {
			led.close();
			supply?.close();
			request?.close();
		},
	};
}

/** A supply that cannot be measured is logged: the program is worth more than its voltage. */
function openSupply({ timers, log }: Parts): SupplyWatch | undefined {
	try {
		const voltage = host.openSupply?.();
		return voltage && new SupplyWatch(voltage, timers);
	} catch (error) {
		log.warn(`the supply is not measured: ${describeError(error)}`);
		return undefined;
	}
}
