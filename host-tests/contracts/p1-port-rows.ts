import { describe, test } from "vitest";
import type { OpenP1Port } from "../../src/ports/p1-port.js";
import { hasSocat, SerialCable, TcpBridge } from "../support/p1-sources.js";
import { describeP1PortContract } from "./p1-port.contract.js";

/** The contract for a port that calls a TCP bridge on this computer. @param open - Makes the port under test. */
export function describeTcpP1PortContract(name: string, open: (port: number) => OpenP1Port): void {
	describeP1PortContract({
		name,
		hasLineFormat: false,
		ends: false,
		detail: /127\.0\.0\.1:\d+/,
		async startSource() {
			const bridge = new TcpBridge();
			await bridge.start();
			return {
				openP1Port: open(bridge.port),
				send: (bytes) => bridge.send(bytes),
				remove: () => bridge.stop(),
				restore: () => bridge.start(),
				close: () => bridge.stop(),
			};
		},
	});
}

/** The contract for a port on a serial cable; says that it is left out where socat is not installed. @param open - Makes the port under test. */
export function describeSerialP1PortContract(name: string, open: (path: string) => OpenP1Port): void {
	if (!hasSocat()) {
		describe(`P1 port contract: ${name}`, () => {
			test.skip("skipped: socat is not installed", () => {});
		});
		return;
	}
	describeP1PortContract({
		name,
		hasLineFormat: true,
		ends: false,
		detail: /p1-cable-\w+\/port/,
		async startSource() {
			const cable = new SerialCable();
			await cable.plug();
			return {
				openP1Port: open(cable.path),
				send: (bytes) => cable.send(bytes),
				remove: () => cable.unplug(),
				restore: () => cable.plug(),
				close: () => cable.close(),
			};
		},
	});
}
