import { describe, expect, test } from "vitest";
import { FIRMWARE_DATE_MS } from "../../../src/version.js";
import { Dongle, type DongleOptions } from "../../support/dongle.js";
import { swedishTelegram } from "../../support/telegrams.js";

const SERVER = "time.example";
const ADDRESS = "192.0.2.123";
const SETTINGS = { wifiSsid: "home", wifiPass: "correct horse", ntpServer: SERVER };
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** Seconds from NTP's epoch to that of Unix (RFC 868). */
const NTP_EPOCH_S = 2_208_988_800;
/** What it really is when the dongle starts. */
const START_MS = Math.ceil(FIRMWARE_DATE_MS / 86_400_000) * 86_400_000 + 30 * 86_400_000;

/** Answers as RFC 4330 §5 says, with the true time plus `wrongMs`. */
function timeServer(dongle: Dongle, wrongMs: () => number = () => 0): { readonly asked: string[] } {
	const asked: string[] = [];
	dongle.sockets.answerDatagram = (question, address, port) => {
		asked.push(`${address}:${port}`);
		const answer = new Uint8Array(48);
		// Version 4, a server, of stratum 2.
		answer[0] = (4 << 3) | 4;
		answer[1] = 2;
		answer.set(question.subarray(40), 24);
		const utcMs = START_MS + dongle.clock.monotonicMs() + wrongMs();
		const view = new DataView(answer.buffer);
		for (const at of [32, 40]) {
			view.setUint32(at, (Math.floor(utcMs / 1000) + NTP_EPOCH_S) >>> 0);
			view.setUint32(at + 4, Math.floor(((utcMs % 1000) / 1000) * 2 ** 32));
		}
		return answer;
	};
	return { asked };
}

async function connected(options: DongleOptions = {}): Promise<Dongle> {
	const dongle = await Dongle.start({ settings: SETTINGS, ...options });
	dongle.air.add();
	dongle.clock.advance(10 * SECOND_MS);
	return dongle;
}

/** Every time that was set was right when it was set. */
function expectRight({ timesSet }: Dongle, withinMs = 1000): void {
	expect(timesSet.length).toBeGreaterThan(0);
	for (const { utcMs, atMs } of timesSet) expect(Math.abs(utcMs - START_MS - atMs)).toBeLessThan(withinMs);
}

describe("the device's time from a server", () => {
	test("is asked for by name once there is a network, and set when two answers agree", async () => {
		const dongle = await Dongle.start({ settings: SETTINGS });
		dongle.names.set(SERVER, ADDRESS);
		const { asked } = timeServer(dongle);
		dongle.clock.advance(300 * SECOND_MS);
		expect([dongle.lookups, asked, dongle.timesSet]).toEqual([[], [], []]);
		dongle.air.add();
		dongle.clock.advance(120 * SECOND_MS);
		expect(asked).toEqual([`${ADDRESS}:123`, `${ADDRESS}:123`]);
		expectRight(dongle);
		expect(dongle.status()["time"]).toMatchObject({ source: "server", server: "answered", serverFailures: 0 });
		expect(dongle.sockets.openUdpSockets).toBe(0);
	});

	test("while no name server knows the name nothing is set, nothing is left open, and it is asked ever more seldom", async () => {
		const dongle = await connected();
		timeServer(dongle);
		dongle.clock.advance(12 * HOUR_MS);
		expect([dongle.timesSet, dongle.sockets.openUdpSockets, dongle.restarts]).toEqual([[], 0, []]);
		const failures = dongle.lookups.length;
		expect(failures).toBeGreaterThan(12);
		expect(failures).toBeLessThan(40);
		expect(dongle.status()).toMatchObject({
			time: { source: "none", server: "failed", serverFailures: failures },
			supervisor: { faults: 0 },
		});
		dongle.names.set(SERVER, ADDRESS);
		dongle.clock.advance(2 * HOUR_MS + 60 * SECOND_MS);
		expect(dongle.status()["time"]).toMatchObject({ source: "server" });
		expectRight(dongle);
	});

	test("while the server says nothing each question is given up after ten seconds, its socket with it", async () => {
		const dongle = await connected();
		dongle.names.set(SERVER, ADDRESS);
		let most = 0;
		for (let i = 0; i < 6 * 360; i++) {
			dongle.clock.advance(10 * SECOND_MS);
			most = Math.max(most, dongle.sockets.openUdpSockets);
		}
		expect([most, dongle.timesSet]).toEqual([1, []]);
	});

	test("the meter's clock sets it where the server cannot be had", async () => {
		const dongle = await connected();
		for (let i = 0; i < 12; i++) {
			dongle.send(swedishTelegram({ time: START_MS + dongle.clock.monotonicMs() }));
			dongle.clock.advance(10 * SECOND_MS);
		}
		expect(dongle.status()["time"]).toMatchObject({ source: "meter", meterClock: "unchecked", server: "failed" });
		expectRight(dongle, 1500);
	});

	test("a meter that is an hour wrong is known for it, and not followed", async () => {
		const dongle = await connected();
		dongle.names.set(SERVER, ADDRESS);
		timeServer(dongle);
		for (let i = 0; i < 12; i++) {
			dongle.send(swedishTelegram({ time: START_MS + dongle.clock.monotonicMs() + HOUR_MS }));
			dongle.clock.advance(10 * SECOND_MS);
		}
		expect(dongle.status()["time"]).toMatchObject({ source: "server", meterClock: "wrong" });
		expectRight(dongle);
	});

	test("no server is asked where the setting is empty, and none on a computer, which has its own time", async () => {
		const dongle = await connected({ settings: { ...SETTINGS, ntpServer: "" } });
		dongle.clock.advance(HOUR_MS);
		expect([dongle.lookups, dongle.status()["time"]]).toEqual([[], expect.objectContaining({ server: "off" })]);
		const computer = await Dongle.start({ settings: { ntpServer: SERVER }, hasRadio: false });
		computer.clock.advance(HOUR_MS);
		expect(computer.lookups).toEqual([]);
	});
});
