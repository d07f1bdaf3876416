import { writeNumberMember } from "../core/json-members.js";
import type { JsonWriter } from "../core/json-writer.js";
import type { TimerHandle, Timers } from "../ports/clock.js";
import type { StatusSource } from "../ports/status-source.js";
import type { SupplyVoltage } from "../ports/supply.js";

const READ_MS = 1000;
/** A P1 port's supply is 4.9 to 5.5 V (DSMR 5.0.2 §5.3); a diode and a long cable take some of it. */
const CHARGED_MV = 4300;
const CHARGE_CHECK_MS = 100;
/** A board that is fed otherwise must start as well. */
const CHARGE_LIMIT_MS = 5000;

/** Reads the supply voltage once a second and keeps the lowest; dips of some milliseconds are seen by chance only. */
export class SupplyWatch implements StatusSource {
	readonly statusName = "supply";
	readonly #supply: SupplyVoltage;
	readonly #timers: Timers;
	readonly #timer: TimerHandle;
	#charging: TimerHandle | undefined;
	/** Undefined until there is a reading. */
	#milliVolts: number | undefined;
	#minimumMilliVolts: number | undefined;

	constructor(supply: SupplyVoltage, timers: Timers) {
		this.#supply = supply;
		this.#timers = timers;
		this.#read();
		this.#timer = timers.every(READ_MS, () => this.#read());
	}

	/**
	 * Calls back once, later: when the capacitor is charged, so that the radio may start, or after 5 s in any case, whatever is
	 * measured. */
	whenCharged(onCharged: () => void): TimerHandle {
		let leftMs = CHARGE_LIMIT_MS;
		const check = (): void => {
			this.#read();
			if ((this.#milliVolts ?? 0) >= CHARGED_MV || leftMs <= 0) {
				onCharged();
				return;
			}
			leftMs -= CHARGE_CHECK_MS;
			this.#charging = this.#timers.after(CHARGE_CHECK_MS, check);
		};
		this.#charging = this.#timers.after(0, check);
		return { cancel: () => this.#charging?.cancel() };
	}

	writeStatus(writer: JsonWriter): void {
		writer.openObject();
		writeNumberMember(writer, "milliVolts", this.#milliVolts);
		writeNumberMember(writer, "minimumMilliVolts", this.#minimumMilliVolts);
		writer.closeObject();
	}

	/** Idempotent; nothing is called back after it. */
	close(): void {
		this.#timer.cancel();
		this.#charging?.cancel();
	}

	#read(): void {
		let milliVolts: number;
		try {
			milliVolts = Math.max(0, Math.round(this.#supply.readMilliVolts()));
		} catch {
			// A converter that fails says nothing, and holds nothing back.
			return;
		}
		this.#milliVolts = milliVolts;
		this.#minimumMilliVolts = Math.min(milliVolts, this.#minimumMilliVolts ?? milliVolts);
	}
}
