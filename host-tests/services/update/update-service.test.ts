import { describe, expect, test } from "vitest";
import { LONGEST_MS } from "../../../src/services/update/download.js";
import type { UpdateFailure } from "../../../src/services/update/failure.js";
import { INSTALL_KEY } from "../../../src/services/update/install-record.js";
import { SETTLE_MS, TRIAL_MS } from "../../../src/services/update/trial.js";
import { firmwareImage } from "../../support/firmware-image.js";
import { UpdateBench } from "../../support/update-bench.js";

const IMAGE = firmwareImage();
const URL = "http://nas.local:3000/p1.bin";

/** A bench whose new image runs, on trial. */
function onTrial(): UpdateBench {
	const bench = new UpdateBench();
	bench.upload(IMAGE);
	bench.clock.advance(2000);
	return bench;
}

/** That it is as it was before, and would take an update now. */
function expectUnharmed(bench: UpdateBench, running: 0 | 1 = 0): void {
	expect([bench.state, bench.flash.running, bench.firmware.openWriters, bench.net.isOpen]).toEqual([
		"idle",
		running,
		0,
		false,
	]);
	bench.restart();
	expect([bench.state, bench.flash.running]).toEqual(["idle", running]);
	expect(bench.upload(IMAGE)).toBeUndefined();
	expect(bench.state).toBe("awaiting-restart");
}

describe("an upload", () => {
	test("is in the other slot byte for byte, whatever the pieces", () => {
		for (const pieceBytes of [1, 359, 360, 512, 3000, IMAGE.length]) {
			const bench = new UpdateBench();
			expect(bench.upload(IMAGE, pieceBytes)).toBeUndefined();
			expect(Buffer.compare(bench.flash.slots[1], IMAGE)).toBe(0);
			expect(bench.service.status).toEqual({
				state: "awaiting-restart",
				source: "upload",
				receivedBytes: IMAGE.length,
				byteLength: IMAGE.length,
				newVersion: "0.2.0",
			});
		}
	});

	test("restarts a moment later, so that the answer leaves first, into the new image", () => {
		const bench = new UpdateBench();
		bench.upload(IMAGE);
		bench.clock.advance(1000);
		expect(bench.restarts).toBe(0);
		bench.clock.advance(1000);
		expect([bench.restarts, bench.flash.running, bench.state]).toEqual([1, 1, "on-trial"]);
	});

	test("asks again for a restart that does not come", () => {
		const bench = new UpdateBench();
		bench.isStuck = true;
		bench.upload(IMAGE);
		bench.clock.advance(60_000);
		expect(bench.restarts).toBe(6);
		bench.isStuck = false;
		bench.clock.advance(10_000);
		expect(bench.state).toBe("on-trial");
	});

	test("leaves the other slot alone until its head was found right", () => {
		const bench = new UpdateBench();
		bench.flash.slots[1] = Uint8Array.of(1, 2, 3);
		expect(bench.upload(firmwareImage({ board: "m5atom-lite" }))?.code).toBe("wrong-board");
		expect(bench.upload(firmwareImage({ chipId: 0 }))?.code).toBe("wrong-chip");
		expect(bench.upload(new Uint8Array(5000))?.code).toBe("not-an-image");
		expect(bench.flash.slots[1]).toEqual(Uint8Array.of(1, 2, 3));
		expectUnharmed(bench);
	});

	test.each<[UpdateFailure["code"], (bench: UpdateBench) => UpdateFailure | undefined]>([
		["too-large", (bench) => bench.upload(IMAGE, 1000, 0x1e0001)],
		["truncated-image", (bench) => bench.upload(IMAGE.subarray(0, 3000), 1000, IMAGE.length)],
		["damaged-image", (bench) => bench.upload(IMAGE.map((byte, at) => (at === 4000 ? byte ^ 1 : byte)))],
	])("%s: nothing has changed", (code, send) => {
		const bench = new UpdateBench();
		expect(send(bench)?.code).toBe(code);
		expect(bench.lastFailure).toBe(code);
		expectUnharmed(bench);
	});

	test.each(["begin", "write", "finish"] as const)("flash fails at %s: nothing has changed", (call) => {
		const bench = new UpdateBench();
		bench.flash.failing = call;
		expect(bench.upload(IMAGE)).toEqual({
			code: "flash-failed",
			message: expect.stringMatching(/^The image could not be written: .* failed\. Restart/),
		});
		expect(bench.store.values.has(INSTALL_KEY)).toBe(false);
		bench.flash.failing = undefined;
		expectUnharmed(bench);
	});

	test("flash fails in the middle: nothing has changed", () => {
		const bench = new UpdateBench();
		bench.flash.worksForBytes = 2000;
		expect(bench.upload(IMAGE)?.code).toBe("flash-failed");
		bench.flash.worksForBytes = undefined;
		expectUnharmed(bench);
	});

	test("breaks off: nothing has changed, and what comes late does nothing", () => {
		const bench = new UpdateBench();
		const upload = bench.service.beginUpload(IMAGE.length);
		if ("code" in upload) throw new Error(upload.message);
		upload.write(IMAGE, 0, 1000);
		expect([bench.state, bench.service.status.receivedBytes]).toEqual(["receiving", 1000]);
		upload.abort();
		expect(bench.lastFailure).toBe("broken-off");
		expect(upload.write(IMAGE, 1000, 2000)?.code).toBe("update-running");
		upload.abort();
		expectUnharmed(bench);
	});

	test("one at a time: another is refused and does not harm the first", () => {
		const bench = new UpdateBench();
		const upload = bench.service.beginUpload(IMAGE.length);
		if ("code" in upload) throw new Error(upload.message);
		upload.write(IMAGE, 0, 2000);
		expect(bench.upload(IMAGE)?.code).toBe("update-running");
		expect(bench.service.beginDownload(URL)?.code).toBe("update-running");
		upload.write(IMAGE, 2000, IMAGE.length);
		expect(upload.finish()).toBeUndefined();
		expect(bench.upload(IMAGE)?.code).toBe("update-running");
		expect(Buffer.compare(bench.flash.slots[1], IMAGE)).toBe(0);
	});

	test("power goes at any piece: the running image starts again", () => {
		for (let pieces = 1; pieces * 500 < IMAGE.length; pieces++) {
			const bench = new UpdateBench();
			const upload = bench.service.beginUpload(IMAGE.length);
			if ("code" in upload) throw new Error(upload.message);
			for (let i = 0; i < pieces; i++) upload.write(IMAGE, i * 500, i * 500 + 500);
			bench.restart();
			expect([bench.flash.running, bench.state, bench.lastFailure]).toEqual([0, "idle", undefined]);
		}
	});

	test("the same version again, and an older one, are taken", () => {
		const bench = onTrial();
		bench.clock.advance(SETTLE_MS);
		expect(bench.state).toBe("idle");
		expect(bench.upload(IMAGE)).toBeUndefined();
		bench.clock.advance(2000);
		expect([bench.flash.running, bench.state]).toEqual([0, "on-trial"]);
	});
});

describe("a download", () => {
	const begin = (): UpdateBench => {
		const bench = new UpdateBench();
		expect(bench.service.beginDownload(URL)).toBeUndefined();
		expect(bench.state).toBe("awaiting-response");
		return bench;
	};

	test("comes into the other slot", () => {
		const bench = begin();
		expect(bench.net.asked).toEqual(["nas.local:3000/p1.bin"]);
		bench.net.head(200, String(IMAGE.length));
		expect(bench.state).toBe("receiving");
		bench.net.open.onBytes(IMAGE, 0, 3000);
		expect(bench.service.status).toMatchObject({ source: "url", receivedBytes: 3000, byteLength: IMAGE.length });
		bench.net.open.onBytes(IMAGE, 3000, IMAGE.length);
		bench.net.open.onEnd();
		expect(bench.state).toBe("awaiting-restart");
		expect(Buffer.compare(bench.flash.slots[1], IMAGE)).toBe(0);
		bench.clock.advance(2000);
		expect(bench.state).toBe("on-trial");
	});

	test("follows redirects, up to five", () => {
		const bench = begin();
		for (let i = 0; i < 5; i++) bench.net.head(302, undefined, `/${i}`);
		expect(bench.net.asked.at(-1)).toBe("nas.local:3000/4");
		expect(bench.state).toBe("awaiting-response");
		bench.net.head(302, undefined, "/5");
		expect([bench.lastFailure, bench.net.jobs.length]).toEqual(["bad-answer", 6]);
		expectUnharmed(bench);
	});

	test.each<[string, UpdateFailure["code"], (bench: UpdateBench) => void]>([
		["an error status", "bad-answer", (bench) => bench.net.head(404, "10")],
		["no length", "bad-answer", (bench) => bench.net.head(200)],
		["a length that is none", "bad-answer", (bench) => bench.net.head(200, "many")],
		["a redirect to https", "bad-answer", (bench) => bench.net.head(301, undefined, "https://nas.local/")],
		["a redirect to nowhere", "bad-answer", (bench) => bench.net.head(307)],
		["a part of a file", "bad-answer", (bench) => bench.net.head(206, "1000")],
		["a file that is too large", "too-large", (bench) => bench.net.head(200, "99999999")],
		["a page for people", "not-an-image", (bench) => bench.net.head(200, "200")],
		["no such name", "unknown-host", (bench) => bench.net.open.onFailed("unknown-host", "the name is not known")],
		["nobody there", "unreachable", (bench) => bench.net.open.onFailed("unreachable", "no connection")],
		["silence", "broken-off", (bench) => bench.clock.advance(21_000)],
		[
			"silence in the middle",
			"broken-off",
			(bench) => {
				bench.net.head(200, String(IMAGE.length));
				bench.clock.advance(15_000);
				bench.net.open.onBytes(IMAGE, 0, 2000);
				bench.clock.advance(15_000);
				expect(bench.state).toBe("receiving");
				bench.clock.advance(6000);
			},
		],
		[
			"a byte now and then, for ever",
			"broken-off",
			(bench) => {
				bench.net.head(200, String(IMAGE.length));
				for (let at = 0; bench.net.isOpen && at * 10_000 < LONGEST_MS + 10_000; at++) {
					bench.net.open.onBytes(IMAGE, at, at + 1);
					bench.clock.advance(10_000);
				}
				expect(bench.clock.monotonicMs()).toBeGreaterThan(LONGEST_MS - 10_000);
			},
		],
		[
			"an end in the middle",
			"broken-off",
			(bench) => {
				bench.net.head(200, String(IMAGE.length));
				bench.net.open.onBytes(IMAGE, 0, 2000);
				bench.net.open.onFailed("broken-off", "the connection ended too early");
			},
		],
		[
			"an image of another board",
			"wrong-board",
			(bench) => {
				const other = firmwareImage({ board: "m5atom-lite" });
				bench.net.head(200, String(other.length));
				bench.net.open.onBytes(other, 0, 1000);
			},
		],
		[
			"flash that fails at the end",
			"flash-failed",
			(bench) => {
				bench.flash.failing = "finish";
				bench.net.head(200, String(IMAGE.length));
				bench.net.open.onBytes(IMAGE, 0, IMAGE.length);
				bench.net.open.onEnd();
				bench.flash.failing = undefined;
			},
		],
	])("%s: nothing has changed", (_what, code, happen) => {
		const bench = begin();
		happen(bench);
		expect([bench.lastFailure, bench.clock.timerCount]).toEqual([code, 0]);
		expectUnharmed(bench);
	});

	test("from an address that is none is refused, and nothing is asked", () => {
		const bench = new UpdateBench();
		expect(bench.service.beginDownload("https://example.org/p1.bin")?.code).toBe("bad-url");
		expect([bench.net.jobs.length, bench.state]).toEqual([0, "idle"]);
	});

	test("the failure of the last one is forgotten when the next begins", () => {
		const bench = begin();
		bench.net.head(404);
		expect(bench.lastFailure).toBe("bad-answer");
		bench.service.beginDownload(URL);
		expect(bench.lastFailure).toBeUndefined();
	});

	test("ends with the service", () => {
		const bench = begin();
		bench.service.close();
		expect([bench.net.isOpen, bench.clock.timerCount]).toEqual([false, 0]);
	});
});

describe("a new image on trial", () => {
	test("stays once it has shown that it works, not before it has run for a minute", () => {
		const bench = onTrial();
		bench.clock.advance(SETTLE_MS - 5000);
		expect([bench.state, bench.flash.state]).toEqual(["on-trial", "pending"]);
		bench.clock.advance(5000);
		expect([bench.state, bench.flash.state, bench.store.values.has(INSTALL_KEY)]).toEqual(["idle", "valid", false]);
		bench.restart();
		expect([bench.flash.running, bench.lastFailure]).toEqual([1, undefined]);
		expectUnharmed(bench, 1);
	});

	test("takes no update, and says how long it lasts", () => {
		const bench = onTrial();
		expect(bench.upload(IMAGE)?.code).toBe("on-trial");
		expect(bench.service.beginDownload(URL)?.code).toBe("on-trial");
		expect(bench.service.status.trialLeftMs).toBeGreaterThan(TRIAL_MS - 5000);
	});

	test.each<["isConnected" | "answersHttp" | "hasTelegram", RegExp]>([
		["isConnected", /it had no network/],
		["answersHttp", /it answered no HTTP request/],
		["hasTelegram", /no telegram came, though some came before/],
	])("not %s for ten minutes: it is left; for less: it stays", (evidence, why) => {
		const bench = onTrial();
		bench[evidence] = false;
		bench.advance(TRIAL_MS - 20_000);
		expect(bench.state).toBe("on-trial");
		bench[evidence] = true;
		bench.advance(5000);
		expect([bench.state, bench.flash.state]).toEqual(["idle", "valid"]);

		const other = onTrial();
		const { firmware } = other;
		other[evidence] = false;
		other.advance(TRIAL_MS + 5000);
		expect([firmware.rollBacks, other.flash.running, other.lastFailure]).toEqual([1, 0, "rolled-back"]);
		expect(other.service.status.lastFailure?.message).toMatch(/^Version 0\.2\.0 was left again: /);
		expect(other.service.status.lastFailure?.message).toMatch(why);
		expectUnharmed(other, 0);
	});

	test("needs no telegram when none came before either", () => {
		const bench = new UpdateBench();
		bench.hasTelegramsNow = false;
		bench.hasTelegram = false;
		bench.upload(IMAGE);
		bench.clock.advance(2000 + SETTLE_MS);
		expect([bench.state, bench.flash.state]).toEqual(["idle", "valid"]);
	});

	test("asks itself over HTTP while nobody else has, and it has a network", () => {
		const bench = onTrial();
		bench.answersHttp = false;
		bench.isConnected = false;
		bench.clock.advance(10_000);
		expect(bench.asksItself).toBe(0);
		bench.isConnected = true;
		bench.clock.advance(10_000);
		expect(bench.asksItself).toBe(2);
		bench.answersHttp = true;
		bench.clock.advance(10_000);
		expect(bench.asksItself).toBe(2);
	});

	test("loses power: the old image starts, and says so", () => {
		const bench = onTrial();
		bench.clock.advance(30_000);
		bench.restart();
		expect([bench.flash.running, bench.state, bench.lastFailure]).toEqual([0, "idle", "rolled-back"]);
		expect(bench.service.status.lastFailure?.message).toMatch(/it restarted, or lost power/);
		bench.restart();
		expect(bench.lastFailure).toBeUndefined();
	});

	test("that flash does not note is asked again, and left in the end", () => {
		const bench = onTrial();
		bench.flash.failing = "mark";
		bench.clock.advance(TRIAL_MS - 30_000);
		expect(bench.state).toBe("on-trial");
		bench.flash.failing = undefined;
		bench.clock.advance(5000);
		expect(bench.state).toBe("idle");

		const other = onTrial();
		other.flash.failing = "mark";
		other.advance(TRIAL_MS + 5000);
		expect([other.flash.running, other.lastFailure]).toEqual([0, "rolled-back"]);
	});

	test("with nothing to go back to stays, and says so", () => {
		const bench = onTrial();
		bench.flash.hasOther = false;
		bench.isConnected = false;
		bench.clock.advance(TRIAL_MS + 5000);
		expect([bench.state, bench.flash.state, bench.lastFailure]).toEqual(["idle", "valid", "rolled-back"]);
		expectUnharmed(bench, 1);
	});

	test("is not on trial after a first flash over USB", () => {
		const bench = new UpdateBench();
		expect([bench.state, bench.lastFailure, bench.clock.timerCount]).toEqual(["idle", undefined, 0]);
	});
});

describe("what is noted for the next start", () => {
	test("a store that is full: the update goes on, and the trial does without telegrams", () => {
		const bench = new UpdateBench();
		bench.store.failure = new Error("full");
		expect(bench.upload(IMAGE)).toBeUndefined();
		bench.hasTelegram = false;
		bench.clock.advance(2000 + SETTLE_MS);
		expect([bench.state, bench.flash.state]).toEqual(["idle", "valid"]);
		expect(bench.log).toContain("update: cannot be noted: full");
	});

	test("a note that could not be removed does no harm", () => {
		const bench = onTrial();
		bench.store.failure = new Error("full");
		bench.clock.advance(SETTLE_MS);
		expect([bench.state, bench.store.values.has(INSTALL_KEY)]).toEqual(["idle", true]);
		bench.store.failure = undefined;
		bench.restart();
		expect([bench.lastFailure, bench.store.values.has(INSTALL_KEY)]).toEqual([undefined, false]);
	});

	test.each(["", "{", "7", "null", "{}", '{"fromSlot":0,"version":"1"}'])("%j is no note", (text) => {
		const bench = new UpdateBench();
		bench.store.values.set(INSTALL_KEY, text);
		bench.restart();
		expect([bench.state, bench.lastFailure]).toEqual(["idle", undefined]);
	});
});
