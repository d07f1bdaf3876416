import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { OWNER_REQUESTS, ownerAnswers } from "./owner-session.js";
import { type Measured, runOnXs } from "./run.js";

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("the owner's addresses on XS", () => {
	test("answer as on Node, byte for byte, deep JSON included", async () => {
		const { json } = await runOnXs(`
			import { ownerAnswers } from "./host-tests/xs/owner-session.js";
			print(JSON.stringify(ownerAnswers()));
		`);
		const onNode = ownerAnswers();
		expect(json).toEqual(onNode);
		expect(onNode).toHaveLength(OWNER_REQUESTS.length);
		expect(onNode.map((answer) => Number(answer.slice(9, 12)))).toEqual([
			...[200, 200, 401, 200, 400, 400, 400, 400, 403, 421],
			...[201, 201, 200, 404, 204, 400, 204, 401, 401, 401, 200],
		]);
		expect(onNode.join("")).not.toContain("mArKeR");
	});

	test("an open read behind the guard makes as little garbage as without it", async () => {
		const { json } = await runOnXs(`
			import { OwnerSession } from "./host-tests/xs/owner-session.js";
			import { AccessGuard } from "./src/services/access/guard.js";
			import { bytesOf } from "./host-tests/support/fake-tcp.js";
			const { access } = new OwnerSession();
			const policy = { readAccess: "open", httpNames: "" } as const;
			const guard = new AccessGuard({
				access, settings: { current: policy }, ownNames: ["p1-aabbcc"], howToChoose: "", faults: { report() {} },
			});
			const host = bytesOf("p1-aabbcc.local:8080");
			const request: any = {
				get host() { return "p1-aabbcc.local:8080"; },
				hostIs: (other: Uint8Array) => { for (let i = 0; i < host.length; i++) if (host[i] !== other[i]) return false; return true; },
				header: () => undefined,
			};
			const response: any = {};
			const route: any = { method: "GET", path: "/read" };
			const resource: any = { routes: [route], handle() {} };
			if (!guard.admit(request, response, route, resource)) throw new Error("refused");
			print(JSON.stringify(measure(100, () => { guard.admit(request, response, route, resource); })));
		`);
		const { slots, chunkBytes } = json as Measured;
		expect({ slots, chunkBytes: chunkBytes / 100 }).toMatchInlineSnapshot(`
			{
			  "chunkBytes": 0,
			  "slots": 0,
			}
		`);
	});

	test("what access control keeps in the heap", async () => {
		const { json } = await runOnXs(`
			import { OwnerSession } from "./host-tests/xs/owner-session.js";
			import { Access } from "./src/services/access/access.js";
			const { access: first, clock } = new OwnerSession();
			const store = { read: () => undefined, write() {}, remove() {} };
			let tell: any;
			const crypto: any = {
				fillRandom() {}, sha256: () => new Uint8Array(32), equal: () => false,
				deriveKey(_password: any, _salt: any, _iterations: number, onKey: any) { tell = onKey; return { cancel() {} }; },
			};
			const log = { info() {}, warn() {} };
			const make = () => new Access({ crypto, store, clock, log, iterations: 1 });
			let access = make();
			gc();
			const slotsBefore = slots(), chunksBefore = chunks();
			let second = make();
			gc();
			const empty = { slots: slots() - slotsBefore, chunkBytes: chunks() - chunksBefore };
			for (let i = 0; i < 40; i++) {
				clock.advance(60_000);
				second.judge("192.168.100." + i, new Uint8Array(0), () => true, () => {});
				tell(new Uint8Array(32));
			}
			tell = undefined;
			for (let i = 0; i < 4; i++) second.sessions.open();
			for (let i = 0; i < 8; i++) second.tokens.add("a name of thirty-two characters");
			gc();
			const full = { slots: slots() - slotsBefore, chunkBytes: chunks() - chunksBefore };
			if (first === second || access === second) throw new Error("kept");
			print(JSON.stringify({ empty, full }));
		`);
		expect(json).toMatchInlineSnapshot(`
			{
			  "empty": {
			    "chunkBytes": 56,
			    "slots": 76,
			  },
			  "full": {
			    "chunkBytes": 2448,
			    "slots": 371,
			  },
			}
		`);
	});
});
