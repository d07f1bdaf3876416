import { describe, expect, test } from "vitest";
import { type AccessRequest, basic, codeOf, PASSWORD, WRONG_PASSWORD } from "../support/access-bench.js";
import type { ParsedResponse } from "../support/http-harness.js";
import { OpenApi, type OperationMethod } from "../support/openapi.js";
import { SetupApiBench } from "../support/setup-api-bench.js";
import { HOME_ADDRESS, TRY_MS } from "../support/setup-bench.js";

// What docs/http-api.yaml says of the setup, against the running server.

const openApi = new OpenApi();
const isSetup = (tags: readonly string[]): boolean => tags.includes("setup");
const OPERATIONS = openApi.operations().filter(({ operation }) => isSetup(operation.tags ?? []));
const HOME = { ssid: "home", password: "correct horse" };
const codes = new Map<string, number>();

function ask(
	bench: SetupApiBench,
	method: OperationMethod,
	path: string,
	json?: unknown,
	request?: AccessRequest,
): ParsedResponse {
	const response = bench.ask(method.toUpperCase(), path, json, request);
	expect(openApi.check(path, method, response)).toEqual([]);
	if (response.status >= 400 && method !== "head") codes.set(codeOf(response), response.status);
	return response;
}

const bodyOf = (path: string): unknown => (path.endsWith("/test") ? HOME : undefined);

describe("every operation", () => {
	test("in the setup network", () => {
		const bench = new SetupApiBench();
		bench.setup.air.add();
		for (let round = 0; round < 2; round++) {
			for (const { path, method } of OPERATIONS) {
				ask(bench, method, path, method === "post" ? bodyOf(path) : undefined);
				if (method === "post") bench.setup.clock.advance(TRY_MS);
			}
			bench.setup.save(HOME);
		}
		bench.setup.station.result = { kind: "failed", reason: "no-address" };
		ask(bench, "post", "/api/v1/setup/test", HOME);
		ask(bench, "post", "/api/v1/setup/test", HOME);
		bench.setup.clock.advance(TRY_MS);
		ask(bench, "get", "/api/v1/setup");
	});

	test("in the house: with and without the password, before and after one was chosen, and after too many guesses", () => {
		const bench = new SetupApiBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
		const address = "192.168.1.9";
		const askAll = (request: AccessRequest): void => {
			for (const { path, method } of OPERATIONS) {
				ask(bench, method, path, method === "post" ? bodyOf(path) : undefined, { address, ...request });
			}
		};
		askAll({});
		bench.access.choose();
		bench.access.policy = { readAccess: "password", httpNames: "" };
		askAll({});
		askAll({ authorization: basic(PASSWORD) });
		const guess = { address: "192.168.1.77", authorization: basic(WRONG_PASSWORD) };
		for (const { path, method, operation } of OPERATIONS) {
			if (!("429" in operation.responses)) continue;
			let guesses = 0;
			while (ask(bench, method, path, bodyOf(path), guess).status !== 429) expect(++guesses).toBeLessThan(20);
		}
	});

	test("with what is no network, and what is no JSON", () => {
		const bench = new SetupApiBench();
		expect(ask(bench, "post", "/api/v1/setup/test", {}).status).toBe(400);
		const request = { body: JSON.stringify(HOME) };
		expect(ask(bench, "post", "/api/v1/setup/test", undefined, request).status).toBe(415);
	});
});

// Last, after everything above has been asked.
describe("of the document", () => {
	test("every status was seen", () => {
		expect(openApi.declared(isSetup).filter((status) => !openApi.seen.has(status))).toEqual([]);
	});

	test("every code was seen with its status", () => {
		const expected = [...openApi.errorCodes("SetupErrorCode")];
		expect(expected.map(([code]) => [code, codes.get(code)])).toEqual(expected);
	});

	test("every member was seen", () => {
		const unseen = ["Setup", "SetupNetworks", "SetupResult"]
			.flatMap((name) => openApi.declaredMembers(name))
			.filter((member) => !openApi.seenMembers.has(member));
		expect(unseen).toEqual([]);
	});
});
