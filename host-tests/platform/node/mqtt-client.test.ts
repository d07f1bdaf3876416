import { connect } from "node:net";
import { createServer } from "node:tls";
import { describe, test } from "vitest";
import { startEmbeddedBroker } from "../../../src/platform/node/embedded-broker.js";
import { createConnectMqtt } from "../../../src/platform/node/mqtt-client.js";
import {
	type ContractBroker,
	type ContractBrokerOptions,
	describeMqttClientContract,
} from "../../contracts/mqtt-client.contract.js";
import { findMosquitto, startMosquitto } from "../../e2e/support/mosquitto.js";
import { openTcpLink } from "../../support/tcp-link.js";

/** The embedded broker; TLS, which it has not, is ended in front of it. */
async function startAedes({ credentials, tls }: ContractBrokerOptions): Promise<ContractBroker> {
	const broker = await startEmbeddedBroker({ port: 0, ...(credentials === undefined ? {} : { credentials }) });
	if (tls === undefined) {
		const link = await openTcpLink(broker.port);
		return {
			port: link.port,
			async kill() {
				await link.close();
				await broker.close(0);
			},
		};
	}
	const server = createServer({ cert: tls.certificatePem, key: tls.keyPem }, (client) => {
		const target = connect({ host: "127.0.0.1", port: broker.port });
		client.on("error", () => target.destroy());
		target.on("error", () => client.destroy());
		client.pipe(target).pipe(client);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	return {
		port: typeof address === "object" && address !== null ? address.port : 0,
		async kill() {
			server.close();
			await broker.close(0);
		},
	};
}

describeMqttClientContract({ name: "MQTT.js with aedes", createConnectMqtt, startBroker: startAedes });

if (findMosquitto() === undefined) {
	describe("mqtt client contract: MQTT.js with mosquitto", () => {
		test.skip("skipped: mosquitto is not installed", () => {});
	});
} else {
	describeMqttClientContract({ name: "MQTT.js with mosquitto", createConnectMqtt, startBroker: startMosquitto });
}
