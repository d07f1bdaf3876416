import provider from "embedded:provider/builtin";
import type { BoardProvider } from "../../../../boards/provider.js";
import type { Button, OpenButton } from "../../../ports/button.js";
import type { DataRequest } from "../../../ports/data-request.js";
import type { Light } from "../../../ports/light.js";
import type { SupplyVoltage } from "../../../ports/supply.js";
import type { TcpContext } from "../tcp-stream.js";

const board = provider as unknown as BoardProvider;

/** Where a pin's interrupt is not to be trusted. */
const POLL_MS = 20;

class PlainLight implements Light {
	readonly #pin: { write(value: 0 | 1): void };
	readonly #off: 0 | 1;

	constructor({ io: Digital, pin, mode, activeLow }: Extract<BoardProvider["led"], { readonly kind: "plain" }>) {
		this.#off = activeLow ? 1 : 0;
		this.#pin = new Digital({ pin, mode, initialValue: this.#off });
	}

	set(red: number, green: number, blue: number): void {
		this.#pin.write(red + green + blue === 0 ? this.#off : this.#off === 0 ? 1 : 0);
	}
}

class ColourLight implements Light {
	readonly #pixels: InstanceType<Extract<BoardProvider["led"], { readonly kind: "rgb" }>["io"]>;

	constructor({ io: NeoPixel, pin, length, order }: Extract<BoardProvider["led"], { readonly kind: "rgb" }>) {
		this.#pixels = new NeoPixel({ pin, length, order });
		// The driver begins at a quarter; the table of the light is dim by itself.
		this.#pixels.brightness = 255;
	}

	set(red: number, green: number, blue: number): void {
		this.#pixels.setPixel(0, this.#pixels.makeRGB(red, green, blue));
		this.#pixels.update();
	}
}

/** The board's light. */
export function openLight(): Light {
	return board.led.kind === "plain" ? new PlainLight(board.led) : new ColourLight(board.led);
}

/** The board's button; by its interrupt, or looked at where the chip's interrupt comes without a press. */
export function createOpenButton({ guard, timers }: TcpContext): OpenButton {
	return (onChanged) => {
		const { io: Digital, pin, mode, edge } = board.button;
		const tell = (): void => {
			guard.run("button", onChanged);
		};
		const input = new Digital(edge === undefined ? { pin, mode } : { pin, mode, edge, onReadable: tell });
		let wasPressed = input.read() === 0;
		const poll =
			edge === undefined
				? timers.every(POLL_MS, () => {
						const isPressed = input.read() === 0;
						if (isPressed !== wasPressed) tell();
						wasPressed = isPressed;
					})
				: undefined;
		const button: Button = {
			get isPressed() {
				return input.read() === 0;
			},
			close() {
				poll?.cancel();
				input.close();
			},
		};
		return button;
	};
}

/** The board's Data Request: 1 turns the transistor on that lifts the meter's pin, 0 lets it go. */
export function openDataRequest(): DataRequest {
	const { io: Digital, pin, mode } = board.dataRequest;
	const output = new Digital({ pin, mode, initialValue: 0 });
	return { setAsked: (isAsked) => output.write(isAsked ? 1 : 0) };
}

/** The board's 5 V; undefined where it is not measured. */
export function openSupply(): SupplyVoltage | undefined {
	const { supply } = board;
	if (supply === undefined) return undefined;
	const { io: Analog, pin, topOhms, bottomOhms, fullScaleMilliVolts } = supply;
	const input = new Analog({ pin });
	const perStep = (fullScaleMilliVolts * (topOhms + bottomOhms)) / bottomOhms / (2 ** input.resolution - 1);
	return { readMilliVolts: () => Math.round(input.read() * perStep) };
}
