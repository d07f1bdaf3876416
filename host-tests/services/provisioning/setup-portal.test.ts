import { describe, expect, test } from "vitest";
import {
	BACK_MS,
	IDLE_MS,
	type PortalState,
	RADIO_AGAIN_MS,
	RESULT_MS,
} from "../../../src/services/provisioning/setup-portal.js";
import {
	GONE_FOR_LONG_MS,
	HOME_ADDRESS,
	PHONE_ADDRESS,
	SETUP_NAME,
	SETUP_PASSWORD,
	SetupBench,
	TRY_MS,
} from "../../support/setup-bench.js";

const HOME = { ssid: "home", password: "correct horse" };
const OTHER = { ssid: "other", password: "battery staple" };
const DAY_MS = 86_400_000;

function settled(): SetupBench {
	return new SetupBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
}

/** The open network goes with the state. */
function expectState({ portal, wifi, openNames }: SetupBench, state: PortalState): void {
	const isOpen = state !== "closed" && state !== "awaiting-radio";
	expect([portal.state, portal.isOpen, wifi.isAccessPointOpen, openNames]).toEqual([
		state,
		isOpen,
		isOpen,
		isOpen ? 1 : 0,
	]);
}

describe("without Wi-Fi settings", () => {
	test("the setup network is open from the start, with a password and a name of its own", () => {
		const bench = new SetupBench();
		expectState(bench, "awaiting-wifi");
		expect(bench.wifi.ownNetwork).toEqual({ ssid: SETUP_NAME, password: SETUP_PASSWORD, channel: 1 });
		expect(bench.lines).toEqual([
			`setup: join the network ${SETUP_NAME} with the password ${SETUP_PASSWORD}, then open http://192.168.4.1/`,
		]);
	});

	test("whoever has missed the password holds the button, and it is said again", () => {
		const bench = new SetupBench();
		const [line] = bench.lines;
		bench.portal.open();
		expect(bench.lines).toEqual([line, line]);
		expectState(bench, "awaiting-wifi");
	});

	test("it never closes", () => {
		const bench = new SetupBench();
		bench.clock.advance(30 * DAY_MS);
		expectState(bench, "awaiting-wifi");
		expect([bench.namesOpened, bench.restarts]).toEqual([1, 0]);
	});

	test("a test that succeeds and is not saved leaves it open, and is undone", () => {
		const bench = new SetupBench();
		bench.test.start(OTHER);
		bench.clock.advance(TRY_MS);
		expect(bench.test.state.kind).toBe("connected");
		bench.clock.advance(IDLE_MS);
		expect(bench.test.state.kind).toBe("none");
		expect(bench.station.calls.at(-1)).toBe("goBack");
		expectState(bench, "awaiting-wifi");
	});

	test("a long press changes nothing", () => {
		const bench = new SetupBench();
		bench.portal.open();
		bench.clock.advance(IDLE_MS + BACK_MS);
		expectState(bench, "awaiting-wifi");
	});

	test("finishing without settings finishes nothing", () => {
		const bench = new SetupBench();
		expect(bench.portal.finish()).toBeUndefined();
		expectState(bench, "awaiting-wifi");
	});

	test("tested, saved and finished: open for the result, then closed without a restart", () => {
		const bench = new SetupBench();
		bench.test.start(HOME);
		bench.clock.advance(TRY_MS);
		bench.save(HOME);
		expect(bench.portal.finish()).toEqual({ ipAddress: HOME_ADDRESS, closesInS: RESULT_MS / 1000 });
		expect(bench.station.calls.at(-1)).toBe("keep");
		expectState(bench, "showing-result");
		bench.clock.advance(RESULT_MS - 1000);
		expectState(bench, "showing-result");
		bench.clock.advance(2000);
		expectState(bench, "closed");
		bench.clock.advance(DAY_MS);
		expectState(bench, "closed");
		expect(bench.restarts).toBe(0);
	});

	test("with other settings that wait for a start: a restart, when it closes", () => {
		const bench = new SetupBench();
		bench.test.start(HOME);
		bench.clock.advance(TRY_MS);
		bench.save(HOME);
		bench.hasOthersWaiting = true;
		bench.portal.finish();
		bench.clock.advance(RESULT_MS - 1000);
		expect(bench.restarts).toBe(0);
		bench.clock.advance(2000);
		expectState(bench, "closed");
		expect(bench.restarts).toBe(1);
	});

	test.each([
		["not tested", () => {}],
		["tested with another password", (bench: SetupBench) => void bench.test.start({ ...HOME, password: "wrong one" })],
	])("saved although %s: a restart, when it closes", (_how, prepare) => {
		const bench = new SetupBench();
		prepare(bench);
		bench.clock.advance(TRY_MS);
		bench.save(HOME);
		expect(bench.portal.finish()).toEqual({ ipAddress: undefined, closesInS: RESULT_MS / 1000 });
		expect(bench.station.calls).not.toContain("keep");
		bench.clock.advance(RESULT_MS + 1000);
		expect(bench.restarts).toBe(1);
	});

	test("saved by somebody who does not say that it is done: ten minutes, then a restart", () => {
		const bench = new SetupBench();
		bench.clock.advance(5000);
		bench.save(HOME);
		bench.clock.advance(1000);
		expectState(bench, "awaiting-owner");
		bench.clock.advance(IDLE_MS - 1000);
		expectState(bench, "awaiting-owner");
		bench.clock.advance(2000);
		expectState(bench, "closed");
		expect(bench.restarts).toBe(1);
	});
});

describe("with settings that work", () => {
	test("it is closed", () => {
		const bench = settled();
		bench.clock.advance(DAY_MS);
		expectState(bench, "closed");
		expect(bench.lines).toEqual([]);
	});

	test("a long press opens it for ten minutes, in the network's own channel", () => {
		const bench = settled();
		bench.air.add({ channel: 11 });
		bench.wifi.join({ ssid: "home", password: "correct horse" });
		bench.clock.advance(10_000);
		bench.portal.open();
		expectState(bench, "awaiting-owner");
		expect(bench.wifi.ownNetwork?.channel).toBe(11);
		bench.clock.advance(IDLE_MS - 1000);
		expectState(bench, "awaiting-owner");
		bench.clock.advance(2000);
		expectState(bench, "closed");
		expect(bench.restarts).toBe(0);
	});

	test("whatever is set up starts the ten minutes anew", () => {
		const bench = settled();
		bench.portal.open();
		for (let i = 0; i < 5; i++) {
			bench.clock.advance(IDLE_MS - 1000);
			bench.portal.touch();
		}
		expectState(bench, "awaiting-owner");
		bench.clock.advance(IDLE_MS + 1000);
		expectState(bench, "closed");
	});

	test("settings that were changed meanwhile count after a restart, when it closes", () => {
		const bench = settled();
		bench.portal.open();
		bench.hasOthersWaiting = true;
		bench.clock.advance(IDLE_MS + 1000);
		expect([bench.portal.state, bench.restarts]).toEqual(["closed", 1]);
	});

	test("a second press while the result is shown: ten minutes more", () => {
		const bench = settled();
		bench.portal.open();
		bench.portal.finish();
		expectState(bench, "showing-result");
		bench.portal.open();
		expectState(bench, "awaiting-owner");
		bench.clock.advance(RESULT_MS + 1000);
		expectState(bench, "awaiting-owner");
		bench.clock.advance(IDLE_MS);
		expectState(bench, "closed");
	});

	test("finishing while it is closed keeps what was tested, and opens nothing", () => {
		const bench = settled();
		bench.test.start(OTHER);
		bench.clock.advance(TRY_MS);
		bench.save(OTHER);
		expect(bench.portal.finish()).toEqual({ ipAddress: HOME_ADDRESS, closesInS: 0 });
		expect(bench.station.calls.at(-1)).toBe("keep");
		expectState(bench, "closed");
	});

	test("settings that are taken away open it again", () => {
		const bench = settled();
		bench.portal.open();
		bench.credentials = undefined;
		bench.clock.advance(1000);
		expectState(bench, "awaiting-wifi");
		const closed = settled();
		closed.credentials = undefined;
		closed.clock.advance(1000);
		expectState(closed, "awaiting-wifi");
	});
});

describe("when the network is gone", () => {
	test("for a while only: nothing happens", () => {
		const bench = settled();
		bench.home(undefined);
		bench.clock.advance(GONE_FOR_LONG_MS - 1000);
		bench.home(HOME_ADDRESS);
		bench.clock.advance(DAY_MS);
		expectState(bench, "closed");
		expect(bench.namesOpened).toBe(0);
	});

	test("for long: open until it has been back for a minute, and the settings are as they were", () => {
		const bench = settled();
		bench.home(undefined);
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-network");
		bench.clock.advance(DAY_MS);
		expectState(bench, "awaiting-network");
		bench.home(HOME_ADDRESS);
		bench.clock.advance(BACK_MS - 1000);
		expectState(bench, "awaiting-network");
		bench.clock.advance(3000);
		expectState(bench, "closed");
		expect([bench.credentials, bench.restarts, bench.station.calls]).toEqual([HOME, 0, []]);
	});

	test("for ever, where the owner wants no setup network for that: it stays closed", () => {
		const bench = settled();
		bench.goneAfterMs = 0;
		bench.home(undefined);
		bench.clock.advance(30 * DAY_MS);
		expectState(bench, "closed");
		bench.portal.open();
		expectState(bench, "awaiting-owner");
	});

	test("it was never there: open too", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-network");
	});

	test("it comes and goes: open until it stays", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		for (let i = 0; i < 10; i++) {
			bench.home(HOME_ADDRESS);
			bench.clock.advance(BACK_MS / 2);
			bench.home(undefined);
			bench.clock.advance(BACK_MS / 2);
		}
		expectState(bench, "awaiting-network");
	});

	test("it comes back while somebody sets up: they are not cut off", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		bench.portal.touch();
		bench.home(HOME_ADDRESS);
		bench.clock.advance(IDLE_MS - 1000);
		expectState(bench, "awaiting-network");
		bench.clock.advance(2000);
		expectState(bench, "closed");
	});

	test("settings that have waited for a start since long before cause none", () => {
		const bench = settled();
		bench.hasOthersWaiting = true;
		bench.home(undefined);
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-network");
		bench.home(HOME_ADDRESS);
		bench.clock.advance(DAY_MS);
		expect([bench.portal.state, bench.restarts]).toEqual(["closed", 0]);
	});

	test("a press, and nobody comes: open as long as the network is gone, not closed and opened again", () => {
		const bench = settled();
		bench.home(undefined);
		bench.portal.open();
		bench.clock.advance(IDLE_MS + 1000);
		expectState(bench, "awaiting-network");
		expect(bench.namesOpened).toBe(1);
		bench.home(HOME_ADDRESS);
		bench.clock.advance(BACK_MS + 2000);
		expectState(bench, "closed");
	});

	test("a new network is set up: tried, saved, kept, closed; that one then counts", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		bench.test.start(OTHER);
		bench.clock.advance(TRY_MS);
		bench.save(OTHER);
		bench.portal.finish();
		bench.clock.advance(RESULT_MS + 1000);
		expectState(bench, "closed");
		bench.clock.advance(DAY_MS);
		expect([bench.portal.state, bench.restarts]).toEqual(["closed", 0]);
	});

	test("what was saved does not work after all: it opens again", () => {
		const bench = new SetupBench();
		bench.save(HOME);
		bench.portal.finish();
		bench.clock.advance(RESULT_MS + 1000);
		expectState(bench, "closed");
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-network");
	});
});

describe("a radio that is not on yet", () => {
	test("the setup network opens as soon as it is, at the first attempt and without a word about the wait", () => {
		let isRadioOn = false;
		const bench = new SetupBench({ password: () => (isRadioOn ? SETUP_PASSWORD : undefined) });
		// The supply's capacitor is charged.
		bench.clock.advance(5000);
		expectState(bench, "awaiting-radio");
		expect(bench.lines).toEqual([]);
		isRadioOn = true;
		bench.clock.advance(1000);
		expectState(bench, "awaiting-wifi");
		expect(bench.lines).toHaveLength(1);
		expect(bench.lines[0]).toContain(SETUP_PASSWORD);
	});

	test("one that then fails is tried as seldom as any, and said to", () => {
		const bench = new SetupBench({ password: () => undefined });
		bench.clock.advance(5000);
		bench.password = () => SETUP_PASSWORD;
		bench.wifi.temper.refusesRest = true;
		bench.clock.advance(6 * RADIO_AGAIN_MS);
		expect(bench.lines.length).toBeGreaterThanOrEqual(5);
		expect(bench.lines.length).toBeLessThanOrEqual(7);
	});
});

describe("a radio that fails", () => {
	test("it is tried until it works, and the password said when it does", () => {
		const bench = new SetupBench({ credentials: HOME, homeAddress: HOME_ADDRESS });
		bench.wifi.temper.refusesRest = true;
		bench.portal.open();
		expectState(bench, "awaiting-radio");
		bench.clock.advance(5 * RADIO_AGAIN_MS);
		expectState(bench, "awaiting-radio");
		expect(bench.lines.some((line) => line.includes(SETUP_PASSWORD))).toBe(false);
		bench.wifi.temper.refusesRest = false;
		bench.clock.advance(RADIO_AGAIN_MS);
		expectState(bench, "awaiting-owner");
		expect(bench.lines.at(-1)).toContain(SETUP_PASSWORD);
	});

	test("no random bytes for a password: as if the radio failed", () => {
		const bench = settled();
		bench.password = () => {
			throw new Error("no random bytes for keys");
		};
		bench.portal.open();
		expectState(bench, "awaiting-radio");
		expect(bench.lines.at(-1)).toContain("no random bytes for keys");
		bench.password = () => SETUP_PASSWORD;
		bench.clock.advance(RADIO_AGAIN_MS);
		expectState(bench, "awaiting-owner");
	});

	test("a network that is back needs no setup network any more", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.wifi.temper.refusesRest = true;
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-radio");
		bench.home(HOME_ADDRESS);
		bench.clock.advance(1000);
		expectState(bench, "closed");
		bench.wifi.temper.refusesRest = false;
		bench.clock.advance(DAY_MS);
		expect(bench.namesOpened).toBe(0);
	});

	test("a press while it waits for the radio is not forgotten when the network comes back", () => {
		const bench = new SetupBench({ credentials: HOME });
		bench.wifi.temper.refusesRest = true;
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		bench.portal.open();
		bench.home(HOME_ADDRESS);
		bench.wifi.temper.refusesRest = false;
		bench.clock.advance(RADIO_AGAIN_MS);
		expectState(bench, "awaiting-owner");
	});

	test("a setup network that the driver has lost is opened again", () => {
		const bench = new SetupBench();
		bench.wifi.closeAccessPoint();
		bench.clock.advance(1000);
		expectState(bench, "awaiting-wifi");
		expect([bench.lines.length, bench.namesOpened]).toEqual([2, 1]);
	});
});

describe("who is in the setup network", () => {
	test.each([
		[PHONE_ADDRESS, true],
		["::ffff:192.168.4.9", true],
		["192.168.1.2", false],
		["192.168.40.2", false],
		["10.192.168.4", false],
		["fe80::192.168.4.2", false],
		["", false],
	])("%s: %s", (address, expected) => {
		const bench = new SetupBench();
		expect(bench.portal.isClient(address)).toBe(expected);
		expect(bench.portal.portalFor(address)).toBe(expected ? "http://192.168.4.1/" : undefined);
	});

	test("nobody while it is closed, nor after", () => {
		const bench = settled();
		expect(bench.portal.isClient(PHONE_ADDRESS)).toBe(false);
		bench.portal.open();
		expect(bench.portal.isClient(PHONE_ADDRESS)).toBe(true);
		bench.clock.advance(IDLE_MS + 1000);
		expect(bench.portal.isClient(PHONE_ADDRESS)).toBe(false);
	});

	test("while it waits for the network to come back it is in use for ten minutes after anybody in it asked for something", () => {
		const bench = settled();
		expect(bench.portal.isInUse).toBe(false);
		bench.station.ipAddress = undefined;
		bench.clock.advance(GONE_FOR_LONG_MS + 1000);
		expectState(bench, "awaiting-network");
		bench.portal.isClient("192.168.1.2");
		expect(bench.portal.isInUse).toBe(false);
		for (let i = 0; i < 3; i++) {
			bench.portal.isClient(PHONE_ADDRESS);
			bench.clock.advance(IDLE_MS - 1000);
			expect(bench.portal.isInUse).toBe(true);
		}
		bench.clock.advance(1000);
		expect(bench.portal.isInUse).toBe(false);
		bench.portal.touch();
		expect(bench.portal.isInUse).toBe(true);
	});

	test("in every other state it is in use while it is open", () => {
		const bench = new SetupBench();
		bench.clock.advance(DAY_MS);
		expect([bench.portal.state, bench.portal.isInUse]).toEqual(["awaiting-wifi", true]);
		const other = settled();
		other.portal.open();
		other.clock.advance(IDLE_MS - 1000);
		expect([other.portal.state, other.portal.isInUse]).toEqual(["awaiting-owner", true]);
		other.clock.advance(DAY_MS);
		expect([other.portal.state, other.portal.isInUse]).toEqual(["closed", false]);
	});

	test("nobody while the house has the same addresses: its people could be anybody", () => {
		const bench = new SetupBench({ credentials: HOME, homeAddress: "192.168.4.77" });
		bench.portal.open();
		expect(bench.portal.isClient(PHONE_ADDRESS)).toBe(false);
	});

	test("a house with the same addresses is tested, left again, and joined after the restart", () => {
		const bench = new SetupBench();
		bench.station.result = { kind: "connected", ipAddress: "192.168.4.77" };
		bench.test.start(HOME);
		bench.clock.advance(TRY_MS);
		expect(bench.station.calls.at(-1)).toBe("goBack");
		expect(bench.portal.isClient(PHONE_ADDRESS)).toBe(true);
		bench.save(HOME);
		expect(bench.portal.finish()?.ipAddress).toBe("192.168.4.77");
		bench.clock.advance(RESULT_MS + 1000);
		expect([bench.portal.state, bench.restarts]).toEqual(["closed", 1]);
		expect(bench.station.calls).not.toContain("keep");
	});
});

test("closed for good, nothing stays open and no timer runs", () => {
	const bench = new SetupBench();
	bench.test.start(HOME);
	bench.networks.start();
	bench.portal.close();
	bench.portal.close();
	bench.wifi.close();
	expectState(bench, "closed");
	bench.clock.advance(DAY_MS);
	expect([bench.clock.timerCount, bench.restarts, bench.networks.networks]).toEqual([0, 0, []]);
});
