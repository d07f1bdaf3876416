import { expect, test } from "vitest";
import { httpFetch } from "../../../src/platform/node/http-fetch.js";
import { openStreamHash } from "../../../src/platform/node/stream-hash.js";
import { firmwareUpdateContract } from "../../contracts/firmware-update.contract.js";
import { httpFetchContract } from "../../contracts/http-fetch.contract.js";
import { streamHashContract } from "../../contracts/stream-hash.contract.js";
import { FakeFirmwareUpdate, FakeFlash, RESTARTED } from "../../support/fake-firmware-update.js";

httpFetchContract("Node", () => httpFetch);
streamHashContract("Node", openStreamHash);

// No computer has two slots: the fake is held to what ESP-IDF does, and so are the tests that use it.
firmwareUpdateContract("the fake", () => {
	const flash = new FakeFlash();
	let firmware = new FakeFirmwareUpdate(flash);
	const restart = (): void => {
		flash.restart();
		firmware = new FakeFirmwareUpdate(flash);
	};
	return {
		get firmware() {
			return firmware;
		},
		restart,
		restarting(call) {
			try {
				call();
			} catch (error) {
				expect(error).toBe(RESTARTED);
				restart();
			}
		},
		slot: (name) => flash.slots[name === "ota_1" ? 1 : 0],
	};
});

test("a name that nobody has: unknown-host", async () => {
	const failure = await new Promise((resolve) => {
		httpFetch(
			{ host: "nobody.invalid", port: 80, path: "/" },
			{ onHead() {}, onBytes() {}, onEnd() {}, onFailed: resolve },
		);
	});
	expect(failure).toBe("unknown-host");
});
