import { beforeEach, describe, expect, test } from "vitest";
import { type FetchOptions, HttpDongle } from "../../web/http.js";
import type { StreamHandler } from "../../web/link.js";
import { FakeClock } from "../support/fake-clock.js";
import { readingText, statusText } from "./support/reading-text.js";

let clock: FakeClock;
let dongle: HttpDongle;
let asked: { readonly address: string; readonly options: FetchOptions }[];
let answer: (options: FetchOptions) => Promise<Response>;

beforeEach(() => {
	clock = new FakeClock();
	asked = [];
	dongle = new HttpDongle((address, options) => {
		asked.push({ address, options });
		return answer(options);
	}, clock);
});

function answers(body: string | null, init: ResponseInit = {}): void {
	answer = () => Promise.resolve(new Response(body, init));
}

function noNetwork(): void {
	answer = () => Promise.reject(new TypeError("Failed to fetch"));
}

/** A peer that never answers; the browser ends the question when it is told to. */
function hangs(): void {
	answer = ({ signal }) =>
		new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

describe("the status", () => {
	test("is asked for where it is, and not from a cache", async () => {
		answers(statusText({ uptimeS: 7 }));
		expect(await dongle.getStatus()).toMatchObject({ uptimeS: 7 });
		expect(asked[0]?.address).toBe("/api/v1/status");
		expect(asked[0]?.options).toMatchObject({ method: "GET", cache: "no-store", headers: {} });
	});

	test.each([
		["another status", () => answers("{}", { status: 503 })],
		["something else", () => answers("<html>")],
		["no network", noNetwork],
	])("%s is no answer", async (_name, happen) => {
		happen();
		expect(await dongle.getStatus()).toBeUndefined();
	});

	test("401 is a locked dongle", async () => {
		answers("{}", { status: 401 });
		expect(await dongle.getStatus()).toBe("locked");
	});

	test("a dongle that says nothing is given eight seconds", async () => {
		hangs();
		let isOver = false;
		const status = dongle.getStatus().finally(() => {
			isOver = true;
		});
		clock.advance(7900);
		await Promise.resolve();
		expect(isOver).toBe(false);
		clock.advance(200);
		expect(await status).toBeUndefined();
		expect(clock.timerCount).toBe(0);
	});
});

describe("the reading", () => {
	test("comes with its tag", async () => {
		answers(readingText(), { headers: { ETag: '"7"' } });
		expect(await dongle.getReading(undefined)).toEqual({ kind: "reading", text: readingText(), etag: '"7"' });
		expect(asked[0]?.options.headers).toEqual({});
	});

	test("304 is nothing new", async () => {
		answers(null, { status: 304 });
		expect(await dongle.getReading('"7"')).toEqual({ kind: "unchanged" });
		expect(asked[0]?.options.headers).toEqual({ "If-None-Match": '"7"' });
	});

	test.each([500, 503, 401])("%i is a failure", async (status) => {
		answers("{}", { status });
		expect(await dongle.getReading(undefined)).toEqual({ kind: "failed" });
	});
});

describe("the stream", () => {
	let told: string[];
	const handler: StreamHandler = {
		onOpen: () => told.push("open"),
		onReading: (text, sequence) => told.push(`${sequence} ${text}`),
		onError: () => told.push("error"),
	};
	beforeEach(() => {
		told = [];
	});
	const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

	function stream(): { write(text: string): void; end(): void } {
		let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
		const body = new ReadableStream<Uint8Array>({
			start(each) {
				controller = each;
			},
		});
		answer = ({ signal }) => {
			signal.addEventListener("abort", () => controller?.error(signal.reason));
			return Promise.resolve(new Response(body));
		};
		const encoder = new TextEncoder();
		return { write: (text) => controller?.enqueue(encoder.encode(text)), end: () => controller?.close() };
	}

	test("gives readings as they come, whatever the pieces, and characters cut in half", async () => {
		const { write, end } = stream();
		dongle.authorization = "Bearer 12";
		dongle.openStream(handler);
		write("retry: 3000\n\nid: 7\nevent: rea");
		await settle();
		expect(told).toEqual(["open"]);
		write('ding\ndata: {"å":1}\n\nid: 8\nevent: other\ndata: x\n\n:\n\n');
		await settle();
		expect(told).toEqual(["open", '7 {"å":1}']);
		expect(asked[0]).toMatchObject({ address: "/api/v1/events", options: { headers: { Authorization: "Bearer 12" } } });
		end();
		await settle();
		expect(told.at(-1)).toBe("error");
	});

	test.each([404, 503, 401])("%i refuses it", async (status) => {
		answers("{}", { status });
		dongle.openStream(handler);
		await settle();
		expect(told).toEqual(["error"]);
	});

	test("no network refuses it", async () => {
		noNetwork();
		dongle.openStream(handler);
		await settle();
		expect(told).toEqual(["error"]);
	});

	test("nothing comes after it was closed", async () => {
		const { write } = stream();
		const open = dongle.openStream(handler);
		await settle();
		write("id: 7\nevent: reading\ndata: {}\n\n");
		open.close();
		await settle();
		expect(told).toEqual(["open"]);
	});

	test("nothing comes after it was closed before it was open", async () => {
		hangs();
		dongle.openStream(handler).close();
		await settle();
		expect(told).toEqual([]);
	});
});
