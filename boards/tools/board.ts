import type { ChipName } from "./chips.js";

/** A GPIO and what is printed beside it on the board. */
export interface BoardPin {
	readonly gpio: number;
	/** As printed on the board, for the schematic and the pin table. */
	readonly label: string;
}

export interface ReceivePin extends BoardPin {
	/** UART number of ESP-IDF. */
	readonly uart: number;
	/** True when the meter's line is wired without an inverter. */
	readonly invert: boolean;
}

export interface LedPin extends BoardPin {
	/** "rgb": a WS2812 or SK6812; "plain": on and off. */
	readonly kind: "plain" | "rgb";
	readonly activeLow: boolean;
	/** False: the builder adds it. */
	readonly onboard: boolean;
}

export interface ButtonPin extends BoardPin {
	readonly onboard: boolean;
	/** True when the board has a pull-up of its own; an input-only pin needs one. */
	readonly hasPullUp: boolean;
}

/** Measures the board's 5 V through a divider. */
export interface SupplyPin extends BoardPin {
	readonly topOhms: number;
	readonly bottomOhms: number;
}

/** A pin that the board itself needs at a level, set before anything else runs. */
export interface FixedPin extends BoardPin {
	readonly level: 0 | 1;
}

/** board.json: what a board is; everything else in its folder but README.md's own words derives from it. */
export interface Board {
	/** Name of the folder. */
	readonly name: string;
	readonly title: string;
	readonly chip: ChipName;
	readonly flashBytes: number;
	/** "serial-jtag": the chip's own USB; "bridge": a USB-UART chip on UART0. */
	readonly usb: "serial-jtag" | "bridge";
	/** "external": needs an antenna plugged on before it is powered. */
	readonly antenna: "internal" | "external";
	/** Where the pins come from. */
	readonly source: string;
	/** Name of the pin that takes and gives 5 V. */
	readonly powerLabel: string;
	readonly receive: ReceivePin;
	/** High asks the meter to send. */
	readonly dataRequest: BoardPin;
	readonly led: LedPin;
	readonly button: ButtonPin;
	readonly supply?: SupplyPin;
	readonly fixed?: readonly FixedPin[];
}

/** What a rule found wrong; `rule` is the stable name that tests and people refer to. */
export interface Finding {
	readonly rule: string;
	readonly message: string;
}

/** Every pin of the board with the role it has. */
export function boardPins(board: Board): { readonly role: string; readonly pin: BoardPin; readonly output: boolean }[] {
	return [
		{ role: "receive", pin: board.receive, output: false },
		{ role: "data request", pin: board.dataRequest, output: true },
		{ role: "LED", pin: board.led, output: true },
		{ role: "button", pin: board.button, output: false },
		...(board.supply === undefined ? [] : [{ role: "supply", pin: board.supply, output: false }]),
		...(board.fixed ?? []).map((pin) => ({ role: pin.label, pin, output: true })),
	];
}
