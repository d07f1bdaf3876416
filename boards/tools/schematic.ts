import type { Board } from "./board.js";
import { RJ12_PINS } from "./circuit.js";

const WIDTH = 920;
const HEIGHT = 640;
const MODULE_X = 700;

const text = (x: number, y: number, value: string, anchor: "start" | "middle" | "end" = "start") =>
	`<text x="${x}" y="${y}" text-anchor="${anchor}">${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
const wire = (...points: readonly (readonly [number, number])[]) => `<polyline points="${points.join(" ")}"/>`;
const box = (x: number, y: number, width: number, height: number) =>
	`<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`;
const dot = (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="3" fill="currentColor"/>`;

const ground = (x: number, y: number) =>
	wire([x, y], [x, y + 10]) +
	wire([x - 10, y + 10], [x + 10, y + 10]) +
	wire([x - 6, y + 14], [x + 6, y + 14]) +
	wire([x - 2, y + 18], [x + 2, y + 18]);
const rail = (x: number, y: number, name: string) => wire([x - 10, y], [x + 10, y]) + text(x, y - 6, name, "middle");
const upright = (x: number, from: number, to: number, name: string) => {
	const middle = (from + to) / 2;
	return (
		wire([x, from], [x, middle - 16]) +
		box(x - 6, middle - 16, 12, 32) +
		wire([x, middle + 16], [x, to]) +
		text(x + 12, middle + 4, name)
	);
};
const lying = (from: number, to: number, y: number, name: string) => {
	const middle = (from + to) / 2;
	return (
		wire([from, y], [middle - 16, y]) +
		box(middle - 16, y - 6, 32, 12) +
		wire([middle + 16, y], [to, y]) +
		text(middle, y - 12, name, "middle")
	);
};
/** Anode on the left. */
const diode = (from: number, to: number, y: number, name: string) => {
	const middle = (from + to) / 2;
	return (
		wire([from, y], [middle - 8, y]) +
		`<polygon points="${middle - 8},${y - 8} ${middle - 8},${y + 8} ${middle + 8},${y}"/>` +
		wire([middle + 8, y - 8], [middle + 8, y + 8]) +
		wire([middle + 8, y], [to, y]) +
		text(middle, y - 14, name, "middle")
	);
};
const capacitor = (x: number, y: number, name: string) =>
	wire([x, y], [x, y + 20]) +
	wire([x - 12, y + 20], [x + 12, y + 20]) +
	wire([x - 12, y + 26], [x + 12, y + 26]) +
	wire([x, y + 26], [x, y + 40]) +
	ground(x, y + 40) +
	text(x + 16, y + 28, name);
const transistor = (x: number, y: number, name: string, left: string, right: string, other: string, up: boolean) =>
	box(x, y - 25, 70, 50) +
	text(x + 35, y + 4, name, "middle") +
	text(x + 4, y - 12, left) +
	text(x + 66, y - 12, right, "end") +
	text(x + 40, up ? y - 30 : y + 38, other);

function socket(): string {
	const pins = RJ12_PINS.map(({ pin, name }) => {
		const y = 30 + 70 * pin;
		return text(130, y + 4, `${name}  ${pin}`, "end") + (pin === 4 ? "" : wire([140, y], [160, y]));
	});
	return box(20, 60, 120, 430) + text(80, 50, "J1: RJ-12, meter", "middle") + pins.join("");
}

function switchedRequest(): string {
	return (
		wire([160, 170], [330, 170]) +
		transistor(330, 170, "Q2 P-FET", "D", "G", "S", true) +
		wire([365, 145], [365, 100]) +
		dot(365, 100) +
		wire([400, 170], [480, 170]) +
		dot(450, 170) +
		upright(450, 100, 170, "R3 10k") +
		dot(450, 100) +
		transistor(480, 170, "Q1 N-FET", "D", "G", "S", false) +
		wire([515, 195], [515, 215]) +
		ground(515, 215) +
		wire([550, 170], [MODULE_X, 170]) +
		dot(620, 170) +
		upright(620, 170, 235, "R4 100k") +
		ground(620, 235) +
		text(215, 235, "or, without Q1, Q2, R3, R4:") +
		text(215, 251, "a wire from pin 2 to the 5V rail")
	);
}

function modulePins(board: Board): string {
	const pin = (y: number, name: string) => text(MODULE_X + 10, y + 4, name);
	const gpio = (label: string, number: number) => `${label}  (GPIO${number})`;
	return (
		box(MODULE_X, 60, 200, 550) +
		text(MODULE_X + 100, 50, board.title, "middle") +
		pin(100, board.powerLabel) +
		pin(170, gpio(board.dataRequest.label, board.dataRequest.gpio)) +
		pin(300, "3V3") +
		pin(380, gpio(board.receive.label, board.receive.gpio)) +
		(board.supply === undefined ? "" : pin(470, gpio(board.supply.label, board.supply.gpio))) +
		pin(520, "GND") +
		(board.led.onboard ? "" : pin(580, gpio(board.led.label, board.led.gpio)))
	);
}

function additions(board: Board): string {
	const divider =
		board.supply === undefined
			? ""
			: rail(630, 420, "5V") +
				upright(630, 420, 470, `R5 ${board.supply.topOhms / 1000}k`) +
				dot(630, 470) +
				wire([630, 470], [MODULE_X, 470]) +
				upright(630, 470, 530, `R6 ${board.supply.bottomOhms / 1000}k`) +
				ground(630, 530);
	const led = board.led.onboard
		? ""
		: lying(600, MODULE_X, 580, "R7 1k") + wire([520, 580], [540, 580]) + ground(520, 580) + ledSymbol(540, 600, 580);
	return divider + led;
}

/** Cathode on the left, where the ground is. */
const ledSymbol = (from: number, to: number, y: number) => {
	const middle = (from + to) / 2;
	return (
		wire([from, y], [middle - 8, y]) +
		wire([middle - 8, y - 8], [middle - 8, y + 8]) +
		`<polygon points="${middle + 8},${y - 8} ${middle + 8},${y + 8} ${middle - 8},${y}"/>` +
		wire([middle + 8, y], [to, y]) +
		text(middle, y - 14, "LED1", "middle")
	);
};

/** Draws what is wired between the meter's socket and the board: an SVG of its own, dark on light. */
export function renderSchematic(board: Board): string {
	const body = [
		socket(),
		wire([160, 100], [180, 100]),
		diode(180, 260, 100, "D1 1N5817"),
		wire([260, 100], [MODULE_X, 100]),
		capacitor(290, 100, "C1 10µ"),
		dot(290, 100),
		text(560, 92, "5V rail", "middle"),
		switchedRequest(),
		wire([160, 240], [175, 240]),
		ground(175, 240),
		wire([160, 450], [175, 450]),
		ground(175, 450),
		wire([160, 380], [420, 380]),
		dot(420, 380),
		wire([420, 300], [MODULE_X, 300]),
		upright(420, 300, 380, "R1 1k"),
		lying(420, 560, 380, "R2 1k"),
		wire([560, 380], [MODULE_X, 380]),
		wire([MODULE_X, 520], [680, 520]),
		ground(680, 520),
		modulePins(board),
		additions(board),
	];
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" color="#111">
<title>${board.title}: wiring to the P1 port</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<g fill="none" stroke="currentColor" stroke-width="1.5">
${body.join("\n").replaceAll("<text ", '<text fill="currentColor" stroke="none" font-family="sans-serif" font-size="13" ')}
</g>
</svg>
`;
}
