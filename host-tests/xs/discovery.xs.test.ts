import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { discoveryOutcome } from "./discovery-session.js";
import { type Measured, runOnXs } from "./run.js";
import { MEASURED_TELEGRAMS, telegramPath } from "./workloads.js";

const paths = [MEASURED_TELEGRAMS.SE, "nl-v5/test-v5.txt", "be/fluvius-a.txt"].map((name) => telegramPath(name));

const DRIVER = `
	import { DiscoverySession, discoveryOutcome } from "./host-tests/xs/discovery-session.js";
	const telegrams = ${JSON.stringify(paths)}.map((path) => new Uint8Array(readFile(path)));
`;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("Home Assistant discovery on XS", () => {
	test("announces the same as on Node, byte for byte", async () => {
		const { json } = await runOnXs(`${DRIVER} print(JSON.stringify(telegrams.map(discoveryOutcome)));`);
		expect(json).toEqual(paths.map((path) => discoveryOutcome(new Uint8Array(readFileSync(path)))));
	});

	test("a reading like the one before makes no garbage", async () => {
		const { json } = await runOnXs(`${DRIVER}
			print(JSON.stringify(telegrams.map((telegram) => {
				const session = new DiscoverySession();
				session.decode(telegram);
				const first = session.learn();
				return { first, again: measure(100, () => { session.learn(); }) };
			})));
		`);
		for (const { first, again } of json as { first: number; again: Measured }[]) {
			expect(first).toBeGreaterThan(0);
			expect([again.slots, again.chunkBytes]).toEqual([0, 0]);
			// A fifth of what decoding the telegram takes.
			expect(again.bytecodes / again.turns).toBeLessThan(9000);
		}
	});

	test("it takes little memory, and an announcement leaves nothing behind", async () => {
		const { json } = await runOnXs(`${DRIVER}
			import { KnownEntities } from "./src/publishers/mqtt/discovery/known-entities.js";
			import { DiscoveryPayload } from "./src/publishers/mqtt/discovery/payload.js";
			const heap = new Float64Array(6);
			function note(at: number): void {
				gc();
				heap[at] = slots();
				heap[at + 1] = chunks();
			}
			const session = new DiscoverySession();
			session.decode(telegrams[0]);
			session.learn();
			for (let i = 0; i < 3; i++) session.send(0);
			note(0);
			for (let i = 0; i < 20; i++) session.send(0);
			note(2);
			const another = [new KnownEntities(), new DiscoveryPayload({ serial: "0", name: "", model: "", version: "" })];
			note(4);
			print(JSON.stringify([...Array.from(heap), another.length]));
		`);
		const [slots = 0, bytes = 0, slotsLater, bytesLater, slotsMore = 0, bytesMore = 0] = json as number[];
		expect([slotsLater, bytesLater]).toEqual([slots, bytes]);
		// On a device: slots of 16 bytes, smaller chunks.
		expect(slotsMore - slots).toBeLessThan(150);
		expect(bytesMore - bytes).toBeLessThan(3000);
	});
});
