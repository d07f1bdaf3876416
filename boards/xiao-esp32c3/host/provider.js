// Made by npm run boards.
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import P1Serial from "platform/moddable/native/p1-serial/p1-serial";

const device = {
	board: "xiao-esp32c3",
	title: "Seeed Studio XIAO ESP32C3",
	serial: { io: P1Serial, port: 1, receive: 20, invert: true },
	dataRequest: { io: Digital, pin: 10, mode: Digital.Output },
	led: { kind: "plain", io: Digital, pin: 7, mode: Digital.Output, activeLow: false },
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
