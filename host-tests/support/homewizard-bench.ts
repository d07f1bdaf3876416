import { JsonWriter } from "../../src/core/json-writer.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { MEASUREMENT_BYTES } from "../../src/publishers/homewizard/measurement.js";
import { HOME_WIZARD_OFF, HomeWizardApi } from "../../src/publishers/homewizard/routes.js";
import { FakeDevice } from "./api-bench.js";
import { FakeClock } from "./fake-clock.js";
import { FakeTcp } from "./fake-tcp.js";
import type { Json } from "./homewizard-rules.js";
import { type ParsedResponse, parseResponses } from "./http-harness.js";
import { FakeMeter } from "./modbus-bench.js";

export type HomeWizardBenchOptions = { readonly isOff?: boolean; readonly scratchBytes?: number };

/** The compatible API on a meter and a network in a test's hand. */
export class HomeWizardBench {
	readonly meter = new FakeMeter();
	readonly device = new FakeDevice();
	readonly faults: string[] = [];
	identified = 0;
	readonly #tcp = new FakeTcp();
	readonly #server: HttpServer;

	constructor({ isOff = false, scratchBytes = MEASUREMENT_BYTES }: HomeWizardBenchOptions = {}) {
		const clock = new FakeClock();
		const resource = isOff
			? HOME_WIZARD_OFF
			: new HomeWizardApi({
					meter: this.meter,
					device: this.device,
					indicator: { identify: () => void this.identified++ },
					writer: new JsonWriter(new Uint8Array(scratchBytes)),
				});
		this.#server = new HttpServer({
			openListener: this.#tcp.open,
			port: 0,
			router: new Router({ resources: [resource] }),
			clock,
			timers: clock,
			onError: (code, detail) => void this.faults.push(`${code}: ${detail}`),
			onFault: (where, error) => void this.faults.push(`${where}: ${String(error)}`),
		});
	}

	/** One request on a connection of its own. */
	ask(path: string, method = "GET", body?: string): ParsedResponse {
		const peer = this.#tcp.connect();
		const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
		const lines = [`${method} ${path} HTTP/1.1`, "Host: p1meter-aabbcc.local", ...length];
		peer.send(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
		peer.end();
		const [response, ...more] = parseResponses(peer.received, [method], true);
		if (response === undefined || more.length > 0) throw new Error(`not one response: ${peer.received}`);
		return response;
	}

	/** The measurement of a telegram that is now the latest. */
	measure(telegram: readonly string[] | Uint8Array): Json {
		this.meter.receive(telegram);
		const { status, body } = this.ask("/api/v1/data");
		if (status !== 200) throw new Error(`${status}: ${body}`);
		return JSON.parse(body) as Json;
	}

	close(): void {
		this.#server.close();
	}
}
