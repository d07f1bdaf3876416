import { hexText } from "../../src/core/hex.js";
import { sha1 } from "../../src/core/sha1.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import type { Crypto } from "../../src/ports/crypto.js";
import { OwnerApi } from "../../src/publishers/api/owner.js";
import { SettingsApi } from "../../src/publishers/api/settings.js";
import { Access } from "../../src/services/access/access.js";
import { AccessGuard, type AccessPolicy } from "../../src/services/access/guard.js";
import { defaultSettings } from "../../src/services/settings/parse.js";
import { SettingsService } from "../../src/services/settings/settings-service.js";
import { storeOfSettings, writeStoredSettings } from "../../src/services/settings/stored.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeTcp } from "../support/fake-tcp.js";
import { RecordingStore } from "../support/faulty-store.js";
import { type HandledRoute, resourceOf } from "../support/routes.js";

// Runs on Node and on XS.

/** 32 bytes that are another input's hardly ever; nothing for a program. */
function digest(bytes: Uint8Array): Uint8Array {
	const twice = new Uint8Array(32);
	twice.set(sha1(bytes));
	twice.set(sha1(Uint8Array.from([...bytes, 1])).subarray(0, 12), 20);
	return twice;
}

/** The settings and the owner's addresses of a dongle, with a hash that takes a second of a clock in the test's hand. */
export class OwnerSession {
	readonly clock = new FakeClock();
	readonly tcp = new FakeTcp();
	readonly access: Access;
	policy: AccessPolicy | undefined;
	readonly #settings: SettingsService;
	readonly #guard: AccessGuard;

	constructor() {
		const { clock } = this;
		let random = 0;
		const crypto: Crypto = {
			fillRandom: (bytes) => {
				for (let i = 0; i < bytes.length; i++) bytes[i] = random++ * 7;
			},
			sha256: digest,
			equal: (a, b) => hexText(a) === hexText(b),
			deriveKey: (password, salt, _iterations, onKey) => {
				const key = digest(Uint8Array.from([...password, ...salt]));
				return clock.after(1_000, () => onKey(key));
			},
		};
		const log = { info: () => {}, warn: () => {} };
		const store = new RecordingStore();
		const running = { ...defaultSettings("device"), mqttUser: "me", mqttPass: "mArKeR" };
		writeStoredSettings(store, running, "device");
		const settings = new SettingsService({ platform: "device", storage: storeOfSettings(store, "device"), running });
		this.#settings = settings;
		this.access = new Access({ crypto, store, clock, log, iterations: 1 });
		this.#guard = new AccessGuard({
			access: this.access,
			settings: this,
			ownNames: ["p1-aabbcc"],
			howToChoose: "Press the button.",
			faults: {
				report: (where, error) => {
					throw new Error(`${where}: ${String(error)}`);
				},
			},
		});
		const owner = new OwnerApi({ access: this.access, guard: this.#guard, restart: () => {}, timers: clock });
		new HttpServer({
			openListener: this.tcp.open,
			port: 80,
			router: new Router({
				resources: [
					new SettingsApi({ settings, platform: "device", scratch: new Uint8Array(256) }),
					owner,
					resourceOf(READ),
				],
				gate: this.#guard,
			}),
			clock,
			timers: clock,
			limits: { maxConnections: 2, outputBytes: 4608 },
			onError: () => {},
			onFault: (where, error) => {
				throw new Error(`${where}: ${String(error)}`);
			},
		});
	}

	/** The policy that holds. */
	get current(): AccessPolicy {
		return this.policy ?? this.#settings.current;
	}

	choose(): void {
		this.access.changePassword(PASSWORD, () => {});
		this.clock.advance(1_000);
	}

	ask(text: string): string {
		const peer = this.tcp.connect();
		peer.send(text);
		this.clock.advance(2_000);
		peer.end();
		return peer.received;
	}
}

/** "correct horse" */
const PASSWORD = Uint8Array.from("correct horse", (character) => character.charCodeAt(0));

const READ: HandledRoute = {
	method: "GET",
	path: "/read",
	handle: (_request, response) => response.respondEmpty(204),
};

const OWNER = "Authorization: Basic b3duZXI6Y29ycmVjdCBob3JzZQ==";

function request(line: string, headers: readonly string[] = [], body = ""): string {
	const more = body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${body.length}`];
	return `${[`${line} HTTP/1.1`, "Host: 192.0.2.9", ...headers, ...more].join("\r\n")}\r\n\r\n${body}`;
}

/** What an owner, a reader and a stranger may ask. */
export const OWNER_REQUESTS: readonly string[] = [
	request("GET /api/v1/settings"),
	request("GET /api/v1/settings/schema"),
	request("PATCH /api/v1/settings", [], '{"name":"Mine"}'),
	request("PATCH /api/v1/settings", [OWNER], '{"name":"K\\u00e4llaren","mqttTopic":"house","readAccess":"open"}'),
	request("PATCH /api/v1/settings", [OWNER], '{"httpPort":0,"colour":1,"source":"-","mqttPass":{"set":false}}'),
	request("PATCH /api/v1/settings", [OWNER], "{"),
	request("PATCH /api/v1/settings", [OWNER], "[".repeat(4_000)),
	request("PATCH /api/v1/settings", [OWNER], `{"a":${'{"a":'.repeat(1_000)}`),
	request("PATCH /api/v1/settings", [OWNER, "Origin: http://evil.example"], "{}"),
	request("GET /read").replace("192.0.2.9", "evil.example"),
	request("POST /api/v1/session", [OWNER]),
	request("POST /api/v1/tokens", [OWNER], '{"name":"evcc"}'),
	request("GET /api/v1/tokens", [OWNER]),
	request("DELETE /api/v1/tokens?id=00000000", [OWNER]),
	request("DELETE /api/v1/session", [OWNER]),
	request("POST /api/v1/password", [OWNER], '{"password":"short"}'),
	request("POST /api/v1/password", [OWNER], '{"password":"another one"}'),
	request("GET /api/v1/tokens", [OWNER]),
	request("POST /api/v1/restart", [OWNER]),
	request("GET /api/v1/tokens", ["Authorization: Basic ???"]),
	request("GET /api/v1/settings"),
];

/** All answers, in order. */
export function ownerAnswers(): string[] {
	const session = new OwnerSession();
	session.choose();
	return OWNER_REQUESTS.map((text) => session.ask(text));
}
