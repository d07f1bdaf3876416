/** What the dongle shows, the most important first: the first of these that is the case is shown. */
export const DONGLE_STATES = Object.freeze([
	"updating",
	"fault",
	"setup",
	"starting",
	"joining",
	"noTelegrams",
	"mqttDown",
	"good",
] as const);

export type DongleState = (typeof DONGLE_STATES)[number];

/** What else the light can say: an answer to somebody beside it. */
export type LedMessage = "identify" | "holdIdentify" | "holdSetup" | "holdReset";

/** A colour, and a rhythm that is told apart without it. */
export type LedPattern = {
	/** 0 to 255, dim enough for a bedroom. */
	readonly red: number;
	readonly green: number;
	readonly blue: number;
	/** Milliseconds on and off in turn, over and over; empty: on all the time. */
	readonly rhythmMs: readonly number[];
	/** Shown too where only faults are to be. */
	readonly isFault?: boolean;
};

const FLASH_MS = 150;
const GAP_MS = 250;
const PAUSE_MS = 2000;

/** So many short flashes, then a pause. */
function flashes(count: number): readonly number[] {
	const rhythmMs: number[] = [];
	for (let i = 1; i <= count; i++) rhythmMs.push(FLASH_MS, i === count ? PAUSE_MS : GAP_MS);
	return Object.freeze(rhythmMs);
}

const EVEN_SLOW = Object.freeze([1500, 1500]);
const EVEN = Object.freeze([400, 400]);
const MOSTLY_ON = Object.freeze([1800, 200]);
const FLICKER = Object.freeze([80, 80]);
const HEARTBEAT = Object.freeze([60, 5000]);
const STEADY: readonly number[] = Object.freeze([]);

/** The table of the light: README.md and docs/reliability.md show it. */
export const LED_PATTERNS: { readonly [Key in DongleState | LedMessage]: LedPattern } = Object.freeze({
	updating: Object.freeze({ red: 0, green: 24, blue: 24, rhythmMs: MOSTLY_ON, isFault: true }),
	fault: Object.freeze({ red: 40, green: 0, blue: 0, rhythmMs: flashes(4), isFault: true }),
	setup: Object.freeze({ red: 0, green: 0, blue: 40, rhythmMs: EVEN_SLOW, isFault: true }),
	starting: Object.freeze({ red: 16, green: 16, blue: 16, rhythmMs: STEADY }),
	joining: Object.freeze({ red: 0, green: 0, blue: 40, rhythmMs: EVEN, isFault: true }),
	noTelegrams: Object.freeze({ red: 32, green: 16, blue: 0, rhythmMs: flashes(2), isFault: true }),
	mqttDown: Object.freeze({ red: 28, green: 0, blue: 28, rhythmMs: flashes(3), isFault: true }),
	good: Object.freeze({ red: 0, green: 24, blue: 0, rhythmMs: HEARTBEAT }),
	identify: Object.freeze({ red: 48, green: 48, blue: 48, rhythmMs: FLICKER }),
	holdIdentify: Object.freeze({ red: 16, green: 16, blue: 16, rhythmMs: STEADY }),
	holdSetup: Object.freeze({ red: 0, green: 0, blue: 40, rhythmMs: EVEN }),
	holdReset: Object.freeze({ red: 40, green: 0, blue: 0, rhythmMs: FLICKER }),
});
