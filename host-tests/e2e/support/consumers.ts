import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { EventSource } from "eventsource";
import ModbusClient from "modbus-serial";
import { connectAsync } from "mqtt";
import WebSocket from "ws";

/** Reading `n` of the test's meter: n watts, and as many Wh above this. */
export const FIRST_WH = 10_000_000;
/** Without it pollers would take a core of a machine that has two. */
const POLL_PAUSE_MS = 30;
/** A request that nothing answers; the machine may be busy, the program is not to be. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Somebody who reads the meter, and what was seen. */
export interface Consumer {
	readonly name: string;
	/** Numbers of the readings, in the order in which they came; pollers note each once. */
	readonly seen: readonly number[];
	/** What was not as it has to be. */
	readonly problems: readonly string[];
	/** Answers that said "not now": no connection or no reading. */
	readonly refusals: number;
	/** Longest wait for an answer of a poller, since it was last read. */
	takeSlowestMs(): number;
	/** Reads nothing more, and keeps the connection. */
	stopReading(): void;
	close(): Promise<void> | void;
}

class Notes {
	readonly seen: number[] = [];
	readonly problems: string[] = [];
	refusals = 0;
	#slowestMs = 0;

	/** A reading by its power and its energy. */
	note(powerW: unknown, energyWh: unknown): void {
		if (Math.round(Number(energyWh)) !== FIRST_WH + Number(powerW)) {
			this.problem(`${powerW} W with ${energyWh} Wh: two readings are mixed`);
		} else if (this.seen.at(-1) !== powerW) this.seen.push(Number(powerW));
	}

	problem(text: string): void {
		if (this.problems.length < 10) this.problems.push(text.slice(0, 300));
	}

	waited(ms: number): void {
		this.#slowestMs = Math.max(this.#slowestMs, ms);
	}

	takeSlowestMs(): number {
		const slowestMs = this.#slowestMs;
		this.#slowestMs = 0;
		return slowestMs;
	}
}

function consumer(name: string, notes: Notes, stopReading: () => void, close: Consumer["close"]): Consumer {
	return {
		name,
		seen: notes.seen,
		problems: notes.problems,
		get refusals() {
			return notes.refusals;
		},
		takeSlowestMs: () => notes.takeSlowestMs(),
		stopReading,
		close,
	};
}

function noteTelegram(notes: Notes, telegram: string): void {
	const row = (code: string): number => Number(new RegExp(`1-0:${code}\\((\\d+\\.\\d+)`).exec(telegram)?.[1]) * 1000;
	notes.note(Math.round(row("1\\.7\\.0")), row("1\\.8\\.0"));
}

function noteJson(notes: Notes, text: string): void {
	const { powerImportW, energyImportWh, stale } = JSON.parse(text) as Record<string, unknown>;
	if (stale === false) notes.note(powerImportW, energyImportWh);
}

/** Server-sent events, by the npm package eventsource. */
export function openEvents(url: string, name: string): Consumer {
	const notes = new Notes();
	let open: () => void = () => {};
	let gate: Promise<void> | undefined;
	const source = new EventSource(`${url}/api/v1/events`, {
		fetch: async (input, init) => {
			const response = await fetch(input, init);
			const gated = response.body?.pipeThrough(
				new TransformStream<Uint8Array, Uint8Array>({
					async transform(chunk, controller) {
						await gate;
						controller.enqueue(chunk);
					},
				}),
			);
			const { status, headers } = response;
			return Object.assign(new Response(gated ?? null, { status, headers }), {});
		},
	});
	source.addEventListener("reading", ({ data }) => noteJson(notes, data));
	const stop = (): void => {
		gate = new Promise((resolve) => {
			open = resolve;
		});
	};
	return consumer(name, notes, stop, () => {
		source.close();
		open();
	});
}

/** Raw telegrams over TCP. */
export function openTelegrams(host: string, port: number, name: string): Consumer {
	const notes = new Notes();
	const socket = connect(port, host);
	let text = "";
	socket.setEncoding("latin1");
	socket.on("error", () => {});
	socket.on("data", (data) => {
		text += data;
		for (let end = text.indexOf("!"); end >= 0 && text.length >= end + 7; end = text.indexOf("!")) {
			noteTelegram(notes, text.slice(0, end + 7));
			text = text.slice(end + 7);
		}
	});
	return consumer(
		name,
		notes,
		() => void socket.pause(),
		() => void socket.destroy(),
	);
}

/** Telegrams over WebSocket, by the npm package ws. */
export function openWebSocket(url: string, name: string): Consumer {
	const notes = new Notes();
	const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/telegram/stream`);
	socket.on("error", (error) => notes.problem(error.message));
	socket.on("message", (data) => noteTelegram(notes, String(data)));
	return consumer(
		name,
		notes,
		() => socket.pause(),
		() => socket.terminate(),
	);
}

/** The state at a broker, by MQTT.js. */
export async function openMqtt(port: number): Promise<Consumer> {
	const notes = new Notes();
	const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
	client.on("message", (_topic, payload) => noteJson(notes, payload.toString()));
	await client.subscribeAsync("p1/state");
	return consumer(
		"MQTT",
		notes,
		() => {},
		() => client.endAsync(true),
	);
}

/** Asks again and again until it is closed. */
function poll(
	name: string,
	ask: (notes: Notes) => Promise<void>,
	stop = (): void => {},
	end = (): void => {},
): Consumer {
	const notes = new Notes();
	let isOver = false;
	const run = async (): Promise<void> => {
		while (!isOver) {
			const askedMs = performance.now();
			await ask(notes).catch((error: unknown) => {
				if (!isOver) notes.problem(String(error));
			});
			notes.waited(performance.now() - askedMs);
			await new Promise((resolve) => setTimeout(resolve, POLL_PAUSE_MS));
		}
	};
	const running = run();
	const close = async (): Promise<void> => {
		isOver = true;
		end();
		await running;
	};
	const stopReading = (): void => {
		isOver = true;
		stop();
	};
	return consumer(name, notes, stopReading, close);
}

/** Registers of an SDM630, by the npm package modbus-serial. */
export async function openModbus(host: string, port: number): Promise<Consumer> {
	const client = new ModbusClient();
	client.setTimeout(REQUEST_TIMEOUT_MS);
	await client.connectTCP(host, { port });
	const ask = async (notes: Notes): Promise<void> => {
		// Both in one request: all values of one answer are of one telegram.
		const { buffer } = await client.readInputRegisters(0x0034, 0x004a - 0x0034).catch((error: unknown) => {
			if (!/exception 11/.test(String(error))) throw error;
			notes.refusals++;
			return { buffer: undefined };
		});
		if (buffer !== undefined) notes.note(buffer.readFloatBE(0), 1000 * buffer.readFloatBE(2 * (0x0048 - 0x0034)));
	};
	return poll("Modbus", ask, undefined, () => client.close(() => {}));
}

export type Answer = { readonly status: number; readonly body: string; readonly etag: string | undefined };

/** A GET on a connection of `agent`; fails without an answer. */
export function request(url: string, agent: Agent, headers: Record<string, string> = {}): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const asked = get(url, { agent, headers, timeout: REQUEST_TIMEOUT_MS }, (response) => {
			let body = "";
			response.setEncoding("latin1");
			response.on("data", (chunk) => {
				body += chunk;
			});
			response.on("error", reject);
			response.on("end", () => resolve({ status: response.statusCode ?? 0, body, etag: response.headers.etag }));
		});
		asked.on("timeout", () => asked.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)));
		asked.on("error", reject);
	});
}

const TAKERS = {
	reading: ["/api/v1/reading", noteJson],
	telegram: ["/api/v1/telegram", noteTelegram],
	metrics: [
		"/metrics",
		(notes: Notes, text: string) => {
			const sample = (name: string): string | undefined =>
				new RegExp(`^${name}\\{direction="import"\\} (\\S+)$`, "m").exec(text)?.[1];
			const power = sample("p1_power_watts");
			// Absent once the meter is silent.
			if (power !== undefined) notes.note(Number(power), Number(sample("p1_energy_joules_total")) / 3600);
		},
	],
	HomeWizard: [
		"/api/v1/data",
		(notes: Notes, text: string) => {
			const { active_power_w: power, total_power_import_kwh: energy } = JSON.parse(text) as Record<string, number>;
			notes.note(power, 1000 * (energy ?? Number.NaN));
		},
	],
	Shelly: [
		"/rpc/EM.GetStatus?id=0",
		(notes: Notes, text: string) => {
			const { total_act_power: power } = JSON.parse(text) as Record<string, number>;
			// No energy in this answer.
			notes.note(power, FIRST_WH + (power ?? Number.NaN));
		},
	],
} as const satisfies Record<string, readonly [path: string, take: (notes: Notes, text: string) => void]>;

/** Somebody who asks over HTTP, on a connection that is kept. @param isConditional - sends the ETag that it has. */
export function openPoller(
	url: string,
	kind: keyof typeof TAKERS,
	isConditional = false,
	name: string = kind,
): Consumer {
	const [path, take] = TAKERS[kind];
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	let etag: string | undefined;
	let flood: Socket | undefined;
	const ask = async (notes: Notes): Promise<void> => {
		const headers = isConditional && etag !== undefined ? { "If-None-Match": etag } : {};
		const answer = await request(url + path, agent, { ...headers });
		if (answer.status === 200) {
			etag = answer.etag;
			take(notes, answer.body);
		} else if (answer.status === 503) notes.refusals++;
		else if (answer.status !== 304) notes.problem(`${answer.status}: ${answer.body}`);
	};
	// Asks on, in one go, and reads no answer: one alone would fit into the network's buffers.
	const stop = (): void => {
		const { hostname, port } = new URL(url);
		flood = connect(Number(port), hostname);
		flood.pause();
		flood.on("error", () => {});
		flood.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(4000));
	};
	return poll(name, ask, stop, () => {
		agent.destroy();
		flood?.destroy();
	});
}
