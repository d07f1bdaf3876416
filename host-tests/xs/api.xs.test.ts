import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { API_PATHS, apiAnswers } from "./api-session.js";
import { xsHost } from "./build-xs-host.js";
import { type Measured, runOnXs } from "./run.js";
import { MEASURED_TELEGRAMS, telegramPath } from "./workloads.js";

const path = telegramPath(MEASURED_TELEGRAMS.SE);

const DRIVER = `
	import { API_PATHS, ApiSession, apiAnswers, requestBytes } from "./host-tests/xs/api-session.js";
	const telegram = new Uint8Array(readFile(${JSON.stringify(path)}));
	function etagOf(session: ApiSession, path: string): string {
		session.send(requestBytes(path));
		const { answer } = session;
		const at = answer.indexOf('ETag: ') + 6;
		return answer.slice(at, answer.indexOf('\\r', at));
	}
`;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("HTTP API on XS", () => {
	test("answers every path as it does on Node, byte for byte, in every state of the meter", async () => {
		const { json } = await runOnXs(`${DRIVER} print(JSON.stringify(apiAnswers(telegram)));`);
		const onNode = apiAnswers(new Uint8Array(readFileSync(path)));
		expect(json).toEqual(onNode);
		const statuses = onNode.map((answer) => Number(answer.slice(9, 12)));
		expect(statuses).toEqual([
			...[200, 503, 503, 200, 503, 404],
			...[200, 200, 200, 200, 200, 404],
			...[200, 200, 200, 200, 503, 404],
		]);
		expect(statuses).toHaveLength(3 * API_PATHS.length);
	});

	test("requests leave nothing on the heap", async () => {
		const { json } = await runOnXs(`${DRIVER}
			const session = new ApiSession();
			session.receive(telegram);
			const requests = API_PATHS.map((path) => requestBytes(path));
			requests.push(requestBytes(API_PATHS[1], "If-None-Match: " + etagOf(session, API_PATHS[1])));
			const alive = new Float64Array(4);
			function ask(rounds: number, at: number) {
				for (let round = 0; round < rounds; round++) {
					session.receive(telegram);
					for (let i = 0; i < requests.length; i++) session.send(requests[i]);
				}
				gc();
				alive[at] = slots();
				alive[at + 1] = chunks();
			}
			ask(10, 0);
			ask(10, 0);
			ask(500, 2);
			print(JSON.stringify(Array.from(alive)));
		`);
		const [slots, chunkBytes, slotsAfter, chunkBytesAfter] = json as number[];
		expect([slotsAfter, chunkBytesAfter]).toEqual([slots, chunkBytes]);
	});

	test("an answer makes little garbage, and that nothing has changed is said in a hundred bytes", async () => {
		const { json } = await runOnXs(`${DRIVER}
			const session = new ApiSession();
			session.receive(telegram);
			const rows = ["/api/v1/reading", "/api/v1/telegram"].map((path) => {
				const whole = requestBytes(path);
				const same = requestBytes(path, "If-None-Match: " + etagOf(session, path));
				const bytes = [session.send(whole), session.send(same)];
				return { bytes, whole: measure(100, () => { session.send(whole); }), same: measure(100, () => { session.send(same); }) };
			});
			print(JSON.stringify(rows));
		`);
		const rows = json as { bytes: [number, number]; whole: Measured; same: Measured }[];
		for (const { bytes, whole, same } of rows) {
			expect(bytes[1]).toBeLessThan(150);
			expect(bytes[0]).toBeGreaterThan(800);
			for (const { slots, chunkBytes, turns } of [whole, same]) {
				expect(slots / turns).toBeLessThan(100);
				expect(chunkBytes / turns).toBeLessThan(3000);
			}
		}
	});
});
