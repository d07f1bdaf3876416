import { describe, expect, test } from "vitest";
import { ApiBench } from "../support/api-bench.js";
import { corpusTelegram, powerTelegram } from "../support/telegram.js";

const READING = "/api/v1/reading";
const TELEGRAM = "/api/v1/telegram";
const BOTH = [[READING], [TELEGRAM]] as const;

function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("latin1");
}

function etagOf(api: ApiBench, path: string): string {
	return api.ask(path).headers.get("etag") ?? "no ETag";
}

function errorOf(api: ApiBench, path: string): { code: string; message: string } {
	const { error } = api.json(path) as { error: { code: string; message: string } };
	return error;
}

describe("before the first telegram", () => {
	test.each(BOTH)("%s answers 503 and says when to come back", (path) => {
		const { status, headers } = new ApiBench().ask(path);
		expect(status).toBe(503);
		expect(headers.get("retry-after")).toBe("10");
		expect(headers.get("content-type")).toBe("application/json");
		expect(headers.get("cache-control")).toBe("no-store");
		expect(headers.has("etag")).toBe(false);
	});

	test.each<[string, string, RegExp, (api: ApiBench) => void]>([
		["nothing was heard", "no-telegram", /grid company has activated the port.*cable.*data request/, () => {}],
		["half a telegram", "no-telegram", /grid company/, ({ bench }) => bench.port.receive("/TST5\r\n\r\n1-0:1.7")],
		[
			"the source is away",
			"p1-port-disconnected",
			/not connected: no route to 10\.0\.0\.2\. Check the cable/,
			({ bench }) => bench.port.link(false, "no route to 10.0.0.2"),
		],
		[
			"the source is there, and silent",
			"no-telegram",
			/grid company/,
			({ bench }) => bench.port.link(true, "serial:/dev/ttyUSB0"),
		],
		[
			"noise only",
			"no-valid-telegram",
			/0 rejected, 3 bytes of noise.*inverted/,
			({ bench }) => bench.port.receive("abc"),
		],
		[
			"a wrong CRC",
			"no-valid-telegram",
			/1 rejected.*\/api\/v1\/status/,
			({ bench }) => bench.port.receive(powerTelegram(1).replace("0.001", "0.002")),
		],
	])("the message says what to check: %s", (_name, code, message, happen) => {
		const api = new ApiBench();
		happen(api);
		for (const path of [READING, TELEGRAM]) {
			const error = errorOf(api, path);
			expect(error.code).toBe(code);
			expect(error.message).toMatch(message);
		}
		expect(api.json("/health")).toEqual({ status: "waiting", message: errorOf(api, READING).message });
	});

	test("a detail that is long and not ASCII is cut and escaped", () => {
		const api = new ApiBench();
		api.bench.port.link(false, `é"${"x".repeat(5000)}`);
		const { body } = api.ask(READING);
		expect(body.length).toBeLessThan(400);
		expect(body).toMatch(/^[ -~]+$/);
		expect(errorOf(api, READING).message).toContain('é"xxx');
		expect(String(api.json("/health").message)).toContain('é"xxx');
	});

	test("the first telegram ends it", () => {
		const api = new ApiBench();
		const telegram = corpusTelegram("se/lgf-e360-a.txt");
		api.bench.port.receive(telegram.subarray(0, -1));
		expect(api.ask(READING).status).toBe(503);
		api.bench.port.receive(telegram.subarray(-1));
		expect(api.ask(READING).status).toBe(200);
		expect(api.ask(TELEGRAM).status).toBe(200);
	});
});

describe(READING, () => {
	test("is the document, byte for byte", () => {
		const api = new ApiBench();
		api.bench.port.receive(corpusTelegram("be/fluvius-b.txt"));
		const { status, headers, body } = api.ask(READING);
		expect(status).toBe(200);
		expect(headers.get("content-type")).toBe("application/json");
		expect(headers.get("cache-control")).toBe("no-store");
		expect(body).toBe(latin1(api.document.bytes.subarray(0, api.document.length)));
		expect(JSON.parse(body)).toMatchObject({ stale: false, profile: "be" });
	});

	test("is still given when it is stale, and says so", () => {
		const api = new ApiBench();
		api.bench.read();
		api.bench.clock.advance(30_000);
		expect(api.json(READING)).toMatchObject({ stale: false, powerImportW: 100 });
		api.bench.clock.advance(250);
		expect(api.ask(READING).status).toBe(200);
		expect(api.json(READING)).toMatchObject({ stale: true, powerImportW: 100 });
	});

	test("has a new ETag for each revision: reading, staleness, recovery; none for a rejected telegram", () => {
		const api = new ApiBench();
		const { bench } = api;
		bench.read();
		const tags = [etagOf(api, READING)];
		bench.port.receive(powerTelegram(1).replace("0.001", "0.002"));
		expect(etagOf(api, READING)).toBe(tags[0]);
		bench.read();
		tags.push(etagOf(api, READING));
		bench.clock.advance(60_000);
		tags.push(etagOf(api, READING));
		bench.read();
		tags.push(etagOf(api, READING));
		expect(new Set(tags).size).toBe(4);
		for (const tag of tags) expect(tag).toMatch(/^"[0-9a-f]{8}-\d+"$/);
	});

	test("a reading that is larger than its document is an error, and the telegram is still there", () => {
		const api = new ApiBench({ documentBytes: 100 });
		api.bench.read();
		expect(api.ask(READING).status).toBe(500);
		expect(errorOf(api, READING)).toEqual({ code: "reading-too-large", message: expect.stringContaining("100 bytes") });
		expect(api.ask(TELEGRAM).body).toBe(powerTelegram(100));
	});
});

describe(TELEGRAM, () => {
	test.each([
		"se/lgf-e360-a.txt",
		"nl-v2/iskra-mt382-a.txt",
		"nl-v5/ene-t210d-a.txt",
		"be/fluvius-a.txt",
		"lu/smarty-spec-example.txt",
	])("is the latest one, byte for byte: %s", (name) => {
		const api = new ApiBench();
		const telegram = corpusTelegram(name);
		api.bench.port.receive(telegram, 11);
		const { status, headers, body } = api.ask(TELEGRAM);
		expect(status).toBe(200);
		expect(headers.get("content-type")).toBe("text/plain; charset=us-ascii");
		expect(headers.get("cache-control")).toBe("no-store");
		expect(body).toBe(latin1(telegram));
	});

	test("what is outside telegrams or was rejected is not part of it", () => {
		const api = new ApiBench();
		api.bench.port.receive(`noise${powerTelegram(100)}\r\nnoise/cut ${powerTelegram(200).slice(0, -9)}`);
		expect(api.ask(TELEGRAM).body).toBe(powerTelegram(100));
	});

	test("has a new ETag for each telegram, also for one with the same bytes, and none for staleness", () => {
		const api = new ApiBench();
		api.bench.read();
		const first = etagOf(api, TELEGRAM);
		api.bench.clock.advance(60_000);
		expect(etagOf(api, TELEGRAM)).toBe(first);
		api.bench.read();
		expect(etagOf(api, TELEGRAM)).not.toBe(first);
	});

	test("a stale one has a Warning, a fresh one has none", () => {
		const api = new ApiBench();
		api.bench.read();
		expect(api.ask(TELEGRAM).headers.has("warning")).toBe(false);
		api.bench.clock.advance(60_000);
		expect(api.ask(TELEGRAM).headers.get("warning")).toBe('110 - "Response is Stale"');
		const match = { headers: [`If-None-Match: ${etagOf(api, TELEGRAM)}`] };
		expect(api.ask(TELEGRAM, match).headers.get("warning")).toBe('110 - "Response is Stale"');
		api.bench.read();
		expect(api.ask(TELEGRAM).headers.has("warning")).toBe(false);
	});
});

describe("conditional requests", () => {
	test.each(BOTH)("%s: 304 without body as long as nothing changed, then 200", (path) => {
		const api = new ApiBench();
		api.bench.read();
		const etag = etagOf(api, path);
		const request = { headers: [`If-None-Match: ${etag}`] };
		for (let i = 0; i < 3; i++) {
			const { status, headers, body } = api.ask(path, request);
			expect([status, body]).toEqual([304, ""]);
			expect(headers.get("etag")).toBe(etag);
			expect(headers.get("cache-control")).toBe("no-store");
			expect(headers.has("content-type")).toBe(false);
		}
		api.bench.read();
		expect(api.ask(path, request).status).toBe(200);
	});

	test("staleness is a change of the reading, and of nothing else", () => {
		const api = new ApiBench();
		api.bench.read();
		const reading = { headers: [`If-None-Match: ${etagOf(api, READING)}`] };
		const telegram = { headers: [`If-None-Match: ${etagOf(api, TELEGRAM)}`] };
		api.bench.clock.advance(60_000);
		expect([api.ask(READING, reading).status, api.ask(TELEGRAM, telegram).status]).toEqual([200, 304]);
		const stale = { headers: [`If-None-Match: ${etagOf(api, READING)}`] };
		expect(api.ask(READING, stale).status).toBe(304);
	});

	test.each(BOTH)("%s: the same count in another run of the program is another version", (path) => {
		const before = new ApiBench({ seed: 1 });
		before.bench.read();
		const after = new ApiBench({ seed: 2 });
		after.bench.read();
		expect(after.document.revision).toBe(before.document.revision);
		expect(after.ask(path, { headers: [`If-None-Match: ${etagOf(before, path)}`] }).status).toBe(200);
	});

	test.each(BOTH)("%s: before the first telegram any condition gets 503", (path) => {
		expect(new ApiBench().ask(path, { headers: ["If-None-Match: *"] }).status).toBe(503);
	});
});

describe("HEAD", () => {
	test.each([[READING], [TELEGRAM], ["/api/v1/status"], ["/health"], ["/"]])("%s: the head of GET", (path) => {
		const api = new ApiBench();
		const compare = () => {
			const get = api.ask(path);
			const head = api.ask(path, { method: "HEAD" });
			expect(head.body).toBe("");
			expect(head.status).toBe(get.status);
			// The status counts the request itself.
			const names = path === "/api/v1/status" ? ["content-type", "cache-control"] : [...get.headers.keys()];
			for (const name of names) expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
			expect([...head.headers.keys()]).toEqual([...get.headers.keys()]);
		};
		compare();
		api.bench.read();
		compare();
	});
});

describe("/health", () => {
	test("is ok while readings are fresh", () => {
		const api = new ApiBench();
		api.bench.read(5);
		api.bench.clock.advance(3000);
		const { status, headers, body } = api.ask("/health");
		expect([status, body]).toEqual([200, '{"status":"ok"}']);
		expect(headers.get("content-type")).toBe("application/json");
		expect(headers.get("cache-control")).toBe("no-store");
	});

	test("is stale after three intervals, says for how long, and recovers", () => {
		const api = new ApiBench();
		api.bench.read(5);
		api.bench.clock.advance(3250);
		expect(api.ask("/health").status).toBe(503);
		expect(api.json("/health")).toEqual({
			status: "stale",
			message: expect.stringMatching(/^No good telegram for 3 s\. Check the cable/),
		});
		api.bench.read();
		expect(api.ask("/health").status).toBe(200);
	});

	test("says when it is the source that is away", () => {
		const api = new ApiBench();
		api.bench.port.link(true, "tcp:10.0.0.2:2001");
		api.bench.read();
		api.bench.port.link(false, "connection refused");
		expect(api.ask("/health").status).toBe(200);
		api.bench.clock.advance(60_000);
		expect(api.json("/health").message).toMatch(/^No good telegram for 60 s\. .* not connected: connection refused\./);
	});
});
