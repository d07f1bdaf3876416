// Made by npm run boards.
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import P1Serial from "platform/moddable/native/p1-serial/p1-serial";

const device = {
	board: "xiao-esp32c6",
	title: "Seeed Studio XIAO ESP32C6",
	serial: { io: P1Serial, port: 1, receive: 17, invert: true },
	dataRequest: { io: Digital, pin: 18, mode: Digital.Output },
	led: { kind: "plain", io: Digital, pin: 15, mode: Digital.Output, activeLow: true },
	button: { io: Digital, pin: 9, mode: Digital.Input, edge: Digital.Rising | Digital.Falling, activeLow: true },
	supply: {
		io: Analog,
		pin: 1,
		topOhms: 150000,
		bottomOhms: 100000,
		fullScaleMilliVolts: 2450,
	},
};

export default device;
