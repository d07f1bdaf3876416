import type { Board } from "../../boards/tools/board.js";

/** A board that breaks no rule; tests change one thing of it. */
export const goodBoard: Board = {
	name: "good-board",
	title: "Good Board",
	chip: "esp32c3",
	flashBytes: 4194304,
	usb: "serial-jtag",
	antenna: "internal",
	source: "made up for tests",
	powerLabel: "5V",
	receive: { gpio: 20, label: "RX", uart: 1, invert: true },
	dataRequest: { gpio: 10, label: "10" },
	led: { gpio: 8, label: "LED", kind: "plain", activeLow: true, onboard: true },
	button: { gpio: 9, label: "BOOT", onboard: true, hasPullUp: true },
	supply: { gpio: 3, label: "3", topOhms: 150_000, bottomOhms: 100_000 },
};

/** The same on an ESP32, which has input-only pins, three UARTs and a USB bridge. */
export const goodEsp32Board: Board = {
	...goodBoard,
	chip: "esp32",
	usb: "bridge",
	receive: { gpio: 25, label: "25", uart: 2, invert: true },
	dataRequest: { gpio: 26, label: "26" },
	led: { gpio: 27, label: "27", kind: "rgb", activeLow: false, onboard: false },
	button: { gpio: 39, label: "39", onboard: true, hasPullUp: true },
	supply: { gpio: 34, label: "34", topOhms: 150_000, bottomOhms: 100_000 },
};
