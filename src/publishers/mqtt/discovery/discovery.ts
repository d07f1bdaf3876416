import type { Clock, Random, TimerHandle, Timers } from "../../../ports/clock.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import type { MqttExtension, MqttSession } from "../extension.js";
import type { ReadingKeeper } from "../reading-source.js";
import { DOCUMENTS } from "./entities.js";
import { KnownEntities } from "./known-entities.js";
import { type DiscoveryIdentity, DiscoveryPayload, deviceId } from "./payload.js";

export type DiscoveryOptions = {
	/** False: nothing is announced, and what was is removed. */
	readonly isEnabled: boolean;
	/** Passed by `parseBaseTopic`; Home Assistant's own is `homeassistant`. */
	readonly prefix: string;
	readonly identity: DiscoveryIdentity;
	readonly keeper: ReadingKeeper;
	/**
	 * Keeps what was announced over a restart, so that it can be removed later; absent: it is forgotten with the program.
	 * Written when an entity comes or goes, not with each reading. */
	readonly store?: KeyValueStore;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
	/** Shortest time between two announcements of a session. Default 30000. */
	readonly minSpacingMs?: number;
	/** Longest wait after Home Assistant has started, so that not everything in the house speaks at once. Default 10000. */
	readonly maxOnlineDelayMs?: number;
};

/** What Home Assistant says on its status topic once it has started (components/mqtt/const.py, DEFAULT_BIRTH). */
const ONLINE = Object.freeze([0x6f, 0x6e, 0x6c, 0x69, 0x6e, 0x65]);
const STATUS_TOPIC = "homeassistant/status";

const STORE_KEY = "haKnown";
/** The note that nothing is announced: no prefix, since it has no space in it. */
const NOTHING = "off";
const HOUR_MS = 3_600_000;
/** Time without readings counts as this much at most. */
const LONGEST_STEP_MS = 60_000;
const EMPTY = new Uint8Array(0);

function isOnline(payload: Uint8Array): boolean {
	return payload.length === ONLINE.length && ONLINE.every((byte, index) => payload[index] === byte);
}

/**
 * Announces the meter to Home Assistant over the publisher's connection: the entities that readings have, and no others.
 *
 * Announcements are at least {@link DiscoveryOptions.minSpacingMs} apart: while Home Assistant still works on one, it drops
 * all of the next one but its beginning (components/mqtt/discovery.py, `async_discovery_message_received`).
 * @see docs/integrations/home-assistant.md */
export class HomeAssistantDiscovery implements MqttExtension {
	readonly #options: DiscoveryOptions;
	readonly #known = new KnownEntities();
	readonly #payload: DiscoveryPayload;
	#session: MqttSession | undefined;
	/** Documents to be announced, as a bit mask, and when. */
	#due = 0;
	#dueAtMs = 0;
	#sentAtMs = Number.NEGATIVE_INFINITY;
	#timer: TimerHandle | undefined;
	/** Documents that are removed before they are announced. */
	#replaced = 0;
	/** Documents to be removed for good, and the prefix that they are under. */
	#obsolete = 0;
	#obsoletePrefix: string;
	/** What was announced has changed, and is noted when all of it is out. */
	#isNoteDue = false;
	#storedText: string | undefined;
	#readingAtMs: number | undefined;
	#readingMs = 0;
	#loggedCount = 0;

	constructor(options: DiscoveryOptions) {
		this.#options = options;
		this.#payload = new DiscoveryPayload(options.identity);
		this.#obsoletePrefix = options.prefix;
		this.#restore();
	}

	onConnected(session: MqttSession): void {
		this.#session = session;
		this.#payload.cancel();
		this.#sentAtMs = Number.NEGATIVE_INFINITY;
		const { isEnabled, prefix } = this.#options;
		if (isEnabled) {
			const ownStatus = `${prefix}/status`;
			session.subscribe(STATUS_TOPIC, 0);
			if (ownStatus !== STATUS_TOPIC) session.subscribe(ownStatus, 0);
			this.#requestAll(0);
		}
		this.#pump();
	}

	onWritable(): void {
		this.#pump();
	}

	onDisconnected(): void {
		this.#session = undefined;
		this.#payload.cancel();
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	onMessage(_session: MqttSession, topic: string, payload: Uint8Array): void {
		const { isEnabled, prefix, random, maxOnlineDelayMs = 10_000 } = this.#options;
		if (!isEnabled || (topic !== STATUS_TOPIC && topic !== `${prefix}/status`) || !isOnline(payload)) return;
		this.#requestAll(random() * maxOnlineDelayMs);
		this.#pump();
	}

	onReading(): void {
		const { isEnabled, keeper, clock } = this.#options;
		const { reading } = keeper;
		if (!isEnabled || reading === undefined) return;
		const nowMs = clock.monotonicMs();
		this.#readingMs += Math.min(nowMs - (this.#readingAtMs ?? nowMs), LONGEST_STEP_MS);
		this.#readingAtMs = nowMs;
		let changed = this.#known.learn(reading, this.#onReplaced);
		if (this.#readingMs >= HOUR_MS) {
			this.#readingMs -= HOUR_MS;
			changed |= this.#known.age();
		}
		if (changed === 0) return;
		this.#request(changed, 0);
		this.#pump();
	}

	readonly #onReplaced = (document: number): void => {
		this.#replaced |= 1 << document;
	};

	#requestAll(delayMs: number): void {
		let documents = 0;
		for (let document = 0; document < DOCUMENTS; document++) {
			if (this.#known.has(document)) documents |= 1 << document;
		}
		if (documents !== 0) this.#request(documents, delayMs);
	}

	#request(documents: number, delayMs: number): void {
		const { clock, minSpacingMs = 30_000 } = this.#options;
		const atMs = Math.max(clock.monotonicMs() + delayMs, this.#sentAtMs + minSpacingMs);
		if (this.#due === 0 || atMs < this.#dueAtMs) this.#dueAtMs = atMs;
		this.#due |= documents;
	}

	/** Sends what is due as far as there is room; `onWritable` or the timer goes on. */
	#pump(): void {
		const session = this.#session;
		if (session === undefined || this.#payload.isUnderWay || !this.#removeObsolete(session)) return;
		if (this.#due !== 0 && !this.#isTime()) return;
		for (let document = 0; this.#due !== 0; document++) {
			if ((this.#due & (1 << document)) === 0) continue;
			if (!this.#send(session, document)) return;
			this.#isNoteDue = true;
			if (this.#payload.isUnderWay) return;
		}
		if (!this.#isNoteDue) return;
		this.#isNoteDue = false;
		this.#store();
		if (this.#replaced === 0) return;
		// What was removed comes back under another name, when Home Assistant is done with the removal.
		const replaced = this.#replaced;
		this.#replaced = 0;
		this.#request(replaced, 0);
		this.#pump();
	}

	/** False when it is too early: the timer goes on. */
	#isTime(): boolean {
		const { clock, timers } = this.#options;
		const waitMs = this.#dueAtMs - clock.monotonicMs();
		this.#timer?.cancel();
		this.#timer = waitMs > 0 ? timers.after(waitMs, () => this.#pump()) : undefined;
		return this.#timer === undefined;
	}

	/** False when there is no room: the document stays due. */
	#send(session: MqttSession, document: number): boolean {
		const topic = this.#topic(this.#options.prefix, document);
		const bit = 1 << document;
		if ((this.#replaced & bit) !== 0 || !this.#known.has(document)) {
			if (!session.publish(topic, EMPTY, 0, 0, 1, true)) return false;
			if (!this.#known.has(document)) this.#known.forget(document);
			this.#onSent(bit);
			return true;
		}
		this.#payload.begin(document, this.#known, session.topics);
		if (!session.publishStream(topic, this.#payload, 1, true)) {
			this.#payload.cancel();
			return false;
		}
		this.#onSent(bit);
		if (document === 0) this.#logCount(topic);
		return true;
	}

	#onSent(documents: number): void {
		this.#due &= ~documents;
		this.#sentAtMs = this.#options.clock.monotonicMs();
	}

	#topic(prefix: string, document: number): string {
		return `${prefix}/device/${deviceId(this.#options.identity.serial, document)}/config`;
	}

	#removeObsolete(session: MqttSession): boolean {
		for (let document = 0; this.#obsolete !== 0; document++) {
			const bit = 1 << document;
			if ((this.#obsolete & bit) === 0) continue;
			if (!session.publish(this.#topic(this.#obsoletePrefix, document), EMPTY, 0, 0, 1, true)) return false;
			this.#obsolete &= ~bit;
			if (this.#obsolete === 0) this.#store();
		}
		return true;
	}

	/** Finds what an earlier run announced: under another prefix, or with discovery switched off, it is removed. */
	#restore(): void {
		const { store, isEnabled, prefix } = this.#options;
		const text = store?.read(STORE_KEY);
		this.#storedText = text;
		if (text === NOTHING) return;
		const separator = text?.indexOf(" ") ?? -1;
		const storedPrefix = separator > 0 ? text?.slice(0, separator) : undefined;
		const isWhole = this.#known.restore(text?.slice(separator + 1) ?? "");
		if (isEnabled && (storedPrefix === undefined || storedPrefix === prefix)) return;
		this.#obsoletePrefix = storedPrefix ?? prefix;
		for (let document = 0; document < DOCUMENTS; document++) {
			// Where nobody knows what there was, all of them go.
			if (!isWhole || this.#known.has(document)) this.#obsolete |= 1 << document;
		}
	}

	#store(): void {
		const { store, isEnabled, prefix, log } = this.#options;
		const text = isEnabled ? `${prefix} ${this.#known.toText()}` : NOTHING;
		if (store === undefined || text === this.#storedText) return;
		try {
			store.write(STORE_KEY, text);
			this.#storedText = text;
		} catch (error) {
			log.warn(`Home Assistant: what was announced cannot be kept: ${error instanceof Error ? error.message : error}`);
		}
	}

	#logCount(topic: string): void {
		const { entityCount } = this.#payload;
		if (entityCount === this.#loggedCount) return;
		this.#loggedCount = entityCount;
		this.#options.log.info(`Home Assistant: announced ${entityCount} entities on ${topic}`);
	}
}
