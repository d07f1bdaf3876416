import { connect, type Socket } from "node:net";
import { type ParsedResponse, parseResponses } from "./http-harness.js";

/**
 * Sends Latin-1 text to a port of this machine and waits for one whole response, 1xx but 101 left out.
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
		socket.on("close", () => {
			// The end of the connection may be that of the body.
			done(wholeResponse(received, method, true) ?? new Error(`closed after ${JSON.stringify(received)}`));
		});
	});
}

/**
 * Sends Latin-1 text to a port of this machine and listens for a while: to a response that has no end.
 * @throws Error when there is no whole head by then. */
export async function rawStream(
	port: number,
	text: string,
	listenMs: number,
): Promise<{ response: ParsedResponse; isChunked: boolean }> {
	const socket = await openConnection(port);
	let received = "";
	socket.setEncoding("latin1");
	socket.on("data", (chunk) => {
		received += chunk;
	});
	socket.write(text, "latin1");
	await new Promise((resolve) => setTimeout(resolve, listenMs));
	socket.destroy();
	const headEnd = received.indexOf("\r\n\r\n") + 4;
	const head = received.slice(0, headEnd).replace("Transfer-Encoding: chunked\r\n", "");
	const [response] = parseResponses(head, ["GET"], true);
	if (response === undefined) throw new Error(`no head: ${received}`);
	return { response: { ...response, body: received.slice(headEnd) }, isChunked: head.length < headEnd };
}

/** What whole chunks hold. @throws Error for anything else. */
export function unchunked(chunks: string): string {
	let text = "";
	for (let at = 0; at < chunks.length; ) {
		const [line = "", size = ""] = /^([0-9a-f]+)\r\n/.exec(chunks.slice(at)) ?? [];
		const start = at + line.length;
		const end = start + Number.parseInt(size, 16);
		if (line === "" || chunks.slice(end, end + 2) !== "\r\n") throw new Error(`not chunks: ${chunks.slice(at)}`);
		text += chunks.slice(start, end);
		at = end + 2;
	}
	return text;
}

/** Opens a connection and leaves it open. */
export function openConnection(port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port, host: "127.0.0.1" });
		socket.on("connect", () => resolve(socket));
		socket.on("error", reject);
	});
}

function wholeResponse(received: string, method: string, isClosed = false): ParsedResponse | undefined {
	try {
		return parseResponses(received, [method], isClosed).find(({ status }) => status === 101 || status >= 200);
	} catch {
		return undefined;
	}
}
