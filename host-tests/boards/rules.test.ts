import { describe, expect, test } from "vitest";
import type { Board } from "../../boards/tools/board.js";
import { CHIPS } from "../../boards/tools/chips.js";
import { checkPins, PIN_RULE_NAMES, parseBoard } from "../../boards/tools/rules.js";
import { goodBoard, goodEsp32Board } from "./fixture.js";

const c3 = (changes: Partial<Board>): Board => ({ ...goodBoard, ...changes });
const esp32 = (changes: Partial<Board>): Board => ({ ...goodEsp32Board, ...changes });
const pin = (gpio: number) => ({ gpio, label: "x" });
const divider = (gpio: number, topOhms: number) => ({ gpio, label: "x", topOhms, bottomOhms: 100_000 });

const broken: readonly { readonly rule: string; readonly board: Board; readonly message: string }[] = [
	{ rule: "pin-exists", board: c3({ dataRequest: pin(22) }), message: "data request: the esp32c3 has no GPIO22" },
	{ rule: "pin-exists", board: esp32({ dataRequest: pin(24) }), message: "data request: the esp32 has no GPIO24" },
	{ rule: "pin-flash", board: c3({ dataRequest: pin(12) }), message: "data request: GPIO12 belongs to the flash chip" },
	{ rule: "pin-flash", board: esp32({ led: { ...goodEsp32Board.led, gpio: 16 } }), message: "LED: GPIO16 belongs to" },
	{ rule: "pin-usb", board: c3({ dataRequest: pin(18) }), message: "data request: GPIO18 is a wire of the USB socket" },
	{ rule: "pin-conflict", board: c3({ dataRequest: pin(20) }), message: "GPIO20 is both receive and data request" },
	{
		rule: "pin-conflict",
		board: c3({ fixed: [{ gpio: 10, label: "antenna", level: 0 }] }),
		message: "GPIO10 is both data request and antenna",
	},
	{
		rule: "pin-input-only",
		board: esp32({ dataRequest: pin(35) }),
		message: "data request: GPIO35 cannot be an output",
	},
	{
		rule: "pin-glitch",
		board: esp32({ receive: { ...goodEsp32Board.receive, gpio: 36 } }),
		message: "receive: GPIO36 sees pulses",
	},
	{
		rule: "pin-pull-up",
		board: esp32({ button: { ...goodEsp32Board.button, hasPullUp: false } }),
		message: "button: GPIO39 has no pull-up",
	},
	{ rule: "pin-strapping", board: c3({ dataRequest: pin(2) }), message: "data request: GPIO2 is a strapping pin" },
	{
		rule: "pin-strapping",
		board: c3({ led: { ...goodBoard.led, onboard: false } }),
		message: "LED: GPIO8 is a strapping pin",
	},
	{
		rule: "pin-strapping",
		board: esp32({ receive: { ...goodEsp32Board.receive, gpio: 12 } }),
		message: "receive: GPIO12 is a strapping pin",
	},
	{ rule: "pin-boot-output", board: c3({ dataRequest: pin(21) }), message: "data request: the ROM prints on GPIO21" },
	{
		rule: "uart-exists",
		board: c3({ receive: { ...goodBoard.receive, uart: 2 } }),
		message: "receive: the esp32c3 has no",
	},
	{
		rule: "uart-busy",
		board: esp32({ receive: { ...goodEsp32Board.receive, uart: 0 } }),
		message: "receive: UART0 belongs to the USB bridge",
	},
	{ rule: "supply-adc1", board: c3({ supply: divider(5, 150_000) }), message: "supply: GPIO5 is not on ADC1" },
	{ rule: "supply-range", board: c3({ supply: divider(3, 100_000) }), message: "supply: 5.5 V become 2750 mV" },
];

describe("checkPins", () => {
	test.each([goodBoard, goodEsp32Board])("finds nothing wrong with a good $chip board", (board) => {
		expect(checkPins(board)).toEqual([]);
	});

	test.each(broken)("$rule: $message", ({ rule, board, message }) => {
		const findings = checkPins(board);
		expect(findings.map((finding) => finding.rule)).toEqual([rule]);
		expect(findings[0]?.message).toContain(message);
	});

	test("has a broken board for each of its rules", () => {
		expect([...new Set(broken.map(({ rule }) => rule))].sort()).toEqual([...PIN_RULE_NAMES].sort());
	});

	test("accepts a strapping pin that the board's maker gave a button", () => {
		expect(checkPins(c3({ button: { ...goodBoard.button, gpio: 9 } }))).toEqual([]);
	});
});

describe("CHIPS", () => {
	test.each(Object.entries(CHIPS))("%s lists only pins that it has, and says where that comes from", (_, chip) => {
		const named = [...chip.strapping, ...chip.inputOnly, ...chip.flash, ...chip.usb, ...chip.adc1, chip.bootOutput];
		expect(named.filter((gpio) => !chip.gpios.includes(gpio))).toEqual([]);
		expect(chip.source).toContain("ESP-IDF v6.0");
	});
});

describe("parseBoard", () => {
	test("accepts a good board in its own folder", () => {
		expect(parseBoard(goodBoard, "good-board")).toEqual({ ok: true, board: goodBoard });
	});

	const { led: _, ...withoutLed } = goodBoard;
	test.each([
		["no object", 5, "/ must be object"],
		["a missing pin", withoutLed, '"missingProperty":"led"'],
		["an unknown word", { ...goodBoard, colour: "red" }, '"additionalProperty":"colour"'],
		["an unknown chip", { ...goodBoard, chip: "esp8266" }, "/chip"],
		["a pin that is no number", { ...goodBoard, dataRequest: { gpio: "10", label: "10" } }, "/dataRequest/gpio"],
		["a negative pin", { ...goodBoard, dataRequest: pin(-1) }, "/dataRequest/gpio"],
		["a title that would break the provider", { ...goodBoard, title: 'a "\n' }, "/title"],
		["an unknown flash size", { ...goodBoard, flashBytes: 2097152 }, "/flashBytes"],
	])("refuses %s", (_name, value, message) => {
		const result = parseBoard(value, "good-board");
		expect(result.ok).toBe(false);
		if (result.ok) return;
		expect(result.findings.map(({ rule }) => rule)).toContain("schema");
		expect(result.findings.map((finding) => finding.message).join()).toContain(message);
	});

	test("refuses a board in another board's folder", () => {
		const result = parseBoard(goodBoard, "other");
		expect(result).toMatchObject({ ok: false, findings: [{ rule: "name" }] });
	});
});
