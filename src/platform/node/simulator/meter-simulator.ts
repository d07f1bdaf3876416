import type { OpenP1Port } from "../../../ports/p1-port.js";
import type { SimulatorOptions } from "./simulator-options.js";

export type { SimulatorFaults, SimulatorOptions } from "./simulator-options.js";

/**
 * A simulated meter in a simulated house as a {@link P1Port}: pushes CRC-valid telegrams of a profile, in chunks as a
 * UART delivers them.
 * @throws RangeError when an option is out of its range.
 */
export function createSimulator(_options: SimulatorOptions): OpenP1Port {
	return (_handler) => ({ hasLineFormat: false, setLineFormat() {}, close() {} });
}
