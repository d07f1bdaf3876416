import { JsonWriter } from "../../../src/core/json-writer.js";
import { type Resource, Router } from "../../../src/http/router.js";
import { HttpServer } from "../../../src/http/server.js";
import { DayHistory } from "../../../src/insight/day-history.js";
import { loadPage } from "../../../src/platform/node/app/page.js";
import { NodeClock, NodeTimers } from "../../../src/platform/node/clock.js";
import { nodeCrypto } from "../../../src/platform/node/crypto.js";
import { openTcpListener } from "../../../src/platform/node/tcp.js";
import { ReadingEvents } from "../../../src/publishers/api/events.js";
import { OwnerApi } from "../../../src/publishers/api/owner.js";
import { PowerHistoryApi } from "../../../src/publishers/api/power-history.js";
import { SettingsApi } from "../../../src/publishers/api/settings.js";
import { SetupApi, SetupStatus } from "../../../src/publishers/api/setup.js";
import { STATUS_BYTES } from "../../../src/publishers/api/status.js";
import { Api } from "../../../src/publishers/api.js";
import { Access } from "../../../src/services/access/access.js";
import { AccessGuard } from "../../../src/services/access/guard.js";
import { Meter } from "../../../src/services/meter.js";
import { networkSettingsOf } from "../../../src/services/network/settings.js";
import { FirstOwner } from "../../../src/services/provisioning/first-owner.js";
import { NetworkScan } from "../../../src/services/provisioning/network-scan.js";
import { NetworkTest } from "../../../src/services/provisioning/network-test.js";
import { SetupPortal } from "../../../src/services/provisioning/setup-portal.js";
import { ReadingDocument } from "../../../src/services/reading-document.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { SettingsService } from "../../../src/services/settings/settings-service.js";
import { storeOfSettings, writeStoredSettings } from "../../../src/services/settings/stored.js";
import type { Settings } from "../../../src/services/settings/table.js";
import { FakeDevice } from "../../support/api-bench.js";
import { FakeAir } from "../../support/fake-air.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeP1Port } from "../../support/fake-p1-port.js";
import { FakeWifi } from "../../support/fake-wifi.js";
import { RecordingStore } from "../../support/faulty-store.js";
import { FakeStation } from "../../support/setup-bench.js";

export type SetupAppOptions = {
	readonly settings?: Partial<Settings>;
	/** Whoever asks counts as being in the setup network; default true. */
	readonly isHere?: boolean;
};

/** A device's HTTP side in this process, with a radio in a simulated air whose time is ten times as fast. */
export class SetupApp {
	readonly air = new FakeAir();
	readonly #clock = new FakeClock();
	readonly station = new FakeStation(this.#clock);
	readonly access: Access;
	readonly settings: SettingsService;
	readonly portal: SetupPortal;
	readonly firstOwner: FirstOwner;
	restarts = 0;
	readonly #server: HttpServer;
	readonly #meter: Meter;
	readonly #events: ReadingEvents;
	readonly #timer: NodeJS.Timeout;
	#port = 0;

	static async start(options: SetupAppOptions = {}): Promise<SetupApp> {
		const page = await loadPage({ info: () => {}, warn: () => {} });
		if (page === undefined) throw new Error("no page");
		return new Promise((resolve) => {
			const app: SetupApp = new SetupApp(options, page, (port) => {
				app.#port = port;
				resolve(app);
			});
		});
	}

	private constructor(
		{ settings: changes = {}, isHere = true }: SetupAppOptions,
		page: NonNullable<Awaited<ReturnType<typeof loadPage>>>,
		onListening: (port: number) => void,
	) {
		const fast = this.#clock;
		const clock = new NodeClock();
		const timers = new NodeTimers();
		this.#timer = setInterval(() => fast.advance(500), 50);
		const running = { ...defaultSettings("device"), ...changes };
		const store = new RecordingStore();
		writeStoredSettings(store, running, "device");
		const log = { info: () => {}, warn: () => {} };
		const settings = new SettingsService({ platform: "device", storage: storeOfSettings(store, "device"), running });
		const access = new Access({ crypto: nodeCrypto, store: new RecordingStore(), clock, log, iterations: 1000 });
		this.settings = settings;
		this.access = access;
		this.firstOwner = new FirstOwner(access);
		const wifi = new FakeWifi(fast, this.air, {
			onChanged: () => {},
			radio: { transmitPowerDbm: 13, powerSave: "minimum", legacyRates: false },
		});
		const networks = new NetworkScan({ wifi, timers: fast });
		const test = new NetworkTest({ station: this.station, timers: fast });
		const portal = new SetupPortal({
			wifi,
			station: this.station,
			test,
			networks,
			clock: fast,
			timers: fast,
			name: "P1-AABBCC",
			password: () => "correcthorse",
			credentials: () => networkSettingsOf(settings.current).credentials,
			goneAfterMs: () => 600_000,
			needsRestart: () => settings.restart.length > 0,
			restart: () => this.restarts++,
			openNames: () => ({ close: () => {} }),
			announce: () => {},
		});
		this.portal = portal;
		// Here all peers have one address.
		portal.isClient = () => isHere && portal.isOpen;
		const guard: AccessGuard = new AccessGuard({
			access,
			settings,
			ownNames: ["p1-aabbcc"],
			howToChoose: "Hold the button for 5 seconds, join the network that opens, and choose one there.",
			faults: {
				report: (where, error) => {
					throw new Error(where, { cause: error });
				},
			},
		});
		guard.setup = portal;
		const writer = new JsonWriter(new Uint8Array(STATUS_BYTES));
		const document = new ReadingDocument();
		const port = new FakeP1Port();
		this.#meter = new Meter({
			openP1Port: port.open,
			clock,
			timers,
			profile: "auto",
			listeners: [document],
			onListenerFault: () => {},
		});
		const events = new ReadingEvents({ meter: this.#meter, document, timers });
		this.#events = events;
		const resources: Resource[] = [];
		resources.push(
			new Api({
				meter: this.#meter,
				document,
				device: new FakeDevice(),
				clock,
				random: Math.random,
				statusSources: [new SetupStatus(portal)],
				resources,
				page,
				writer,
			}),
			events,
			new PowerHistoryApi(new DayHistory(clock), writer),
			new SettingsApi({ settings, platform: "device", scratch: writer.bytes }),
			new OwnerApi({ access, guard, restart: "Not here.", timers }),
			new SetupApi({
				portal,
				test,
				networks,
				settings,
				access,
				hostName: "p1-aabbcc",
				scratch: writer.bytes,
			}),
		);
		this.#server = new HttpServer({
			openListener: openTcpListener,
			port: 0,
			host: "127.0.0.1",
			router: new Router({ resources, gate: guard }),
			clock,
			timers,
			onListening,
			onFault: (where, error) => {
				throw new Error(where, { cause: error });
			},
			onError: (code, detail) => {
				throw new Error(`${code}: ${detail}`);
			},
		});
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}/`;
	}

	/** Nothing is answered any more, as when a phone has lost the setup network. */
	stop(): void {
		clearInterval(this.#timer);
		this.portal.close();
		this.#events.close();
		this.#server.close();
		this.#meter.close();
	}
}
