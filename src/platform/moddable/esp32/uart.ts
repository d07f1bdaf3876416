import provider from "embedded:provider/builtin";
import type { SerialLine, SerialLineOptions } from "../host.js";
import type P1Serial from "../native/p1-serial/p1-serial.js";
import type { P1SerialOptions } from "../native/p1-serial/p1-serial.js";

/** What a board's provider (boards/<board>/host/provider.js) says of the meter's line. */
type BoardSerial = Pick<P1SerialOptions, "receive" | "port" | "invert"> & {
	readonly io: new (options: P1SerialOptions) => P1Serial;
};
const board = provider as unknown as { readonly serial: BoardSerial };

class UartLine implements SerialLine {
	#driver: P1Serial | undefined;

	constructor(options: SerialLineOptions) {
		const { io: Uart, ...pins } = board.serial;
		const isSevenBits = options.format === "9600-7e1";
		const { guard } = options;
		this.#driver = new Uart({
			...pins,
			baud: isSevenBits ? 9600 : 115_200,
			dataBits: isSevenBits ? 7 : 8,
			parity: isSevenBits ? "even" : "none",
			onReadable: () => {
				guard.run("uart", () => options.onReadable());
			},
			onError: (fault, count) => {
				for (let left = count; left > 0; left--) guard.run("uart", () => options.onFault(fault));
			},
		});
	}

	read(bytes: Uint8Array): number {
		return this.#driver?.read(bytes) ?? 0;
	}

	close(): void {
		const driver = this.#driver;
		this.#driver = undefined;
		driver?.close();
	}
}

/** Opens the meter's UART with the board's pins; throws for pins in use and when memory is short. */
export function openUart(options: SerialLineOptions): SerialLine {
	return new UartLine(options);
}
