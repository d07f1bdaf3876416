import type { TcpConnection, TcpConnectionHandler } from "../../../src/ports/tcp.js";

/** One request: the name of a command and its parameters. */
export type Request = { readonly do: string } & { readonly [key: string]: unknown };
export type Commands = { readonly [name: string]: (request: Request) => unknown };

const NEWLINE = 10;

/** The connection to the test: lines of ASCII both ways. */
export class ControlLine implements TcpConnectionHandler {
	readonly #connection: TcpConnection;
	readonly #onClosed: () => void;
	readonly #input = new Uint8Array(4096);
	#line = "";
	#output: Uint8Array[] = [];
	#sent = 0;
	commands: Commands = {};

	constructor(connection: TcpConnection, onClosed: () => void) {
		this.#connection = connection;
		this.#onClosed = onClosed;
	}

	/** @param kind - "r" for an answer, "e" for an event. */
	tell(kind: "r" | "e", content: unknown): void {
		this.#output.push(new Uint8Array(ArrayBuffer.fromString(`${kind}${JSON.stringify(content)}\n`)));
		this.onWritable();
	}

	onReadable(): void {
		for (;;) {
			const count = this.#connection.read(this.#input, 0, this.#input.length);
			if (count === 0) return;
			let start = 0;
			for (let i = 0; i < count; i++) {
				if (this.#input[i] !== NEWLINE) continue;
				this.#line += String.fromArrayBuffer(this.#input.slice(start, i).buffer);
				start = i + 1;
				const line = this.#line;
				this.#line = "";
				this.#answer(JSON.parse(line) as Request);
			}
			this.#line += String.fromArrayBuffer(this.#input.slice(start, count).buffer);
		}
	}

	onWritable(): void {
		for (;;) {
			const first = this.#output[0];
			if (first === undefined) return;
			this.#sent += this.#connection.write(first, this.#sent, first.length);
			if (this.#sent < first.length) return;
			this.#sent = 0;
			this.#output.shift();
		}
	}

	onClosed(): void {
		this.#onClosed();
	}

	#answer(request: Request): void {
		const command = this.commands[request.do];
		let answer: unknown;
		try {
			answer = { value: command === undefined ? undefined : (command(request) ?? null) };
		} catch (error) {
			const name = error instanceof Error ? error.name : "Error";
			answer = { error: { name, message: error instanceof Error ? error.message : String(error) } };
		}
		this.tell("r", answer);
	}
}
