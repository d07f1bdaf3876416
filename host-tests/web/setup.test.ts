import { expect, test } from "vitest";
import { HttpDongle } from "../../web/http.js";
import { barsOf, Setup } from "../../web/setup.js";
import { FakeClock } from "../support/fake-clock.js";

/** A setup whose dongle answers everything with the same. */
function answering(body: unknown): Setup {
	const fetch = () => Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body)));
	return new Setup(new HttpDongle(fetch, new FakeClock()));
}

test("the state, as far as it makes sense", async () => {
	const state = { here: true, hasOwner: false, ssid: "home", test: { kind: "failed", reason: "not-found" } };
	expect(await answering(state).state()).toEqual({
		isHere: true,
		hasOwner: false,
		ssid: "home",
		test: { kind: "failed", reason: "not-found" },
	});
	expect((await answering({ test: { kind: "of a later version" } }).state())?.test.kind).toBe("none");
	for (const none of ["", "[]", { error: { code: "not-found" } }])
		expect(await answering(none).state()).toBeUndefined();
});

test("the networks: none while they are looked for, and none that makes no sense", async () => {
	const networks = [{ ssid: "home", rssiDbm: -50, needsPassword: true }, { ssid: "", rssiDbm: -50 }, { ssid: "a" }, 7];
	expect(await answering({ scanning: false, networks }).networks()).toEqual([networks[0]]);
	expect(await answering({ scanning: true, networks }).networks()).toBeUndefined();
	expect(await answering({}).networks()).toBeUndefined();
});

test("what the dongle says against a test", async () => {
	expect(await answering({ error: { code: "radio-busy", message: "Try again." } }).test("home", "")).toBe("Try again.");
	expect(await answering("").test("home", "")).toBeUndefined();
});

test("where the dongle is in the end", async () => {
	const end = { hostName: "p1-aabbcc.local", ipAddress: "192.168.1.50", closesInS: 60 };
	expect(await answering(end).finish()).toEqual({ hostName: "p1-aabbcc.local", ipAddress: "192.168.1.50" });
	expect(await answering({ error: {} }).finish()).toBeUndefined();
});

test.each([
	[-30, 4],
	[-55, 4],
	[-56, 3],
	[-67, 3],
	[-68, 2],
	[-75, 2],
	[-76, 1],
	[-95, 1],
])("%d dBm: %d bars", (rssiDbm, bars) => {
	expect(barsOf(rssiDbm)).toBe(bars);
});
