import { Decoder } from "../../src/core/decoder.js";
import type { ProfileId } from "../../src/core/profile.js";
import { WallTime } from "../../src/platform/moddable/wall-time.js";
import type { AskTimeServer } from "../../src/ports/time-server.js";
import { TimeKeeper } from "../../src/services/time/time-keeper.js";
import { FakeClock, seededRandom } from "./fake-clock.js";
import { telegramOf } from "./telegram.js";

/** How a meter's own clock goes and what it prints, apart from what our program believes of it. */
export type MeterClockModel = {
	/** IANA name of the zone whose clock it shows; the calendar of the engine is the reference. */
	readonly zone?: string;
	/** Minutes east of UTC all year, instead of a zone. */
	readonly fixedMinutes?: number;
	/** Absent: S while the zone is on summer time, otherwise W. "" is none. */
	readonly flag?: "W" | "S" | "";
	/** Error of the meter's clock; may be changed on the way. */
	aheadMs?: number;
	/** It shows this instant for ever. */
	stoppedAtMs?: number | undefined;
};

const STAMP_PARTS = ["year", "month", "day", "hour", "minute", "second"];
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
	let format = formats.get(timeZone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "long" });
		formats.set(timeZone, format);
	}
	return format;
}

/** `YYMMDDhhmmss` and the zone's usual name for the time, such as `CEST`, by the engine's calendar. */
function localStamp(utcMs: number, zone: string): { readonly digits: string; readonly isSummer: boolean } {
	const parts = new Map<string, string>();
	for (const { type, value } of formatOf(zone).formatToParts(utcMs)) parts.set(type, value);
	const digits = STAMP_PARTS.map((type) => (parts.get(type) ?? "").slice(-2)).join("");
	const winter = formatOf(zone).formatToParts(Date.UTC(2027, 0, 1));
	const winterName = winter.find(({ type }) => type === "timeZoneName")?.value;
	return { digits, isSummer: parts.get("timeZoneName") !== winterName };
}

/** The stamp that a meter prints at an instant. */
export function stampOf(utcMs: number, model: MeterClockModel): string {
	const shownMs = model.stoppedAtMs ?? utcMs + (model.aheadMs ?? 0);
	if (model.zone !== undefined) {
		const { digits, isSummer } = localStamp(shownMs, model.zone);
		return digits + (model.flag ?? (isSummer ? "S" : "W"));
	}
	const local = new Date(shownMs + (model.fixedMinutes ?? 0) * 60_000).toISOString();
	return local.slice(2, 19).replace(/[-T:]/g, "") + (model.flag ?? "W");
}

export type TimeBenchOptions = {
	readonly startUtcMs: number;
	readonly meter?: MeterClockModel;
	readonly profile?: ProfileId | "auto";
	/** Rows that the telegrams have beside the stamp. */
	readonly rows?: readonly string[];
	readonly hasServer?: boolean;
	/** How much faster our crystal goes than time, in parts per million. */
	readonly driftPpm?: number;
	readonly notBeforeMs?: number;
};

/** A time keeper between a true time, a meter with a clock of its own, and a time server, all in a test's hand. */
export class TimeBench {
	readonly clock = new FakeClock();
	readonly wall = new WallTime(() => this.clock.monotonicMs());
	readonly keeper: TimeKeeper;
	readonly lines: string[] = [];
	readonly meter: MeterClockModel;
	/** Error of the time server; undefined: it does not answer. */
	serverAheadMs: number | undefined = 0;
	/** For servers that change. */
	serverAnswers: (() => number | undefined) | undefined;
	isOnline = true;
	questions = 0;
	readonly #startUtcMs: number;
	readonly #rows: readonly string[];
	readonly #rate: number;
	readonly #decoder: Decoder;

	constructor(options: TimeBenchOptions) {
		const { startUtcMs, meter = {}, profile = "auto", rows = [], hasServer = false, driftPpm = 0 } = options;
		this.#startUtcMs = startUtcMs;
		this.meter = meter;
		this.#rows = rows;
		this.#rate = 1 + driftPpm / 1e6;
		const log = (line: string): void => void this.lines.push(line);
		this.keeper = new TimeKeeper({
			clock: this.clock,
			wallClock: this.wall,
			timers: this.clock,
			random: seededRandom(7),
			log: { info: log, warn: log },
			notBeforeMs: options.notBeforeMs ?? Date.UTC(2026, 0, 1),
			...(hasServer ? { server: { ask: this.#ask, name: "pool.ntp.org", isOnline: () => this.isOnline } } : {}),
		});
		this.#decoder = new Decoder({ profile, onReading: (reading) => this.keeper.onReading(reading) });
	}

	get trueUtcMs(): number {
		return this.#startUtcMs + this.clock.monotonicMs() / this.#rate;
	}

	/** Wall clock minus true time, in milliseconds; undefined while the wall clock is unknown. */
	get errorMs(): number | undefined {
		const { utcMs } = this.wall;
		return utcMs === undefined ? undefined : utcMs - this.trueUtcMs;
	}

	/** Lets true time go on; our own clock with it, as fast as its crystal is. */
	advance(durationMs: number): void {
		this.clock.advance(durationMs * this.#rate);
	}

	/** Goes on to an instant. */
	advanceTo(utcMs: number): void {
		this.advance(utcMs - this.trueUtcMs);
	}

	/** The meter sends a telegram now. */
	telegram(): void {
		const row = `0-0:1.0.0(${stampOf(this.trueUtcMs, this.meter)})`;
		const bytes = Buffer.from(telegramOf([row, ...this.#rows]), "latin1");
		this.#decoder.push(bytes, 0, bytes.length);
	}

	/** Telegrams every `intervalMs`, for so long. */
	telegrams(durationMs: number, intervalMs = 10_000): void {
		for (let leftMs = durationMs; leftMs > 0; leftMs -= intervalMs) {
			this.advance(intervalMs);
			this.telegram();
		}
	}

	readonly #ask: AskTimeServer = (_server, onAnswer) => {
		this.questions++;
		const timer = this.clock.after(100, () => {
			const aheadMs = this.serverAnswers === undefined ? this.serverAheadMs : this.serverAnswers();
			onAnswer(aheadMs === undefined ? undefined : this.trueUtcMs + aheadMs);
		});
		return { cancel: () => timer.cancel() };
	};
}
