import type { LineFormat, OpenP1Port, P1PortFault, P1PortHandler } from "../../src/ports/p1-port.js";

/** A P1 port whose bytes, faults and link are in a test's hand. */
export class FakeP1Port {
	readonly hasLineFormat: boolean;
	/** Every line format that was set, in order. */
	readonly formats: LineFormat[] = [];
	/** How often `close` was called. */
	closed = 0;
	#handler: P1PortHandler | undefined;

	constructor(hasLineFormat = false) {
		this.hasLineFormat = hasLineFormat;
	}

	readonly open: OpenP1Port = (handler) => {
		if (this.#handler !== undefined) throw new Error("this port is open");
		this.#handler = handler;
		return {
			hasLineFormat: this.hasLineFormat,
			setLineFormat: (format) => this.formats.push(format),
			close: () => {
				this.closed++;
			},
		};
	};

	get isOpened(): boolean {
		return this.#handler !== undefined;
	}

	/** Bytes arrive in one piece, or in pieces of `pieceBytes`; text is ASCII. */
	receive(data: Uint8Array | string, pieceBytes = data.length): void {
		const bytes = typeof data === "string" ? Uint8Array.from(data, (character) => character.charCodeAt(0)) : data;
		for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
			this.#opened.onBytes(bytes, offset, Math.min(offset + pieceBytes, bytes.length));
		}
	}

	fault(fault: P1PortFault): void {
		this.#opened.onFault(fault);
	}

	link(connected: boolean, detail: string): void {
		this.#opened.onLinkChanged(connected, detail);
	}

	end(): void {
		this.#opened.onEnd();
	}

	get #opened(): P1PortHandler {
		if (this.#handler === undefined) throw new Error("this port was never opened");
		return this.#handler;
	}
}
