// Made by npm run boards.
import Digital from "embedded:io/digital";
import NeoPixel from "neopixel";
import P1Serial from "platform/moddable/native/p1-serial/p1-serial";

const device = {
	board: "m5atom-lite",
	title: "M5Stack ATOM Lite",
	serial: { io: P1Serial, port: 2, receive: 32, invert: true },
	dataRequest: { io: Digital, pin: 26, mode: Digital.Output },
	led: { kind: "rgb", io: NeoPixel, pin: 27, length: 1, order: "GRB" },
	button: { io: Digital, pin: 39, mode: Digital.Input, activeLow: true },
};

export default device;
