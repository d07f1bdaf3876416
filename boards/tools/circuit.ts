import type { Board } from "./board.js";

/** A part to buy; `reference` is what the schematic prints beside it. */
export interface Part {
	readonly reference: string;
	readonly value: string;
	readonly purpose: string;
	/** Only for the switched data request; a wire replaces them all. */
	readonly optional: boolean;
}

/** The six contacts of the meter's socket (P1 Companion Standard 5.0.2 §5.1). */
export const RJ12_PINS: readonly { readonly pin: number; readonly name: string; readonly use: string }[] = [
	{ pin: 1, name: "+5 V", use: "supply out of the meter, 250 mA at most; some meters have none" },
	{ pin: 2, name: "Data Request", use: "5 V asks for telegrams, unconnected stops them" },
	{ pin: 3, name: "Data GND", use: "reference of pins 2 and 5" },
	{ pin: 4, name: "n.c.", use: "leave it open" },
	{ pin: 5, name: "Data", use: "open collector, inverted: needs a pull-up" },
	{ pin: 6, name: "Power GND", use: "return of pin 1" },
];

/** The parts for a board; the same circuit for all, with what the board already has left out. */
export function partsOf(board: Board): Part[] {
	const part = (reference: string, value: string, purpose: string, optional = false): Part => ({
		reference,
		value,
		purpose,
		optional,
	});
	const supply = board.supply;
	const kiloOhms = (ohms: number) => `${ohms / 1000} kΩ`;
	return [
		part("J1", "RJ-12 socket or cable, 6 wires (6P6C)", "to the meter; a 4-wire RJ-11 cable lacks pins 1 and 6"),
		part("D1", "1N5817 or SS14 (Schottky)", "keeps USB power out of the meter; loses about 0.3 V"),
		part("C1", "10 µF, 10 V, ceramic", "short load steps; not more, see Power"),
		part("R1", "1 kΩ", "pulls the data line up to 3.3 V; the meter sinks 3.3 mA"),
		part("R2", "1 kΩ", "protects the input"),
		...(supply === undefined
			? []
			: [
					part("R5", kiloOhms(supply.topOhms), "measures the 5 V, upper half", true),
					part("R6", kiloOhms(supply.bottomOhms), "measures the 5 V, lower half", true),
				]),
		...(board.led.onboard ? [] : [part("R7, LED1", "1 kΩ and an LED", "shows the state", true)]),
		part("Q1", "2N7000 or 2N7002 (N-MOSFET)", "3.3 V GPIO switches 5 V", true),
		part("Q2", "BS250 or BSS84 (P-MOSFET)", "gives 5 V to Data Request, or nothing", true),
		part("R3", "10 kΩ", "keeps Q2 off", true),
		part("R4", "100 kΩ", "keeps Q1 off while the chip starts", true),
	];
}
