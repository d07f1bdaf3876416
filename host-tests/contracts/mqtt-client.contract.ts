import { describe } from "vitest";
import { MqttContractBench, type MqttContractSetup } from "./mqtt-client/bench.js";
import { describeEnd } from "./mqtt-client/end.js";
import { describeFailures } from "./mqtt-client/failures.js";
import { describeSession } from "./mqtt-client/session.js";
import { describeStream } from "./mqtt-client/stream.js";
import { describeTls } from "./mqtt-client/tls.js";

export type { ContractBroker, ContractBrokerOptions, MqttContractSetup } from "./mqtt-client/bench.js";

/** What every `ConnectMqtt` does, whatever the platform and the broker. */
export function describeMqttClientContract(setup: MqttContractSetup): void {
	describe(`mqtt client contract: ${setup.name}`, () => {
		const bench = new MqttContractBench(setup);
		describeSession(bench);
		describeStream(bench);
		describeEnd(bench);
		describeFailures(bench);
		describeTls(bench);
	});
}
