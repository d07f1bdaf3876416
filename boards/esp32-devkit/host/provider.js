// Made by npm run boards.
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import P1Serial from "platform/moddable/native/p1-serial/p1-serial";

const device = {
	board: "esp32-devkit",
	title: "ESP32-DevKitC and its copies",
	serial: { io: P1Serial, port: 2, receive: 25, invert: true },
	dataRequest: { io: Digital, pin: 26, mode: Digital.Output },
	led: { kind: "plain", io: Digital, pin: 2, mode: Digital.Output, activeLow: false },
	button: { io: Digital, pin: 0, mode: Digital.Input, edge: Digital.Rising | Digital.Falling, activeLow: true },
	supply: {
		io: Analog,
		pin: 34,
		topOhms: 150000,
		bottomOhms: 100000,
		fullScaleMilliVolts: 2450,
	},
};

export default device;
