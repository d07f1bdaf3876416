import { Agent, get } from "node:http";
import { request } from "./consumers.js";
import { MeteredBridge } from "./metered-bridge.js";
import { startMosquitto } from "./mosquitto.js";
import { startProgram } from "./program.js";

/** What XS has in use, garbage that was not collected yet included; slots as they are on a chip, half as large. */
export type HeapFigures = { readonly slotBytes: number; readonly chunkBytes: number };

export type HeapReport = {
	/** When the sum is largest, and smallest once everybody is there. */
	readonly peak: HeapFigures;
	readonly lowest: HeapFigures;
	/** What XS had taken for itself in the end, used or not: it is told once a second, and no moment between was above this. */
	readonly reserved: HeapFigures;
	readonly stackBytes: number;
	readonly answers: Readonly<Record<string, number>>;
	readonly events: number;
	readonly brokerKills: number;
};

const PATHS = ["/api/v1/reading", "/api/v1/status", "/metrics", "/api/v1/telegram", "/api/v1/reading", "/"];
const POLLERS = 4;
const BROKER_PERIOD_S = 10;
const SETTLED_AFTER = 6;

export const sumOf = ({ slotBytes, chunkBytes }: HeapFigures): number => slotBytes + chunkBytes;

/**
 * Loads the instrumented program that P1_PROGRAM names, as docs/memory.md says: four pollers that ask for everything in turn,
 * one event stream, a telegram every half second, and a broker that is killed and comes back.
 * @throws Error when the program is not an instrumented one.
 */
export async function loadHeap(seconds: number): Promise<HeapReport> {
	process.env.P1_INSTRUMENTS = "1";
	process.env.P1_HTTP_CONNECTIONS = "6";
	const bridge = new MeteredBridge({ intervalMs: 1000, speed: 2, seed: 1 });
	let broker = await startMosquitto();
	const { port } = broker;
	const source = `tcp:127.0.0.1:${await bridge.listen()}`;
	const program = await startProgram({ source, mqtt: true, mqttHost: "127.0.0.1", mqttPort: port, modbus: true });
	const endMs = performance.now() + 1000 * seconds;
	const answers: Record<string, number> = {};
	let events = 0;
	const stream = get(`${program.url}/api/v1/events`, { agent: new Agent() }, (response) => {
		response.on("data", (bytes: Buffer) => {
			events += bytes.toString("latin1").split("data:").length - 1;
		});
	});
	stream.on("error", () => {});
	const poll = async (turn: number): Promise<void> => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		for (let i = turn; performance.now() < endMs; i++) {
			const status = await request(`${program.url}${PATHS[i % PATHS.length]}`, agent).then(
				(answer) => answer.status,
				() => "connection",
			);
			answers[status] = (answers[status] ?? 0) + 1;
			await pause(50);
		}
		agent.destroy();
	};
	let brokerKills = 0;
	const killBroker = async (): Promise<void> => {
		for (;;) {
			await pause(1000 * BROKER_PERIOD_S);
			if (performance.now() > endMs) return;
			await broker.kill();
			brokerKills++;
			await pause(2000);
			broker = await startMosquitto({ port });
		}
	};
	await Promise.all([killBroker(), ...Array.from({ length: POLLERS }, (_, turn) => poll(turn))]);
	stream.destroy();
	const { output } = program;
	await program.end();
	await broker.stop();
	bridge.close();
	return { ...figuresIn(output), answers, events, brokerKills };
}

function figuresIn(output: string): Pick<HeapReport, "peak" | "lowest" | "reserved" | "stackBytes"> {
	const keys = /^instruments key: (.*)$/m.exec(output)?.[1]?.split(",");
	if (keys === undefined)
		throw new Error("P1_PROGRAM: npm run build:linux -- --instrument makes a program that says what it uses");
	const names = keys.map((key) => key.trim());
	const rows = [...output.matchAll(/^instruments: (.*)$/gm)].map(([, text = ""]) => {
		const values = text.split(",").map(Number);
		const figureOf = (name: string): number => values[names.indexOf(name)] ?? Number.NaN;
		return {
			heap: { slotBytes: figureOf("Slot used") / 2, chunkBytes: figureOf("Chunk used") },
			reserved: { slotBytes: figureOf("Slot available") / 2, chunkBytes: figureOf("Chunk available") },
			stackBytes: figureOf("Stack used") / 2,
		};
	});
	const heaps = rows.map(({ heap }) => heap);
	const settled = heaps.slice(SETTLED_AFTER);
	const [first] = settled;
	const reserved = rows.at(-1)?.reserved;
	if (first === undefined || reserved === undefined) throw new Error("too short to say anything");
	return {
		peak: heaps.reduce((most, heap) => (sumOf(heap) > sumOf(most) ? heap : most), first),
		lowest: settled.reduce((least, heap) => (sumOf(heap) < sumOf(least) ? heap : least), first),
		reserved,
		stackBytes: Math.max(...rows.map(({ stackBytes }) => stackBytes)),
	};
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
