import { describe, expect, test } from "vitest";
import { type FetchOptions, HttpDongle } from "../../web/http.js";
import { Owner } from "../../web/owner.js";
import { askUpdate, parseUpdate, startUpdate } from "../../web/update.js";
import { UPDATE_TEXTS } from "../../web/update-texts.js";
import { FakeClock } from "../support/fake-clock.js";

const NO_STORE = { getItem: () => "abc", setItem: () => {}, removeItem: () => {} };

/** An owner whose dongle answers once, and what it was asked. */
function ownerWith(status: number, body: unknown): { owner: Owner; asked: (FetchOptions & { address: string })[] } {
	const asked: (FetchOptions & { address: string })[] = [];
	const dongle = new HttpDongle((address, options) => {
		asked.push({ address, ...options });
		if (status === 0) return Promise.reject(new TypeError("Failed to fetch"));
		return Promise.resolve(new Response(JSON.stringify(body), { status }));
	}, new FakeClock());
	return { owner: new Owner(dongle, NO_STORE), asked };
}

describe("parseUpdate", () => {
	test("of a device that receives", () => {
		const update = { state: "receiving", receivedBytes: 25, byteLength: 100, board: "xiao-esp32c3", version: "1" };
		expect(parseUpdate(JSON.stringify(update))).toEqual({
			state: "receiving",
			progress: 0.25,
			board: "xiao-esp32c3",
			message: undefined,
		});
	});

	test("has the dongle's own words: what failed, or how it is done", () => {
		const failed = { state: "idle", lastFailure: { code: "wrong-board", message: "Not this one." } };
		expect(parseUpdate(JSON.stringify(failed))?.message).toBe("Not this one.");
		const elsewhere = { state: "elsewhere", version: "1", message: "git pull" };
		expect(parseUpdate(JSON.stringify(elsewhere))).toMatchObject({ state: "elsewhere", message: "git pull" });
	});

	test.each(["", "{", "[]", "{}", '{"state":7}', '{"state":"flying"}'])("%j is none", (text) => {
		expect(parseUpdate(text)).toBeUndefined();
	});
});

test.each([
	[200, { state: "idle" }, "idle"],
	[404, {}, "none"],
	[500, {}, undefined],
	[0, {}, undefined],
])("askUpdate after %i", async (status, body, expected) => {
	const found = await askUpdate(ownerWith(status, body).owner);
	expect(typeof found === "object" ? found.state : found).toBe(expected);
});

describe("startUpdate", () => {
	test("sends a file as what it is, with the owner's session", async () => {
		const { owner, asked } = ownerWith(200, {});
		const file = new Blob([Uint8Array.of(0xe9)], { type: "text/plain" });
		expect(await startUpdate(owner, file)).toBeUndefined();
		expect(asked[0]).toMatchObject({
			method: "POST",
			address: "/api/v1/update",
			headers: { Authorization: "Bearer abc", "Content-Type": "application/octet-stream" },
			body: file,
		});
	});

	test("sends an address as JSON", async () => {
		const { owner, asked } = ownerWith(202, {});
		expect(await startUpdate(owner, "http://nas/p1.bin")).toBeUndefined();
		expect(asked[0]).toMatchObject({ address: "/api/v1/update/url", body: '{"url":"http://nas/p1.bin"}' });
	});

	test.each([
		[422, { error: { code: "wrong-board", message: "Not this one." } }, "refused"],
		[401, { error: { code: "bad-credentials", message: "Again." } }, "password"],
		[0, {}, "lost"],
	])("after %i", async (status, body, kind) => {
		expect((await startUpdate(ownerWith(status, body).owner, new Blob([])))?.kind).toBe(kind);
	});
});

test("the texts say it in another way in another language", () => {
	const said = (tag: "en" | "sv"): string[] =>
		Object.values(UPDATE_TEXTS[tag]).map((text) => (typeof text === "string" ? text : text("x")));
	const [en, sv] = [said("en"), said("sv")];
	expect(en.filter((text, index) => text === sv[index] || text === "")).toEqual([]);
});
