import { Agent, get, type IncomingMessage } from "node:http";
import { ReadingChecks } from "./reading-checks.js";

export type PollersOptions = {
	/** Of the app, such as `http://127.0.0.1:8080`. */
	readonly url: string;
	/** How many, each on a connection of its own. */
	readonly pollers: number;
	/** Requests per second of each. */
	readonly hertz: number;
	readonly seconds: number;
};

export type PollersReport = {
	readonly requests: number;
	/** Answers by status; "connection" where there was none. */
	readonly answers: Readonly<Record<string, number>>;
	/** Requests that were not made because the one before had no answer yet. */
	readonly late: number;
	/** Distinct versions of the reading that were seen. */
	readonly readings: number;
	/** Versions that nobody saw. */
	readonly missing: readonly number[];
	/** Versions that single pollers did not see, in all. */
	readonly skippedByPollers: number;
	readonly phasesChecked: number;
	readonly registersChecked: number;
	readonly telegramsChecked: number;
	readonly latencyMs: { readonly median: number; readonly p99: number; readonly max: number };
	/** What was wrong; empty when all is well. */
	readonly problems: readonly string[];
};

type Answer = { readonly status: number; readonly etag: string | undefined; readonly body: string };

/** Every so many requests a poller asks for the telegram instead. */
const TELEGRAM_EVERY = 10;

/**
 * Polls a running app and checks every answer. Half of the pollers send the ETag that they have. All of them together must
 * see every reading, and nobody may get an older one than was given before he asked. That a single poller skips some is no
 * problem by itself: on a busy machine it asks late.
 */
export async function runPollers({ url, pollers, hertz, seconds }: PollersOptions): Promise<PollersReport> {
	const checks = new ReadingChecks(pollers);
	const telegrams = new TelegramChecks();
	const answers: Record<string, number> = {};
	const latenciesMs: number[] = [];
	let requests = 0;
	let late = 0;

	const poll = async (poller: number, endMs: number): Promise<void> => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		const periodMs = 1000 / hertz;
		let etag: string | undefined;
		let nextMs = performance.now() + (poller / pollers) * periodMs;
		for (let turn = poller; nextMs < endMs; turn++) {
			await until(nextMs);
			const startMs = performance.now();
			const isTelegram = turn % TELEGRAM_EVERY === 0;
			const condition = poller % 2 === 1 && !isTelegram ? etag : undefined;
			const floor = checks.newestVersion;
			requests++;
			try {
				const answer = await ask(`${url}/api/v1/${isTelegram ? "telegram" : "reading"}`, agent, condition);
				latenciesMs.push(performance.now() - startMs);
				answers[answer.status] = (answers[answer.status] ?? 0) + 1;
				if (answer.status === 304 && condition !== undefined) {
					checks.onNotModified(condition, answer.etag, floor);
				} else if (answer.status !== 200) checks.note(`${answer.status}: ${answer.body.slice(0, 200)}`);
				else if (isTelegram) checks.problems.push(...telegrams.check(answer));
				else checks.onReading(poller, answer.etag, answer.body, floor);
				if (!isTelegram && answer.status === 200) etag = answer.etag;
			} catch (error) {
				answers.connection = (answers.connection ?? 0) + 1;
				checks.note(`no answer: ${String(error)}`);
			}
			for (nextMs += periodMs; nextMs < performance.now(); nextMs += periodMs) late++;
		}
		agent.destroy();
	};

	const endMs = performance.now() + 1000 * seconds;
	await Promise.all(Array.from({ length: pollers }, (_, poller) => poll(poller, endMs)));
	const problems = [...checks.problems];
	const { missing, skippedByPollers } = checks;
	if (checks.versions === 0) problems.push("no reading was seen");
	if (missing.length > 0) problems.push(`nobody saw the versions ${missing.slice(0, 10).join(", ")}`);
	latenciesMs.sort((a, b) => a - b);
	const quantile = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
	return {
		requests,
		answers,
		late,
		readings: checks.versions,
		missing,
		skippedByPollers,
		phasesChecked: checks.phasesChecked,
		registersChecked: checks.registersChecked,
		telegramsChecked: telegrams.checked,
		latencyMs: { median: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
		problems,
	};
}

/** Telegrams: whole by their CRC, and the same for everybody. */
class TelegramChecks {
	checked = 0;
	readonly #bodies = new Map<string, string>();

	check({ etag = "none", body }: Answer): string[] {
		this.checked++;
		const known = this.#bodies.get(etag);
		if (known !== undefined) return known === body ? [] : [`telegram ${etag} has two bodies`];
		this.#bodies.set(etag, body);
		const bang = body.lastIndexOf("!");
		const printed = body.slice(bang + 1).trim();
		// DSMR 2.2 and 3 have none.
		if (printed === "" || Number.parseInt(printed, 16) === crc16(body.slice(0, bang + 1))) return [];
		return [`telegram ${etag} has a wrong CRC`];
	}
}

/** CRC-16/ARC of Latin-1 text, bit by bit. */
function crc16(text: string): number {
	let crc = 0;
	for (let i = 0; i < text.length; i++) {
		crc ^= text.charCodeAt(i);
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
	}
	return crc;
}

function ask(url: string, agent: Agent, etag: string | undefined): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const headers = etag === undefined ? {} : { "If-None-Match": etag };
		const request = get(url, { agent, headers, timeout: 10_000 }, (response: IncomingMessage) => {
			let body = "";
			response.setEncoding("latin1");
			response.on("data", (chunk) => {
				body += chunk;
			});
			response.on("error", reject);
			response.on("end", () => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body }));
		});
		request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
		request.on("error", reject);
	});
}

function until(timeMs: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, Math.max(0, timeMs - performance.now())));
}
