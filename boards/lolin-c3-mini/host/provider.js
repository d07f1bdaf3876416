// Made by npm run boards.
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import NeoPixel from "neopixel";
import P1Serial from "platform/moddable/native/p1-serial/p1-serial";

const device = {
	board: "lolin-c3-mini",
	title: "LOLIN C3 Mini",
	serial: { io: P1Serial, port: 1, receive: 20, invert: true },
	dataRequest: { io: Digital, pin: 10, mode: Digital.Output },
	led: { kind: "rgb", io: NeoPixel, pin: 7, length: 1, order: "GRB" },
	button: { io: Digital, pin: 9, mode: Digital.Input, edge: Digital.Rising | Digital.Falling, activeLow: true },
	supply: {
		io: Analog,
		pin: 3,
		topOhms: 150000,
		bottomOhms: 100000,
		fullScaleMilliVolts: 2450,
	},
};

export default device;
