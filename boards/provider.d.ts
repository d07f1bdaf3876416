import type P1Serial from "../src/platform/moddable/native/p1-serial/p1-serial.js";

/** The SDK's embedded:io/digital, as far as it is used: constructed with a pin's options and what the user adds. */
export type DigitalConstructor = new (options: {
	readonly pin: number;
	readonly mode: number;
	readonly edge?: number;
	readonly initialValue?: 0 | 1;
	onReadable?(): void;
}) => { read(): 0 | 1; write(value: 0 | 1): void; close(): void };

/** The SDK's neopixel driver, as far as it is used. */
export type NeoPixelConstructor = new (options: {
	readonly pin: number;
	readonly length: number;
	readonly order: string;
}) => {
	brightness: number;
	makeRGB(r: number, g: number, b: number): number;
	setPixel(index: number, color: number): void;
	update(): void;
};

/** The SDK's embedded:io/analog, as far as it is used. */
export type AnalogConstructor = new (options: {
	readonly pin: number;
}) => {
	readonly resolution: number;
	read(): number;
	close(): void;
};

/** Default export of every board's host/provider.js, which the firmware imports as `embedded:provider/builtin`. */
export interface BoardProvider {
	/** Name of the board's folder. */
	readonly board: string;
	/** For people. */
	readonly title: string;
	/** Add baud, dataBits and parity. */
	readonly serial: {
		readonly io: typeof P1Serial;
		readonly port: number;
		readonly receive: number;
		readonly invert: boolean;
	};
	/** Write 1 to ask the meter for telegrams, 0 to let go; off until written. */
	readonly dataRequest: { readonly io: DigitalConstructor; readonly pin: number; readonly mode: number };
	readonly led:
		| {
				readonly kind: "plain";
				readonly io: DigitalConstructor;
				readonly pin: number;
				readonly mode: number;
				/** True: 0 lights it. */
				readonly activeLow: boolean;
		  }
		| {
				readonly kind: "rgb";
				readonly io: NeoPixelConstructor;
				readonly pin: number;
				readonly length: 1;
				readonly order: "GRB";
		  };
	/** Reads 0 while pressed. */
	readonly button: {
		readonly io: DigitalConstructor;
		readonly pin: number;
		readonly mode: number;
		/** Absent: the pin's interrupt is not to be trusted, poll it (ESP32 errata 3.11). */
		readonly edge?: number;
		readonly activeLow: true;
	};
	/**
	 * The board's 5 V in mV: read() / (2^resolution - 1) * fullScaleMilliVolts * (topOhms + bottomOhms) / bottomOhms.
	 * Absent: not measured.
	 */
	readonly supply?: {
		readonly io: AnalogConstructor;
		readonly pin: number;
		readonly topOhms: number;
		readonly bottomOhms: number;
		readonly fullScaleMilliVolts: number;
	};
}
