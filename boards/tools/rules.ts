import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { type Board, boardPins, type Finding } from "./board.js";
import { ADC_FULL_SCALE_MILLIVOLTS, CHIPS } from "./chips.js";

const schema = JSON.parse(readFileSync(new URL("board.schema.json", import.meta.url), "utf8"));
const matchesSchema = new Ajv({ allErrors: true }).compile<Board>(schema);

/** Highest voltage that the P1 port or USB may put on the board's 5 V pin (P1 Companion Standard 5.0.2 §5.7.1). */
const SUPPLY_MAX_MILLIVOLTS = 5500;

type Rule = (board: Board) => string[];

/** The rules about one board's pins by name; each returns what is wrong, in words. */
const PIN_RULES: Readonly<Record<string, Rule>> = {
	"pin-exists": (board) =>
		boardPins(board)
			.filter(({ pin }) => !CHIPS[board.chip].gpios.includes(pin.gpio))
			.map(({ role, pin }) => `${role}: the ${board.chip} has no GPIO${pin.gpio}`),

	"pin-flash": (board) =>
		boardPins(board)
			.filter(({ pin }) => CHIPS[board.chip].flash.includes(pin.gpio))
			.map(({ role, pin }) => `${role}: GPIO${pin.gpio} belongs to the flash chip`),

	"pin-usb": (board) =>
		boardPins(board)
			.filter(({ pin }) => board.usb === "serial-jtag" && CHIPS[board.chip].usb.includes(pin.gpio))
			.map(({ role, pin }) => `${role}: GPIO${pin.gpio} is a wire of the USB socket`),

	"pin-conflict": (board) => {
		const pins = boardPins(board);
		return pins.flatMap(({ role, pin }, index) =>
			pins
				.slice(index + 1)
				.filter((other) => other.pin.gpio === pin.gpio)
				.map((other) => `GPIO${pin.gpio} is both ${role} and ${other.role}`),
		);
	},

	"pin-input-only": (board) =>
		boardPins(board)
			.filter(({ pin, output }) => output && CHIPS[board.chip].inputOnly.includes(pin.gpio))
			.map(({ role, pin }) => `${role}: GPIO${pin.gpio} cannot be an output`),

	"pin-glitch": (board) =>
		CHIPS[board.chip].glitching.includes(board.receive.gpio)
			? [`receive: GPIO${board.receive.gpio} sees pulses of the chip's own while Wi-Fi runs`]
			: [],

	"pin-pull-up": (board) =>
		!board.button.hasPullUp && CHIPS[board.chip].inputOnly.includes(board.button.gpio)
			? [`button: GPIO${board.button.gpio} has no pull-up inside the chip and none on the board`]
			: [],

	// What the board's maker wired to a strapping pin was made to boot with; what a builder adds was not.
	"pin-strapping": (board) => {
		const madeFor = [board.led, board.button].filter(({ onboard }) => onboard).map(({ gpio }) => gpio);
		return boardPins(board)
			.filter(({ pin }) => CHIPS[board.chip].strapping.includes(pin.gpio) && !madeFor.includes(pin.gpio))
			.map(
				({ role, pin }) => `${role}: GPIO${pin.gpio} is a strapping pin, a level on it at reset changes the boot mode`,
			);
	},

	"pin-boot-output": (board) =>
		boardPins(board)
			.filter(({ pin }) => pin.gpio === CHIPS[board.chip].bootOutput)
			.map(({ role, pin }) => `${role}: the ROM prints on GPIO${pin.gpio} at reset`),

	"uart-exists": (board) =>
		board.receive.uart >= CHIPS[board.chip].uarts
			? [`receive: the ${board.chip} has no UART${board.receive.uart}`]
			: [],

	"uart-busy": (board) =>
		board.usb === "bridge" && board.receive.uart === 0 ? ["receive: UART0 belongs to the USB bridge"] : [],

	"supply-adc1": ({ chip, supply }) =>
		supply !== undefined && !CHIPS[chip].adc1.includes(supply.gpio)
			? [`supply: GPIO${supply.gpio} is not on ADC1, and ADC2 cannot be read while Wi-Fi runs`]
			: [],

	"supply-range": ({ supply }) => {
		if (supply === undefined) return [];
		const highest = (SUPPLY_MAX_MILLIVOLTS * supply.bottomOhms) / (supply.topOhms + supply.bottomOhms);
		return highest > ADC_FULL_SCALE_MILLIVOLTS
			? [`supply: 5.5 V become ${Math.round(highest)} mV, the ADC ends at ${ADC_FULL_SCALE_MILLIVOLTS} mV`]
			: [];
	},
};

/** The names of the pin rules, for the tests that break each of them. */
export const PIN_RULE_NAMES: readonly string[] = Object.keys(PIN_RULES);

/** Applies the pin rules to a board that matches the schema; an empty list means that nothing is wrong. */
export function checkPins(board: Board): Finding[] {
	return Object.entries(PIN_RULES).flatMap(([rule, apply]) => apply(board).map((message) => ({ rule, message })));
}

/**
 * Checks a parsed board.json against board.schema.json and its folder's name.
 * @returns the board, or what is wrong (rules "schema" and "name").
 */
export function parseBoard(
	value: unknown,
	folder: string,
): { readonly ok: true; readonly board: Board } | { readonly ok: false; readonly findings: Finding[] } {
	if (!matchesSchema(value)) {
		const findings = (matchesSchema.errors ?? []).map(({ instancePath, message, params }) => ({
			rule: "schema",
			message: `${instancePath || "/"} ${message ?? "is invalid"} ${JSON.stringify(params)}`,
		}));
		return { ok: false, findings };
	}
	if (value.name !== folder)
		return { ok: false, findings: [{ rule: "name", message: `name is ${value.name}, the folder is ${folder}` }] };
	return { ok: true, board: value };
}
