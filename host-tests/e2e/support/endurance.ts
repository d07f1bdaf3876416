import { connect, type Socket } from "node:net";
import { EventSource } from "eventsource";
import { connectAsync, type MqttClient } from "mqtt";
import { MeteredBridge } from "./metered-bridge.js";
import { findFreePort, type Mosquitto, startMosquitto } from "./mosquitto.js";
import { startProgram } from "./program.js";

export type EnduranceOptions = {
	/** Simulated. */
	readonly hours: number;
	/** Simulated seconds from telegram to telegram. */
	readonly intervalS: number;
	/** Simulated time per real time. */
	readonly speed: number;
	readonly seed: number;
};

export type EnduranceReport = {
	readonly telegramsSent: number;
	readonly telegramsGood: number;
	readonly brokerRestarts: number;
	readonly bridgeRestarts: number;
	readonly meterStalls: number;
	readonly polls: number;
	readonly events: number;
	readonly rawTelegrams: number;
	/** Bytes of the program, each hour of simulated time. */
	readonly heapUsedBytes: readonly number[];
	readonly residentBytes: readonly number[];
	readonly problems: readonly string[];
};

type Status = {
	readonly telegrams: Readonly<Record<string, number>>;
	readonly memory: { readonly heapUsedBytes?: number; readonly residentBytes?: number };
	readonly reading: { readonly stale?: boolean };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** For what the program does after a fault: its backoff has a cap of a minute, and the machine may be busy. */
const RECOVERY_MS = 90_000;

/** A day of a program in minutes, with faults: the broker restarts, the bridge drops, the meter falls silent. */
export class Endurance {
	readonly #options: EnduranceOptions;
	readonly #bridge: MeteredBridge;
	readonly #problems: string[] = [];
	readonly #heapUsedBytes: number[] = [];
	readonly #residentBytes: number[] = [];
	#broker: Mosquitto | undefined;
	#url = "";
	#polls = 0;
	#events = 0;
	#rawTelegrams = 0;
	#isOver = false;

	constructor(options: EnduranceOptions) {
		this.#options = options;
		this.#bridge = new MeteredBridge({ ...options, intervalMs: options.intervalS * 1000 });
	}

	async run(): Promise<EnduranceReport> {
		const { hours, speed } = this.#options;
		const counts = { brokerRestarts: 0, bridgeRestarts: 0, meterStalls: 0 };
		this.#broker = await startMosquitto();
		const telegramPort = await findFreePort();
		const program = await startProgram({
			source: `tcp:127.0.0.1:${await this.#bridge.listen()}`,
			mqttHost: "127.0.0.1",
			mqttPort: this.#broker.port,
			telegramPort,
		});
		this.#url = program.url;
		const events = this.#follow();
		const raw = this.#readRaw(telegramPort);
		const polling = this.#poll();
		const hourMs = 3_600_000 / speed;
		for (let hour = 1; hour <= hours; hour++) {
			await pause(hourMs);
			await this.#measure();
			if (hour % 4 === 1) {
				counts.brokerRestarts++;
				await this.#restartBroker();
			} else if (hour % 4 === 2) {
				counts.bridgeRestarts++;
				this.#bridge.drop();
			} else if (hour % 4 === 3) {
				counts.meterStalls++;
				await this.#stall();
			}
		}
		this.#bridge.isSilent = true;
		await this.#expectSoon("each telegram that was sent is counted", async () => {
			const { telegrams } = await this.#status();
			return telegrams.good === this.#bridge.sent && telegrams.bad === 0;
		});
		const { telegrams } = await this.#status();
		this.#isOver = true;
		events.close();
		raw.destroy();
		await polling;
		if (/fault in/.test(program.output)) this.#problems.push(`faults were logged: ${program.output.slice(-2000)}`);
		const exit = await program.end();
		if (exit !== 0) this.#problems.push(`exit status ${exit}`);
		this.#bridge.close();
		await this.#broker.stop();
		return {
			telegramsSent: this.#bridge.sent,
			telegramsGood: telegrams.good ?? 0,
			...counts,
			polls: this.#polls,
			events: this.#events,
			rawTelegrams: this.#rawTelegrams,
			heapUsedBytes: this.#heapUsedBytes,
			residentBytes: this.#residentBytes,
			problems: this.#problems,
		};
	}

	async #status(): Promise<Status> {
		const response = await fetch(`${this.#url}/api/v1/status`);
		return (await response.json()) as Status;
	}

	async #measure(): Promise<void> {
		const { memory } = await this.#status();
		this.#heapUsedBytes.push(memory.heapUsedBytes ?? 0);
		this.#residentBytes.push(memory.residentBytes ?? 0);
	}

	async #restartBroker(): Promise<void> {
		const port = this.#broker?.port ?? 0;
		await this.#broker?.kill();
		await pause(2000);
		this.#broker = await startMosquitto({ port });
		const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${port}`);
		let states = 0;
		client.on("message", () => states++);
		await client.subscribeAsync("p1/state");
		await this.#expectSoon("states come again after the broker's restart", async () => states > 1);
		await client.endAsync(true);
	}

	async #stall(): Promise<void> {
		this.#bridge.isSilent = true;
		await this.#expectSoon(
			"a silent meter is said to be silent",
			async () => (await this.#status()).reading.stale === true,
		);
		this.#bridge.isSilent = false;
		await this.#expectSoon("its next telegram is fresh", async () => (await this.#status()).reading.stale === false);
	}

	#follow(): EventSource {
		const events = new EventSource(`${this.#url}/api/v1/events`);
		events.addEventListener("reading", () => this.#events++);
		return events;
	}

	#readRaw(port: number): Socket {
		const socket = connect(port, "127.0.0.1");
		socket.on("error", (error) => this.#problems.push(`raw telegrams: ${error.message}`));
		socket.on("data", (bytes) => {
			for (const byte of bytes) if (byte === 0x21) this.#rawTelegrams++;
		});
		return socket;
	}

	async #poll(): Promise<void> {
		while (!this.#isOver) {
			const response = await fetch(`${this.#url}/api/v1/reading`);
			if (response.status === 200) JSON.parse(await response.text());
			else if (response.status !== 503) this.#problems.push(`/api/v1/reading answers ${response.status}`);
			this.#polls++;
			await pause(50);
		}
	}

	async #expectSoon(what: string, holds: () => Promise<boolean>): Promise<void> {
		const untilMs = performance.now() + RECOVERY_MS;
		while (performance.now() < untilMs) {
			if (await holds()) return;
			await pause(100);
		}
		this.#problems.push(`not true within ${RECOVERY_MS / 1000} s: ${what}`);
	}
}
