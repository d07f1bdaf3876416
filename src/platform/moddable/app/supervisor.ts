import host from "platform/moddable/chip/host";
import type { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { Meter } from "../../../services/meter.js";
import { ButtonGestures } from "../../../services/supervisor/button.js";
import { RestartLog } from "../../../services/supervisor/restart-log.js";
import { Supervisor } from "../../../services/supervisor/supervisor.js";
import type { AppBoard } from "./board.js";
import type { AppNetwork } from "./network.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";
import type { AppSetup } from "./setup.js";
import type { AppUpdate } from "./update.js";

export type SupervisorParts = Parts & {
	readonly meter: Meter;
	readonly board: AppBoard;
	readonly network: AppNetwork;
	readonly setup: AppSetup | undefined;
	readonly update: AppUpdate;
	readonly publisher: MqttPublisher | undefined;
	/** Ends everything, then starts the device again. */
	readonly restart: () => void;
};

/** The supervisor as the other parts know it. */
export type AppSupervisor = Output & {
	/** Ends everything, then starts the program again; a device keeps why. */
	restart(cause: string): void;
};

/** Watches the parts, shows what they do, and hears the button; on a computer its user does that. */
export function createSupervisor(parts: SupervisorParts): AppSupervisor {
	const { guard, clock, timers, store, device, meter, board, network, setup, update, publisher } = parts;
	const chip = host.openChip?.();
	if (chip === undefined) return { restart: parts.restart };
	const supply = host.openSupply?.();
	const restart = (cause: string): void => {
		supervisor.announceRestart(cause);
		parts.restart();
	};
	const supervisor: Supervisor = new Supervisor({
		facts: {
			isUpdating: () => update.isBusy(),
			isSetupOpen: () => setup?.portal.isOpen === true,
			isConnected: () => device.link().connected,
			hasReading: () => meter.reading !== undefined,
			isStale: () => meter.stale,
			isMqttConnected: () => publisher === undefined || publisher.isConnected,
			isSound: () => network.network === undefined || network.network.wifi !== undefined,
		},
		clock,
		timers,
		restarts: new RestartLog(store, chip.resetReason, (error) => guard.report("restart log", error)),
		...(supply === undefined ? {} : { supply }),
		onState: (state) => board.led?.show(state),
		restart: parts.restart,
	});
	const button = createButton(parts, restart);
	return {
		statusSources: [supervisor],
		restart,
		close() {
			supervisor.close();
			button?.close();
		},
	};
}

function createButton(
	{ context, clock, timers, log, board, setup }: SupervisorParts,
	restart: (cause: string) => void,
) {
	const openButton = host.openButton?.(context);
	if (openButton === undefined) return undefined;
	return new ButtonGestures({
		openButton,
		clock,
		timers,
		onIdentify: () => board.indicator.identify(),
		onSetup: () => setup?.portal.open(),
		onReset() {
			log.warn("the button was held for 15 s: everything is forgotten");
			host.eraseStore?.();
			restart("reset");
		},
		onHold: (message) => board.led?.showHold(message),
	});
}
