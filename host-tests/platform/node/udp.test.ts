import { describe, expect, test } from "vitest";
import { openUdpSocket } from "../../../src/platform/node/udp.js";
import { describeUdpSocketContract } from "../../contracts/udp-socket.contract.js";
import { waitUntil } from "../../support/wait-until.js";

describeUdpSocketContract("Node", openUdpSocket);

describe("Node UDP socket", () => {
	test("a port that cannot be: failed, told after the call", async () => {
		const errors: string[] = [];
		openUdpSocket({ port: 65_536, onDatagram: () => {}, onError: (code) => errors.push(code) });
		expect(errors).toEqual([]);
		await waitUntil(() => errors.length > 0);
		expect(errors).toEqual(["failed"]);
	});
});
