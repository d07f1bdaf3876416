import { afterEach, describe, expect, test } from "vitest";
import { UpdateApi } from "../../src/publishers/api/update.js";
import { VERSION } from "../../src/version.js";
import { AccessBench, type AccessRequest, basic, codeOf, PASSWORD, WRONG_PASSWORD } from "../support/access-bench.js";
import { RecordingStore } from "../support/faulty-store.js";
import { firmwareImage } from "../support/firmware-image.js";
import type { ParsedResponse } from "../support/http-harness.js";
import { OpenApi, type OperationMethod } from "../support/openapi.js";
import { UpdateBench } from "../support/update-bench.js";

// The routes of updates behind their guard, and what docs/http-api.yaml says of them.

const openApi = new OpenApi();
const isUpdate = (tags: readonly string[]): boolean => tags.includes("update");
const OPERATIONS = openApi.operations().filter(({ operation }) => isUpdate(operation.tags ?? []));
const codes = new Map<string, number>();
const UPDATE = "/api/v1/update";
const FROM_URL = "/api/v1/update/url";
const ELSEWHERE = "This program is no firmware. Update it with git pull.";
const IMAGE = firmwareImage();
const OCTETS = "Content-Type: application/octet-stream";

/** The server and the device that it updates; `text`: a program that is updated in another way. */
class Bench {
	readonly update = new UpdateBench();
	readonly access: AccessBench;

	constructor(text?: string) {
		this.access = new AccessBench(new RecordingStore(), () => [new UpdateApi(text ?? this.update.service)]).choose();
	}

	ask(method: OperationMethod, path: string, request: AccessRequest = {}): ParsedResponse {
		const response = this.access.ask(path, {
			method: method.toUpperCase(),
			authorization: basic(PASSWORD),
			...request,
		});
		expect(openApi.check(path, method, response)).toEqual([]);
		if (response.status >= 400 && method !== "head") codes.set(codeOf(response), response.status);
		return response;
	}

	/** As the owner; a length that is not the image's own is announced. */
	upload(image: Uint8Array, headers: readonly string[] = [OCTETS, `Content-Length: ${image.length}`]): ParsedResponse {
		const peer = this.access.tcp.connect();
		const head = [`POST ${UPDATE} HTTP/1.1`, "Host: 192.0.2.9", `Authorization: ${basic(PASSWORD)}`, ...headers];
		peer.send(`${head.join("\r\n")}\r\n\r\n`);
		this.access.clock.advance(1000);
		for (let at = 0; at < image.length && peer.state === "open"; at += 1460) peer.send(image.subarray(at, at + 1460));
		peer.end();
		const [head1 = "", body = ""] = peer.received.split("\r\n\r\n");
		const [status = "", ...lines] = head1.split("\r\n");
		const response = {
			status: Number(status.split(" ")[1]),
			headers: new Map(lines.map((line) => [line.split(": ")[0]?.toLowerCase() ?? "", line.split(": ")[1] ?? ""])),
			body,
		};
		expect(openApi.check(UPDATE, "post", response)).toEqual([]);
		if (response.status >= 400) codes.set(codeOf(response), response.status);
		return response;
	}

	fromUrl(json: unknown, headers = ["Content-Type: application/json"]): ParsedResponse {
		return this.ask("post", FROM_URL, { body: JSON.stringify(json), headers });
	}

	get state(): Record<string, unknown> {
		return JSON.parse(this.ask("get", UPDATE).body);
	}
}

let faults: string[] = [];
afterEach(() => {
	expect(faults).toEqual([]);
	faults = [];
});

describe("POST /api/v1/update", () => {
	test("streams the image into the other slot, and says so", () => {
		const bench = new Bench();
		const { status, body } = bench.upload(IMAGE);
		expect([status, JSON.parse(body)]).toEqual([
			200,
			{
				state: "awaiting-restart",
				source: "upload",
				receivedBytes: IMAGE.length,
				byteLength: IMAGE.length,
				newVersion: "0.2.0",
				version: VERSION,
				board: "xiao-esp32c3",
				slotBytes: 0x1e0000,
			},
		]);
		expect(Buffer.compare(bench.update.flash.slots[1], IMAGE)).toBe(0);
		faults = bench.access.faults;
	});

	test.each([
		["wrong-board", 422, firmwareImage({ board: "m5atom-lite" })],
		["wrong-chip", 422, firmwareImage({ chipId: 0 })],
		["not-an-image", 422, new Uint8Array(9000)],
		["not-an-image", 422, new Uint8Array(0)],
		["not-our-image", 422, firmwareImage({ edit: (bytes) => bytes.fill(0, 288, 296) })],
		["damaged-image", 422, IMAGE.map((byte, at) => (at === 5000 ? byte ^ 1 : byte))],
		["truncated-image", 422, firmwareImage({ edit: (bytes) => bytes.set([0xff, 0xff], 28) })],
	])("refuses as %s with %i, and nothing has changed", (code, status, image) => {
		const bench = new Bench();
		const response = bench.upload(image);
		expect([response.status, codeOf(response)]).toEqual([status, code]);
		expect([bench.update.state, bench.update.flash.next]).toEqual(["idle", 0]);
		expect(bench.state).toMatchObject({ state: "idle", lastFailure: { code } });
		expect(bench.upload(IMAGE).status).toBe(200);
	});

	test("refuses what says that it is something else, has no length, or is too large", () => {
		const bench = new Bench();
		expect(codeOf(bench.upload(IMAGE, [`Content-Length: ${IMAGE.length}`]))).toBe("image-expected");
		const form = ["Content-Type: text/plain", `Content-Length: ${IMAGE.length}`];
		expect(codeOf(bench.upload(IMAGE, form))).toBe("image-expected");
		expect(codeOf(bench.upload(Buffer.from("0\r\n\r\n"), [OCTETS, "Transfer-Encoding: chunked"]))).toBe(
			"length-required",
		);
		expect(bench.upload(new Uint8Array(0), [OCTETS, "Content-Length: 1966081"]).status).toBe(413);
		expect(bench.update.state).toBe("idle");
	});

	test("a client that goes, or stops, in the middle: nothing has changed", () => {
		for (const stop of ["goes", "stops"] as const) {
			const bench = new Bench();
			const peer = bench.access.tcp.connect();
			const lines = [`POST ${UPDATE} HTTP/1.1`, "Host: 192.0.2.9", `Authorization: ${basic(PASSWORD)}`, OCTETS];
			peer.send(`${lines.join("\r\n")}\r\nContent-Length: ${IMAGE.length}\r\n\r\n`);
			bench.access.clock.advance(1000);
			peer.send(IMAGE.subarray(0, 3000));
			expect(bench.update.state).toBe("receiving");
			expect(codeOf(bench.upload(IMAGE))).toBe("update-running");
			if (stop === "goes") peer.end();
			else bench.access.clock.advance(20_000);
			expect([bench.update.state, bench.update.lastFailure]).toEqual(["idle", "broken-off"]);
			if (stop === "stops") expect(peer.received).toContain("HTTP/1.1 408 ");
			expect(bench.upload(IMAGE).status).toBe(200);
		}
	});

	test("during another one, on trial, and when flash fails", () => {
		const bench = new Bench();
		bench.update.flash.failing = "write";
		expect([bench.upload(IMAGE).status, bench.update.lastFailure]).toEqual([500, "flash-failed"]);
		bench.update.flash.failing = undefined;
		bench.upload(IMAGE);
		expect(codeOf(bench.upload(IMAGE))).toBe("update-running");
		expect(codeOf(bench.fromUrl({ url: "http://nas/" }))).toBe("update-running");
		const other = new UpdateBench();
		other.upload(IMAGE);
		other.clock.advance(2000);
		const onTrial = new AccessBench(new RecordingStore(), () => [new UpdateApi(other.service)]).choose();
		const body = "x".repeat(400);
		const response = onTrial.ask(UPDATE, { method: "POST", authorization: basic(PASSWORD), headers: [OCTETS], body });
		codes.set(codeOf(response), response.status);
		expect([response.status, codeOf(response)]).toEqual([409, "on-trial"]);
		const seen = onTrial.ask(UPDATE, { authorization: basic(PASSWORD) });
		expect(openApi.check(UPDATE, "get", seen)).toEqual([]);
		expect(JSON.parse(seen.body)).toMatchObject({ state: "on-trial", trialLeftS: 600 });
	});
});

describe("POST /api/v1/update/url", () => {
	test("begins to fetch", () => {
		const bench = new Bench();
		expect(bench.fromUrl({ url: "http://nas:3000/p1.bin" }).status).toBe(202);
		expect([bench.state["state"], bench.state["source"], bench.update.net.asked]).toEqual([
			"awaiting-response",
			"url",
			["nas:3000/p1.bin"],
		]);
		bench.update.net.head(404);
		expect(bench.state).toMatchObject({ state: "idle", lastFailure: { code: "bad-answer" } });
	});

	test.each([[{ url: "https://nas/" }], [{ url: 7 }], [{}], [{ url: "http://nas/", more: 1 }], [null]])(
		"refuses %j",
		(json) => {
			const bench = new Bench();
			expect(codeOf(bench.fromUrl(json))).toBe("bad-url");
			expect(bench.update.net.jobs).toEqual([]);
		},
	);

	test("refuses what is no JSON, or does not say that it is", () => {
		const bench = new Bench();
		expect(bench.fromUrl({ url: "http://nas/" }, []).status).toBe(415);
		const headers = ["Content-Type: application/json"];
		expect(bench.ask("post", FROM_URL, { body: "{", headers }).status).toBe(400);
	});
});

describe("every operation", () => {
	test("of a program that is updated in another way", () => {
		const bench = new Bench(ELSEWHERE);
		expect(bench.state).toEqual({ state: "elsewhere", version: VERSION, message: ELSEWHERE });
		for (const path of [UPDATE, FROM_URL]) {
			expect(codeOf(bench.ask("post", path, { body: "x", headers: [OCTETS] }))).toBe("update-elsewhere");
		}
	});

	test("is the owner's, if it changes something", () => {
		const bench = new Bench();
		for (const authorization of [undefined, basic(WRONG_PASSWORD)]) {
			for (const path of [UPDATE, FROM_URL]) {
				const { status } = bench.ask("post", path, { ...(authorization === undefined ? {} : { authorization }) });
				if (authorization !== undefined) expect(status).toBe(401);
			}
		}
		const anybody = bench.access.ask(UPDATE, { method: "POST", body: "x", headers: [OCTETS] });
		expect(anybody.status).toBe(401);
		const foreign = { origin: "http://evil.example", body: "x" };
		expect(bench.ask("post", UPDATE, foreign).status).toBe(403);
		expect(bench.ask("post", FROM_URL, foreign).status).toBe(403);
		bench.access.policy = { readAccess: "password", httpNames: "" };
		expect(openApi.check(UPDATE, "get", bench.access.ask(UPDATE))).toEqual([]);
		for (const path of [UPDATE, FROM_URL]) {
			for (let i = 0; i < 12; i++) bench.ask("post", path, { authorization: basic(WRONG_PASSWORD) });
			expect(bench.ask("post", path).status).toBe(429);
		}
	});

	test("reading, without a body, and by its methods", () => {
		const bench = new Bench();
		for (const { path, method } of OPERATIONS) if (method !== "post") bench.ask(method, path);
	});
});

// Last, after everything above has been asked.
describe("of the document", () => {
	test("every status was seen", () => {
		expect(openApi.declared(isUpdate).filter((status) => !openApi.seen.has(status))).toEqual([]);
	});

	test("every code was seen with its status", () => {
		const own = openApi.errorCodes("UpdateErrorCode");
		expect([...own].filter(([code, status]) => codes.get(code) !== status)).toEqual([]);
	});

	test("every member was seen", () => {
		const unseen = openApi.declaredMembers("Update").filter((member) => !openApi.seenMembers.has(member));
		expect(unseen).toEqual([]);
	});
});
