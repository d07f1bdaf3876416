// Owns the connection to the probe, so that the test's thread can wait for an answer without letting anything else happen.
import { connect } from "node:net";
import { workerData } from "node:worker_threads";

const { port, flag, answers, events, requests } = workerData;
const socket = connect({ port, host: "127.0.0.1", noDelay: true });
let text = "";
socket.setEncoding("utf8");
socket.on("data", (chunk) => {
	text += chunk;
	for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
		const line = text.slice(0, end);
		text = text.slice(end + 1);
		const content = JSON.parse(line.slice(1));
		if (line[0] === "e") {
			events.postMessage(content);
			continue;
		}
		answers.postMessage(content);
		Atomics.store(flag, 0, 1);
		Atomics.notify(flag, 0);
	}
});
socket.on("error", () => {});
requests.on("message", (line) => (line === null ? socket.destroy() : socket.write(`${line}\n`)));
