import { connect, type Socket } from "node:net";
import { type ParsedResponse, parseResponses } from "./http-harness.js";

/**
 * Sends Latin-1 text to a port of this machine and waits for one whole response, 1xx left out.
 * @param method - of the request: HEAD has no body.
 * @param during - called once the text is on its way, for a test that has to make something happen.
 * @throws Error when the connection ends before that, or nothing comes within five seconds.
 */
export function rawRequest(port: number, text: string, method = "GET", during?: () => void): Promise<ParsedResponse> {
	return new Promise((resolve, reject) => {
		let received = "";
		const socket: Socket = connect({ port, host: "127.0.0.1" });
		const timer = setTimeout(() => done(new Error(`no whole response to ${JSON.stringify(text)}: ${received}`)), 5_000);
		const done = (outcome: ParsedResponse | Error): void => {
			clearTimeout(timer);
			socket.destroy();
			if (outcome instanceof Error) reject(outcome);
			else resolve(outcome);
		};
		socket.setEncoding("latin1");
		socket.on("connect", () => {
			socket.write(text, "latin1", () => {
				// The server has its turn first.
				if (during !== undefined) setTimeout(during, 30);
			});
		});
		socket.on("data", (chunk) => {
			received += chunk;
			const response = wholeResponse(received, method);
			if (response !== undefined) done(response);
		});
		socket.on("error", done);
		socket.on("close", () => done(new Error(`closed after ${JSON.stringify(received)}`)));
	});
}

/** Opens a connection and leaves it open. */
export function openConnection(port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port, host: "127.0.0.1" });
		socket.on("connect", () => resolve(socket));
		socket.on("error", reject);
	});
}

function wholeResponse(received: string, method: string): ParsedResponse | undefined {
	try {
		return parseResponses(received, [method]).find(({ status }) => status >= 200);
	} catch {
		return undefined;
	}
}
