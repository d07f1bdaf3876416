import type { TimerHandle } from "../../ports/clock.js";
import type { MqttPayload, MqttQos } from "../../ports/mqtt-client.js";
import { NO_READING } from "../../services/reading-document.js";
import type { MqttExtension, MqttSession } from "./extension.js";
import { MqttLink, type MqttLinkHandler } from "./link.js";
import type { MqttPublisherOptions, MqttPublisherStatus } from "./options.js";
import { NO_READING_AFTER_MS } from "./state-source.js";
import { type MqttTopics, parseBaseTopic, topicsUnder } from "./topics.js";
import { ValueChanges, type ValueSender } from "./value-changes.js";

/**
 * Publishes the newest reading and keeps it published: `<base>/state`, `<base>/status` and, by option, `<base>/value/<name>`.
 * There is no queue: what waits is one flag for the state and one for each value, and what goes out is always the newest.
 * It is the session of its extensions and what its link calls, so that no objects are needed in between.
 * @see docs/mqtt-topics.md */
export class MqttPublisher implements MqttSession, MqttLinkHandler, ValueSender {
	readonly #options: MqttPublisherOptions;
	readonly #link: MqttLink;
	readonly topics: MqttTopics;
	/** Room for `offline`. */
	readonly #statusBytes = new Uint8Array(7);
	readonly #changes: ValueChanges | undefined;
	readonly #extensions: readonly MqttExtension[];
	readonly #qos: MqttQos;
	readonly #minIntervalMs: number;
	readonly #heartbeatMs: number;
	#isOnlineDue = false;
	#isStateDue = false;
	/** The state does not wait for the minimum interval. */
	#isUrgent = false;
	#isStale = true;
	/** A state has gone out, and the values that changed follow it. */
	#areValuesDue = false;
	/** The connection has no room until it says so. */
	#isBlocked = false;
	#startedAtMs = 0;
	/** In this session. */
	#isNoReadingSaid = false;
	#lastStateMs = 0;
	/** The first state from this time on is followed by every value, changed or not. */
	#allValuesAtMs = 0;
	#timer: TimerHandle | undefined;
	#timerAtMs = 0;
	/** Present while stopping. */
	#onStopped: (() => void) | undefined;
	#published = 0;
	#superseded = 0;
	#valuesPublished = 0;

	/** @throws RangeError - the base topic is not one that `parseBaseTopic` passes. */
	constructor(options: MqttPublisherOptions) {
		const parsed = parseBaseTopic(options.baseTopic ?? "p1");
		if (!parsed.ok) throw new RangeError(`base topic: ${parsed.error.expected}`);
		this.topics = topicsUnder(parsed.baseTopic);
		this.#options = options;
		this.#extensions = options.extensions ?? [];
		this.#qos = options.qos ?? 0;
		this.#minIntervalMs = options.minIntervalMs ?? 0;
		this.#heartbeatMs = options.heartbeatMs ?? 60_000;
		if (options.publishValues === true || options.onlyChanges === true) {
			this.#changes = new ValueChanges(options.source);
		}
		const will = { topic: this.topics.status, payload: "offline", qos: 1, retain: true } as const;
		this.#link = new MqttLink(options, will, this);
	}

	get isConnected(): boolean {
		return this.#link.status.state === "connected";
	}

	/** A snapshot. */
	get status(): MqttPublisherStatus {
		return {
			...this.#link.status,
			published: this.#published,
			superseded: this.#superseded,
			valuesPublished: this.#valuesPublished,
		};
	}

	/** Begins to connect; without effect while it runs. */
	start(): void {
		if (this.#onStopped !== undefined) return;
		if (this.#link.status.state === "closed") this.#startedAtMs = this.#options.clock.monotonicMs();
		this.#link.open();
	}

	/** The source has a new reading. */
	onReading(): void {
		this.#takeReading();
		const extensions = this.#extensions;
		for (let i = 0; i < extensions.length; i++) extensions[i]?.onReading?.();
	}

	#takeReading(): void {
		const changes = this.#changes?.update() ?? 1;
		const wasStale = this.#isStale;
		this.#isStale = false;
		if (this.#options.onlyChanges === true && changes === 0 && !wasStale) return;
		if (this.#isStateDue) this.#superseded++;
		this.#isStateDue = true;
		if (wasStale) {
			this.#isUrgent = true;
			this.#allValuesAtMs = 0;
		}
		this.#pump();
	}

	/** The source's reading is too old to be taken for the present: the state says so at once, values fall silent. */
	onStale(): void {
		if (this.#isStale) return;
		this.#isStale = true;
		this.#changes?.clear();
		if (this.#isStateDue) this.#superseded++;
		this.#isStateDue = true;
		this.#isUrgent = true;
		this.#pump();
	}

	/**
	 * Publishes `offline` and disconnects; where there is no room for it in time, the broker does it by the will.
	 * @param onStopped - called once when done, at once where there is no session. */
	stop(onStopped: () => void = () => {}): void {
		const previous = this.#onStopped;
		if (previous !== undefined) {
			this.#onStopped = () => {
				previous();
				onStopped();
			};
			return;
		}
		this.#onStopped = onStopped;
		this.#timer?.cancel();
		this.#timer = undefined;
		if (!this.isConnected) {
			this.#finishStop(false);
		} else if (this.#sendStatus("offline")) {
			this.#finishStop(false);
		} else {
			this.#timer = this.#options.timers.after(this.#options.stopTimeoutMs ?? 2000, () => this.#finishStop(true));
		}
	}

	/** For the link. */
	onConnected(): void {
		this.#isBlocked = false;
		this.#isOnlineDue = true;
		this.#isNoReadingSaid = false;
		this.#isStateDue = true;
		this.#isUrgent = true;
		this.#lastStateMs = this.#options.clock.monotonicMs();
		this.#allValuesAtMs = 0;
		this.#pumpState();
		for (const extension of this.#extensions) extension.onConnected(this);
		this.#pump();
		this.#scheduleHeartbeat();
	}

	/** For the link. */
	onMessage(topic: string, payload: Uint8Array): void {
		for (const extension of this.#extensions) extension.onMessage(this, topic, payload);
	}

	/** For the link. */
	onDisconnected(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		for (const extension of this.#extensions) extension.onDisconnected?.();
		if (this.#onStopped !== undefined) this.#finishStop(false);
	}

	/** For the link. */
	onWritable(): void {
		this.#isBlocked = false;
		if (this.#onStopped !== undefined) {
			if (this.#sendStatus("offline")) this.#finishStop(false);
			return;
		}
		this.#pumpState();
		for (const extension of this.#extensions) {
			if (!this.#isBlocked) extension.onWritable(this);
		}
		this.#pump();
	}

	#pump(): void {
		this.#pumpState();
		this.#pumpValues();
	}

	#pumpState(): void {
		if (this.#isBlocked || this.#onStopped !== undefined || !this.isConnected) return;
		if (this.#isOnlineDue) {
			if (!this.#sendStatus("online")) return;
			this.#isOnlineDue = false;
		}
		if (!this.#isStateDue) return;
		const { clock, source } = this.#options;
		const nowMs = clock.monotonicMs();
		const dueAtMs = this.#lastStateMs + this.#minIntervalMs;
		if (!this.#isUrgent && nowMs < dueAtMs) {
			this.#wakeAt(nowMs, dueAtMs);
			return;
		}
		const { stateBytes, stateLength } = source;
		if (stateLength > 0) {
			if (!this.publish(this.topics.state, stateBytes, 0, stateLength, this.#qos, true)) return;
			this.#published++;
			this.#lastStateMs = nowMs;
			this.#startValues(nowMs);
		} else if (nowMs - this.#startedAtMs < NO_READING_AFTER_MS) {
			this.#wakeAt(nowMs, this.#startedAtMs + NO_READING_AFTER_MS);
		} else if (!this.#isNoReadingSaid) {
			if (!this.publish(this.topics.state, NO_READING, 0, NO_READING.length, this.#qos, true)) return;
			this.#isNoReadingSaid = true;
		}
		this.#isStateDue = false;
		this.#isUrgent = false;
	}

	/** Values are not retained, so those that never change come again with the heartbeat's period, for new readers. */
	#startValues(nowMs: number): void {
		this.#areValuesDue = this.#options.publishValues === true;
		if (this.#isStale || nowMs < this.#allValuesAtMs) return;
		this.#changes?.markAll();
		this.#allValuesAtMs = this.#heartbeatMs > 0 ? nowMs + this.#heartbeatMs : Number.POSITIVE_INFINITY;
	}

	#pumpValues(): void {
		if (this.#changes === undefined || !this.#areValuesDue || this.#isBlocked) return;
		this.#changes.drain(this);
		if (this.#changes.dirtyCount === 0) this.#areValuesDue = false;
	}

	/** For {@link ValueChanges}. */
	sendValue(index: number): boolean {
		const { source } = this.#options;
		const length = source.writeValue(index);
		if (length < 0) return true;
		const topic = this.topics.valuePrefix + source.valueName(index);
		if (!this.publish(topic, source.valueBytes, 0, length, this.#qos, false)) return false;
		this.#valuesPublished++;
		return true;
	}

	#sendStatus(text: "online" | "offline"): boolean {
		const bytes = this.#statusBytes;
		for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
		return this.publish(this.topics.status, bytes, 0, text.length, 1, true);
	}

	/** For the extensions, as in the port. */
	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		const isTaken = this.#link.publish(topic, bytes, offset, end, qos, retain);
		if (!isTaken) this.#isBlocked = true;
		return isTaken;
	}

	/** For the extensions, as in the port. */
	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean {
		const isTaken = this.#link.publishStream(topic, payload, qos, retain);
		// A message that is under way takes all the room there is.
		this.#isBlocked = true;
		return isTaken;
	}

	/** For the extensions, as in the port. */
	subscribe(topic: string, qos: MqttQos): void {
		this.#link.subscribe(topic, qos);
	}

	#scheduleHeartbeat(): void {
		if (this.#heartbeatMs === 0 || this.#link.status.state !== "connected") return;
		const nowMs = this.#options.clock.monotonicMs();
		const atMs = this.#lastStateMs + this.#heartbeatMs;
		this.#wakeAt(nowMs, atMs > nowMs ? atMs : nowMs + this.#heartbeatMs);
	}

	/** There is one timer, for whatever comes first; what it is for shows when it rings. */
	#wakeAt(nowMs: number, atMs: number): void {
		if (this.#onStopped !== undefined || (this.#timer !== undefined && this.#timerAtMs <= atMs)) return;
		this.#timer?.cancel();
		this.#timerAtMs = atMs;
		this.#timer = this.#options.timers.after(atMs - nowMs, () => this.#onTimer());
	}

	#onTimer(): void {
		this.#timer = undefined;
		const { clock, source } = this.#options;
		const nowMs = clock.monotonicMs();
		if (source.stateLength === 0) this.#isStateDue = true;
		if (this.#heartbeatMs > 0 && nowMs - this.#lastStateMs >= this.#heartbeatMs) this.#isStateDue = true;
		this.#pump();
		this.#scheduleHeartbeat();
	}

	#finishStop(abort: boolean): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#link.close(abort);
		for (const extension of this.#extensions) extension.onDisconnected?.();
		const onStopped = this.#onStopped;
		this.#onStopped = undefined;
		onStopped?.();
	}
}
