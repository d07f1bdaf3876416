import { SetupApi } from "../../src/publishers/api/setup.js";
import { AccessBench, type AccessRequest } from "./access-bench.js";
import { RecordingStore } from "./faulty-store.js";
import type { ParsedResponse } from "./http-harness.js";
import { PHONE_ADDRESS, SetupBench, type SetupBenchOptions } from "./setup-bench.js";

/** The routes of the setup behind their guard, which knows who is in the setup network. */
export class SetupApiBench {
	readonly setup: SetupBench;
	readonly access: AccessBench;

	constructor(options: SetupBenchOptions = {}) {
		const setup = new SetupBench(options);
		this.setup = setup;
		this.access = new AccessBench(new RecordingStore(), ({ access }) => [
			new SetupApi({
				...setup,
				settings: {
					get current() {
						return { wifiSsid: setup.credentials?.ssid ?? "" };
					},
				},
				access,
				hostName: "p1-aabbcc",
				scratch: new Uint8Array(64),
			}),
		]);
	}

	/** As a phone in the setup network, unless the request says otherwise. */
	ask(method: string, path: string, json?: unknown, request: AccessRequest = {}): ParsedResponse {
		const address = request.address ?? PHONE_ADDRESS;
		this.access.setupAddress = this.setup.portal.isClient(address) ? address : undefined;
		return this.access.ask(path, {
			method,
			address,
			...(json === undefined ? {} : { body: JSON.stringify(json), headers: ["Content-Type: application/json"] }),
			...request,
		});
	}

	json(method: string, path: string, json?: unknown, request: AccessRequest = {}): unknown {
		return JSON.parse(this.ask(method, path, json, request).body);
	}
}
