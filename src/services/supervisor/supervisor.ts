import type { JsonWriter } from "../../core/json-writer.js";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { SupplyVoltage } from "../../ports/supply.js";
import type { DongleState } from "./led-patterns.js";
import type { RestartLog } from "./restart-log.js";

/** What is asked of the parts, again and again; each answers at once. */
export type SupervisedFacts = {
	isUpdating(): boolean;
	isSetupOpen(): boolean;
	/** True where there is no Wi-Fi of our own. */
	isConnected(): boolean;
	/** A good telegram has come since the start. */
	hasReading(): boolean;
	isStale(): boolean;
	/** True without MQTT. */
	isMqttConnected(): boolean;
	/** False: the radio cannot be turned on, or something else that a restart may mend. */
	isSound(): boolean;
};

export type SupervisorOptions = {
	readonly facts: SupervisedFacts;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly restarts: RestartLog;
	/** Absent: not measured. */
	readonly supply?: SupplyVoltage;
	/** Told of each look, changed or not. */
	onState(state: DongleState): void;
	/** Ends everything, then restarts. */
	restart(): void;
};

const LOOK_MS = 1000;
/** A meter says something within its first minute and a half. */
const PATIENCE_MS = 90_000;
/** So long unsound, and a restart is tried; doubles with each restart in a row for the same reason. */
export const UNSOUND_MS = 600_000;
/** The longest wait: 2^7 times the first are 21 hours. */
const DOUBLINGS = 7;
/** As the log of restarts has it. */
export const STUCK = "stuck";

/**
 * Looks at the parts every second: which state the light shows, what the supply does, and whether only a restart helps.
 * Restarts wait longer each time they did not help, so that a dongle with a broken radio still reads its meter most of the
 * day. What stops JavaScript altogether is the task watchdog's (boards/: 30 s). */
export class Supervisor implements StatusSource {
	readonly statusName = "supervisor";
	readonly #options: SupervisorOptions;
	readonly #startedMs: number;
	readonly #timer: TimerHandle;
	#state: DongleState = "starting";
	#unsoundSinceMs: number | undefined;
	#supplyMv: number | undefined;
	#lowestSupplyMv: number | undefined;

	constructor(options: SupervisorOptions) {
		this.#options = options;
		this.#startedMs = options.clock.monotonicMs();
		this.#timer = options.timers.every(LOOK_MS, () => this.#look());
	}

	get state(): DongleState {
		return this.#state;
	}

	/** Idempotent. */
	close(): void {
		this.#timer.cancel();
	}

	/** To be called before a restart that somebody decides. */
	announceRestart(reason: string): void {
		this.#options.restarts.announce(reason, this.#uptimeS());
	}

	writeStatus(writer: JsonWriter): void {
		const { restarts } = this.#options;
		writer.openObject();
		writer.name("state");
		writer.string(this.#state);
		writer.name("starts");
		writer.number(restarts.starts);
		writer.name("restarts");
		writer.openArray();
		for (const { reason, afterS } of restarts.latest) {
			writer.openObject();
			writer.name("reason");
			writer.string(reason);
			if (afterS !== undefined) {
				writer.name("afterS");
				writer.number(afterS);
			}
			writer.closeObject();
		}
		writer.closeArray();
		if (this.#supplyMv !== undefined && this.#lowestSupplyMv !== undefined) {
			writer.name("supplyMv");
			writer.number(this.#supplyMv);
			writer.name("lowestSupplyMv");
			writer.number(this.#lowestSupplyMv);
		}
		writer.closeObject();
	}

	#uptimeS(): number {
		return Math.floor((this.#options.clock.monotonicMs() - this.#startedMs) / 1000);
	}

	#look(): void {
		const { onState, supply } = this.#options;
		if (supply !== undefined) {
			this.#supplyMv = supply.readMilliVolts();
			this.#lowestSupplyMv = Math.min(this.#supplyMv, this.#lowestSupplyMv ?? this.#supplyMv);
		}
		this.#state = this.#judge();
		onState(this.#state);
		this.#restartIfStuck();
	}

	/** In the order of the table of the light. */
	#judge(): DongleState {
		const { facts, clock } = this.#options;
		if (facts.isUpdating()) return "updating";
		if (!facts.isSound()) return "fault";
		if (facts.isSetupOpen()) return "setup";
		const isYoung = clock.monotonicMs() - this.#startedMs < PATIENCE_MS;
		if (!facts.isConnected()) return isYoung && !facts.hasReading() ? "starting" : "joining";
		if (!facts.hasReading()) return isYoung ? "starting" : "noTelegrams";
		if (facts.isStale()) return "noTelegrams";
		return facts.isMqttConnected() ? "good" : "mqttDown";
	}

	#restartIfStuck(): void {
		const { facts, clock, restarts, restart } = this.#options;
		if (facts.isSound() || facts.isUpdating()) {
			this.#unsoundSinceMs = undefined;
			return;
		}
		const nowMs = clock.monotonicMs();
		this.#unsoundSinceMs ??= nowMs;
		const waitMs = UNSOUND_MS * 2 ** Math.min(restarts.inARow(STUCK), DOUBLINGS);
		if (nowMs - this.#unsoundSinceMs < waitMs) return;
		this.close();
		this.announceRestart(STUCK);
		restart();
	}
}
