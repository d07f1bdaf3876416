import type { Board } from "./board.js";
import { partsOf, RJ12_PINS } from "./circuit.js";

const BEGIN = "<!-- Made by npm run boards: begin -->";
const END = "<!-- Made by npm run boards: end -->";

/** A Markdown table with its columns aligned, as the formatter has it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const lines = [head, ...rows];
	const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
	const rule = widths.map((width) => "-".repeat(width));
	return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** Where each contact of the socket goes on this board. */
function destinationOf(board: Board, pin: number): string {
	switch (pin) {
		case 1:
			return `D1, then ${board.powerLabel}`;
		case 2:
			return `a wire to ${board.powerLabel}, or Q2 switched by ${board.dataRequest.label}`;
		case 5:
			return `R1 to 3V3, R2 to ${board.receive.label}`;
		case 4:
			return "nowhere";
		default:
			return "GND";
	}
}

function wiring(board: Board): string {
	const { receive, dataRequest, led, button, supply } = board;
	const pinRow = (role: string, pin: { label: string; gpio: number }, note: string) => [
		role,
		pin.label,
		`GPIO${pin.gpio}`,
		note,
	];
	const onboard = (is: boolean) => (is ? "on the board" : "to be added");
	const pins = [
		pinRow("P1 data in", receive, `UART${receive.uart}, inverted inside the chip`),
		pinRow("Data Request", dataRequest, "high asks for telegrams; low and reset let go"),
		pinRow(
			"LED",
			led,
			`${led.kind === "rgb" ? "RGB" : led.activeLow ? "on when low" : "on when high"}, ${onboard(led.onboard)}`,
		),
		pinRow("Button", button, `pressed is low, ${onboard(button.onboard)}`),
		...(supply === undefined ? [] : [pinRow("Supply voltage", supply, "through R5 and R6")]),
		...(board.fixed ?? []).map(({ label, gpio, level }) =>
			pinRow(label, { label: "-", gpio }, `on the board, held at ${level} by setup-target.js`),
		),
	];
	const parts = partsOf(board).map(({ reference, value, purpose, optional }) => [
		reference,
		value,
		purpose,
		optional ? "optional" : "yes",
	]);
	const contacts = RJ12_PINS.map(({ pin, name, use }) => [String(pin), name, use, destinationOf(board, pin)]);
	return `## Wiring

![Schematic](schematic.svg)

${table(["RJ-12 pin", "Name", "What it is", "Goes to"], contacts)}

Hold a plug as you would push it in, with the clip down: 1 is on the left. Looking into a socket with its notch down it is the
same. Six-wire cables come straight and crossed (a crossed one swaps 1 with 6 and 2 with 5): measure before you connect the
board. With the cable in the meter there must be 5 V between 1 and 6, plus at 1. With
a crossed cable D1 keeps the supply from going the wrong way round, and no data come.

**More than 6 V, or a socket with 8 contacts: this is not a P1 port.** Some meters have an M-Bus port that looks alike and
carries 27 V; it destroys the board.

### Pins of the board

${table(["Use", "Printed", "Pin", "Note"], pins)}

Pins from: ${board.source}.

### Parts

${table(["Part", "Value", "For", "Needed"], parts)}

Q1, Q2, R3 and R4 let the firmware switch Data Request, which wakes some meters that have stopped sending. Without them, a wire
from J1's pin 2 to ${board.powerLabel} asks for telegrams always.`;
}

/** The same for every board: what the port gives, and what that means for the parts. */
function power(board: Board): string {
	const externalAntenna =
		board.antenna === "external"
			? "\nPlug the antenna on before you power the board: without it the radio sends at full power into nothing.\n"
			: "";
	return `## Power

Take the 5 V from the meter if it gives them, from USB if it does not. D1 allows both at once and keeps USB out of the meter.
${externalAntenna}
- **The port gives 250 mA** (4.9 to 5.5 V; P1 Companion Standard 5.0.2 §5.3 to §5.7), a DSMR 4 meter 100 mA. In Sweden supply on
  the port is optional, and some meters have none: then use USB.
- **Above 260 to 300 mA the meter folds back** to 50 mA or less, and the board cannot restart from that by itself: pull the plug,
  wait ten seconds. A board that restarts again and again, each time when Wi-Fi begins, is in that state: use USB.
- Wi-Fi is what reaches the limit: ESP32 chips are specified with about 240 to 350 mA at 3.3 V while they send with 802.11b at full
  power. So the firmware starts with 802.11b off, 8.5 dBm and modem sleep, and goes down after a brown-out.
- **Inrush:** C1 is 10 µF because 10 µF fill to 5 V in 0.2 ms at 250 mA, within the 1 ms that the port tolerates; the board's own
  capacitors come on top. 100 µF and more look like a short circuit to the meter.
- **Data Request needs 4.0 to 5.5 V** at up to 10 mA; the 3.3 V of a GPIO are too little, and the Landis+Gyr E360 is known to mind.
  So the 5 V come through a wire or through Q2. Nothing ever pulls the contact low: to let go is to leave it open.`;
}

/**
 * Puts the wiring part into a README between its markers, leaving every other word alone.
 * @param readme - the README as it is; absent: one with a title is begun.
 */
export function renderReadme(board: Board, readme: string | undefined): string {
	const block = `${BEGIN}\n\n${power(board)}\n\n${wiring(board)}\n\n${END}`;
	if (readme === undefined) return `# ${board.title}\n\n${block}\n`;
	const begin = readme.indexOf(BEGIN);
	const end = readme.indexOf(END);
	if (begin < 0 || end < begin) return `${readme.trimEnd()}\n\n${block}\n`;
	return `${readme.slice(0, begin)}${block}${readme.slice(end + END.length)}`;
}
