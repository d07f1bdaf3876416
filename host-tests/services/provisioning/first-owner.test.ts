import { expect, test } from "vitest";
import { FirstOwner } from "../../../src/services/provisioning/first-owner.js";
import { AccessBench } from "../../support/access-bench.js";

const tokenOf = (url: string): string => url.split("#setup=")[1] ?? "";

test("without an owner the address has a session in its fragment, the same one as long as it lasts", () => {
	const { access, clock } = new AccessBench();
	const first = new FirstOwner(access);
	const url = first.urlAt("192.168.1.50");
	expect(url).toMatch(/^http:\/\/192\.168\.1\.50\/#setup=[0-9a-f]{32}$/);
	for (let i = 0; i < 20; i++) expect(first.urlAt("192.168.1.50")).toBe(url);
	expect(access.sessions.count).toBe(1);
	clock.advance(3_600_001);
	const later = first.urlAt("192.168.1.50");
	expect(tokenOf(later)).not.toBe(tokenOf(url));
	expect(access.sessions.count).toBe(1);
});

test("with an owner it is the address alone, and what was there before has ended", () => {
	const bench = new AccessBench();
	const first = new FirstOwner(bench.access);
	const token = tokenOf(first.urlAt("192.168.1.50"));
	bench.choose();
	expect(first.urlAt("192.168.1.50")).toBe("http://192.168.1.50/");
	const hash = bench.access.hashOf(token) ?? new Uint8Array();
	expect(bench.access.sessions.use(hash)).toBe(false);
});
