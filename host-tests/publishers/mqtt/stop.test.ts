import { describe, expect, test, vi } from "vitest";
import type { MqttExtension, MqttSession } from "../../../src/publishers/mqtt/extension.js";
import { PublisherBench } from "../../support/publisher-bench.js";

describe("mqtt publisher: stop", () => {
	const silentAfter = (bench: PublisherBench): void => {
		const { attempts } = bench.mqtt;
		bench.take();
		bench.read();
		bench.goStale();
		bench.clock.advance(24 * 3_600_000);
		expect(bench.mqtt.attempts).toBe(attempts);
		expect(bench.mqtt.connection.published).toEqual([]);
		expect(bench.clock.timerCount).toBe(0);
		expect(bench.publisher.status.state).toBe("closed");
	};

	test("never started: done at once", () => {
		const bench = new PublisherBench();
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		expect(onStopped).toHaveBeenCalledOnce();
		bench.read();
		expect(bench.mqtt.attempts).toBe(0);
	});

	test("connecting: gives the attempt up", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "manual";
		bench.publisher.start();
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		expect(onStopped).toHaveBeenCalledOnce();
		expect(bench.mqtt.connection.state).toBe("closed");
		silentAfter(bench);
	});

	test("waiting for the next attempt: there is none", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "unreachable";
		bench.connect();
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		expect(onStopped).toHaveBeenCalledOnce();
		silentAfter(bench);
	});

	test("connected: offline, retained, QoS 1, as the last message, then a clean end", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.read(1);
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		expect(onStopped).toHaveBeenCalledOnce();
		expect(bench.mqtt.connection.published.at(-1)).toEqual({
			topic: "p1/status",
			text: "offline",
			qos: 1,
			retain: true,
		});
		expect(bench.mqtt.connection.state).toBe("closed");
		silentAfter(bench);
	});

	test("connected without room: waits for it, and lets nothing else through", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.take();
		bench.mqtt.connection.room = 0;
		bench.read(1, 2, 3);
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		bench.publisher.start();
		bench.read(4, 5, 6);
		bench.clock.advance(1000);
		expect(onStopped).not.toHaveBeenCalled();
		bench.mqtt.connection.makeRoom(5);
		expect(bench.take()).toEqual(["p1/status offline"]);
		expect(onStopped).toHaveBeenCalledOnce();
		expect(bench.mqtt.connection.state).toBe("closed");
		silentAfter(bench);
	});

	test("connected and never room: aborts in time, and the will says offline", () => {
		const bench = new PublisherBench({ stopTimeoutMs: 2000 }).connect();
		bench.mqtt.connection.room = 0;
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		bench.clock.advance(1999);
		expect(onStopped).not.toHaveBeenCalled();
		bench.clock.advance(1);
		expect(onStopped).toHaveBeenCalledOnce();
		expect(bench.mqtt.connection.state).toBe("aborted");
		expect(bench.mqtt.retained.get("p1/status")).toBe("offline");
		silentAfter(bench);
	});

	test("the connection is lost while stopping: done, no new attempt", () => {
		const bench = new PublisherBench().connect();
		bench.mqtt.connection.room = 0;
		const onStopped = vi.fn();
		bench.publisher.stop(onStopped);
		bench.mqtt.connection.lose();
		expect(onStopped).toHaveBeenCalledOnce();
		silentAfter(bench);
	});

	test("stopped twice, at once or later: each is told once", () => {
		const bench = new PublisherBench().connect();
		bench.mqtt.connection.room = 0;
		const first = vi.fn();
		const second = vi.fn();
		const third = vi.fn();
		bench.publisher.stop(first);
		bench.publisher.stop(second);
		bench.mqtt.connection.makeRoom(1);
		bench.publisher.stop(third);
		for (const onStopped of [first, second, third]) expect(onStopped).toHaveBeenCalledOnce();
		expect(bench.take()).toEqual(["p1/status online", "p1/status offline"]);
	});

	test("started again after it: a new session with the newest state", () => {
		const bench = new PublisherBench().connect();
		bench.read();
		bench.publisher.stop();
		bench.read();
		bench.connect();
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":2,"stale":false}']);
		bench.publisher.start();
		expect(bench.mqtt.attempts).toBe(2);
	});
});

describe("mqtt publisher: extensions", () => {
	class Recorder implements MqttExtension {
		readonly events: string[] = [];
		/** Messages that it still wants to send. */
		pending: string[] = [];

		onConnected(session: MqttSession): void {
			this.events.push("connected");
			session.subscribe("homeassistant/status", 0);
			this.pending = ["a", "b", "c"];
			this.onWritable(session);
		}

		onWritable(session: MqttSession): void {
			for (;;) {
				const [next] = this.pending;
				const bytes = new TextEncoder().encode(next ?? "");
				if (next === undefined || !session.publish("config", bytes, 0, bytes.length, 0, true)) return;
				this.pending.shift();
			}
		}

		onMessage(session: MqttSession, topic: string, payload: Uint8Array): void {
			this.events.push(`${topic} ${new TextDecoder().decode(payload)} ${session.topics.state}`);
		}
	}

	test("speak after online and the newest state, and before values", () => {
		const extension = new Recorder();
		const bench = new PublisherBench({ publishValues: true, extensions: [extension] });
		bench.read(7);
		bench.connect();
		expect(bench.take()).toEqual([
			"p1/status online",
			'p1/state {"n":1,"stale":false}',
			"config a",
			"config b",
			"config c",
			"p1/value/v0 7",
		]);
		expect(bench.mqtt.connection.subscriptions).toEqual(["homeassistant/status"]);
	});

	test("go on when there is room, always after the newest state", () => {
		const extension = new Recorder();
		const bench = new PublisherBench({ extensions: [extension] });
		bench.mqtt.room = 2;
		bench.connect();
		expect(bench.take()).toEqual(["p1/status online", "config a"]);
		bench.read();
		bench.mqtt.connection.makeRoom(2);
		expect(bench.take()).toEqual(['p1/state {"n":1,"stale":false}', "config b"]);
		bench.mqtt.connection.makeRoom(2);
		expect(bench.take()).toEqual(["config c"]);
	});

	test("hear messages, and each new session", () => {
		const extension = new Recorder();
		const bench = new PublisherBench({ extensions: [extension] }).connect();
		bench.mqtt.connection.deliver("homeassistant/status", "online");
		bench.mqtt.connection.lose();
		bench.clock.advance(5000);
		expect(extension.events).toEqual(["connected", "homeassistant/status online p1/state", "connected"]);
	});

	test("may stop the publisher from any callback", () => {
		for (const moment of ["onConnected", "onWritable", "onMessage"] as const) {
			let bench: PublisherBench | undefined;
			const stop = (): void => bench?.publisher.stop();
			const extension: MqttExtension = { onConnected() {}, onWritable() {}, onMessage() {}, [moment]: stop };
			bench = new PublisherBench({ publishValues: true, extensions: [extension] });
			bench.read(1);
			bench.connect();
			bench.mqtt.connection.deliver("x", "y");
			bench.mqtt.connection.makeRoom(5);
			bench.clock.advance(60_000);
			expect(bench.mqtt.connection.published.at(-1)?.text).toBe("offline");
			expect(bench.mqtt.connection.misuses).toBe(0);
			expect(bench.publisher.status.state).toBe("closed");
			expect(bench.clock.timerCount).toBe(0);
		}
	});
});
