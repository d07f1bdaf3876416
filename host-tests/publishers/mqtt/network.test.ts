import { describe, expect, test } from "vitest";
import { seededRandom } from "../../support/fake-clock.js";
import { FakeMqttNetwork, PublisherBench } from "../../support/publisher-bench.js";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** From an address to the session: the drawn delay, and the broker's answer. */
const PROMPT_MS = 2 * SECOND_MS + 10;

function benchWith(seed = 1): { bench: PublisherBench; network: FakeMqttNetwork } {
	const network = new FakeMqttNetwork();
	return { bench: new PublisherBench({ network, random: seededRandom(seed) }), network };
}

/** Connected for long. */
function settled(): { bench: PublisherBench; network: FakeMqttNetwork } {
	const made = benchWith();
	made.bench.publisher.start();
	made.network.come();
	made.bench.clock.advance(HOUR_MS);
	made.bench.read(1);
	made.bench.take();
	return made;
}

describe("mqtt publisher: a network that comes and goes", () => {
	test.each([0, 3 * SECOND_MS, 10 * 60 * SECOND_MS, 48 * HOUR_MS])(
		"connects within two seconds when the network comes after %i ms, and has tried nothing before",
		(afterMs) => {
			for (let seed = 0; seed < 20; seed++) {
				const { bench, network } = benchWith(seed);
				bench.publisher.start();
				bench.read(1);
				bench.clock.advance(afterMs);
				expect([bench.mqtt.attempts, bench.publisher.status.failures, bench.log]).toEqual([0, 0, []]);
				network.come();
				bench.clock.advance(PROMPT_MS);
				expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":1,"stale":false}']);
				expect([bench.mqtt.attempts, bench.mqtt.overlaps]).toEqual([1, 0]);
			}
		},
	);

	test("within two seconds after an outage too, whatever the delays had grown to before it", () => {
		const { bench, network } = settled();
		bench.mqtt.answer = "unreachable";
		bench.mqtt.connection.lose();
		bench.clock.advance(HOUR_MS);
		network.go();
		bench.mqtt.answer = "accept";
		bench.clock.advance(HOUR_MS);
		const { attempts } = bench.mqtt;
		network.come();
		bench.clock.advance(PROMPT_MS);
		expect([bench.publisher.isConnected, bench.mqtt.attempts - attempts]).toEqual([true, 1]);
	});

	test("tries nothing during an outage, and needs nobody to tell it when that is over", () => {
		const { bench, network } = settled();
		network.go();
		bench.mqtt.connection.lose();
		const { attempts } = bench.mqtt;
		bench.clock.advance(24 * HOUR_MS);
		expect([bench.mqtt.attempts, bench.clock.timerCount]).toEqual([attempts, 1]);
		network.isConnected = () => true;
		bench.clock.advance(60 * SECOND_MS + 10);
		expect(bench.publisher.isConnected).toBe(true);
	});

	test("a session outlives a short outage: the broker has not given it up", () => {
		const { bench, network } = settled();
		for (let i = 0; i < 100; i++) {
			network.go();
			bench.clock.advance(44 * SECOND_MS);
			network.come();
			bench.clock.advance(10 * SECOND_MS);
			network.come();
		}
		expect(bench.publisher.status).toMatchObject({ state: "connected", connects: 1, disconnects: 0 });
		expect(bench.mqtt.attempts).toBe(1);
	});

	test("one that the broker has given up is made anew at once, not when TCP notices", () => {
		const { bench, network } = settled();
		const lost = bench.mqtt.connection;
		network.go();
		bench.clock.advance(45 * SECOND_MS);
		bench.read(2);
		bench.take();
		network.come();
		bench.clock.advance(PROMPT_MS);
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":2,"stale":false}']);
		expect(lost.state).toBe("aborted");
		expect(bench.publisher.status).toMatchObject({
			state: "connected",
			connects: 2,
			disconnects: 1,
			lastReason: "timeout",
		});
	});

	test.each([0, 5 * SECOND_MS])(
		"one of an address that the dongle has no more is made anew at once (away %i ms)",
		(awayMs) => {
			const { bench, network } = settled();
			if (awayMs > 0) network.go();
			bench.clock.advance(awayMs);
			network.come("192.0.2.2");
			bench.clock.advance(PROMPT_MS);
			expect(bench.publisher.status).toMatchObject({ state: "connected", connects: 2, disconnects: 1 });
			network.come("192.0.2.2");
			bench.clock.advance(PROMPT_MS);
			expect(bench.publisher.status).toMatchObject({ state: "connected", connects: 2 });
		},
	);

	test("an attempt that hangs from before the outage is begun anew", () => {
		const { bench, network } = settled();
		bench.mqtt.answer = "manual";
		bench.mqtt.connection.lose();
		bench.clock.advance(60 * SECOND_MS);
		const hanging = bench.mqtt.connection;
		network.go();
		bench.clock.advance(SECOND_MS);
		bench.mqtt.answer = "accept";
		network.come();
		bench.clock.advance(PROMPT_MS);
		expect([hanging.state, bench.publisher.isConnected, bench.mqtt.overlaps]).toEqual(["aborted", true, 0]);
	});

	test("a network that comes and goes all the time is no reason to hammer: two attempts each time at most", () => {
		const { bench, network } = benchWith();
		bench.mqtt.answer = "unreachable";
		bench.publisher.start();
		for (let i = 0; i < 1000; i++) {
			network.come();
			bench.clock.advance(2500);
			network.go();
			bench.clock.advance(2500);
		}
		expect(bench.mqtt.attempts).toBeLessThanOrEqual(2000);
		expect([bench.mqtt.overlaps, bench.clock.timerCount]).toEqual([0, 1]);
		const { attempts } = bench.mqtt;
		for (let i = 0; i < 1000; i++) {
			network.come();
			bench.clock.advance(500);
		}
		// It never has the second of calm that an attempt waits for.
		expect(bench.mqtt.attempts).toBe(attempts);
	});

	test("once it is stopped the network says nothing to it", () => {
		const { bench, network } = settled();
		bench.publisher.stop();
		const { attempts } = bench.mqtt;
		network.go();
		bench.clock.advance(HOUR_MS);
		network.come();
		bench.clock.advance(HOUR_MS);
		expect([bench.mqtt.attempts, bench.clock.timerCount, bench.publisher.status.state]).toEqual([
			attempts,
			0,
			"closed",
		]);
	});
});
