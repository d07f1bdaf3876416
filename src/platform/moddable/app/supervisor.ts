import host from "platform/moddable/chip/host";
import type { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { Meter } from "../../../services/meter.js";
import { JoinWatch } from "../../../services/network/join-watch.js";
import { SETUP_PASSWORD_KEY } from "../../../services/provisioning/setup-password.js";
import { ButtonGestures } from "../../../services/supervisor/button.js";
import { Supervisor } from "../../../services/supervisor/supervisor.js";
import { SupervisorStatus } from "../../../services/supervisor/supervisor-status.js";
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
	/** Ends everything, then starts the device again; without timers at once. */
	readonly restart: (hasTimers: boolean) => void;
};

/** A meter says something within its first minute and a half. */
const FIRST_TELEGRAM_MS = 90_000;
const RADIO_PATIENCE_MS = 600_000;
/** With a growth of 4: half an hour, 2 hours, 8 hours, then a day each time. */
const JOIN_PATIENCE_MS = 1_800_000;

/** The supervisor as the other parts know it. */
export type AppSupervisor = Output & {
	/** Ends everything, then starts the program again; a device keeps why. */
	restart(cause: string): void;
};

/** Watches the parts, shows what they do, and hears the button; on a computer its user does that. */
export function createSupervisor(parts: SupervisorParts): AppSupervisor {
	const { guard, clock, timers, log, chip, restarts, device, meter, board, network, setup, update, publisher } = parts;
	const { led } = board;
	if (chip === undefined || restarts === undefined || led === undefined) {
		const { restart: restartNow } = parts;
		return { restart: () => restartNow(true) };
	}
	const startedMs = clock.monotonicMs();
	const isYoung = (): boolean => clock.monotonicMs() - startedMs < FIRST_TELEGRAM_MS;
	const hasRadio = (): boolean => network.network === undefined || network.network.wifi !== undefined;
	const isSetupOpen = (): boolean => setup?.portal.isOpen === true;
	const isSetupInUse = (): boolean => setup?.portal.isInUse === true;
	const joins = network.network && new JoinWatch({ network: network.network, timers, isSetupInUse });
	const supervisor = new Supervisor({
		clock,
		timers,
		log,
		restarts,
		led,
		isCase: {
			updating: () => update.isBusy(),
			fault: () => (restarts.isSafe && !isSetupOpen()) || (!hasRadio() && !isYoung()),
			setup: isSetupOpen,
			starting: () => meter.reading === undefined && isYoung(),
			joining: () => !device.link().connected,
			noTelegrams: () => meter.reading === undefined || meter.stale,
			mqttDown: () => publisher?.isConnected === false,
		},
		vitals: [
			{ cause: "stuck-radio", patienceMs: RADIO_PATIENCE_MS, growth: 2, isWell: hasRadio },
			{ cause: "stuck-wifi", patienceMs: JOIN_PATIENCE_MS, growth: 4, isWell: () => joins?.isWell !== false },
		],
		isBusy: () => update.isBusy() || isSetupInUse(),
		restart: parts.restart,
	});
	const restart = (cause: string): void => supervisor.restart(cause);
	const button = createButton(parts, restart);
	return {
		listeners: [supervisor],
		statusSources: [new SupervisorStatus({ supervisor, restarts, chip, faults: () => guard.faults })],
		restart,
		close() {
			supervisor.close();
			button?.close();
		},
	};
}

function createButton(
	{ guard, context, clock, timers, log, store, board, setup }: SupervisorParts,
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
			guard.run("reset", () => {
				const label = store.read(SETUP_PASSWORD_KEY);
				host.eraseStore?.();
				// It is on the case, and leads back in.
				if (label !== undefined) store.write(SETUP_PASSWORD_KEY, label);
			});
			restart("reset");
		},
		onHold: (message) => board.led?.showHold(message),
	});
}
