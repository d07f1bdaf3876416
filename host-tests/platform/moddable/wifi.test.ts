import { describe, expect, test } from "vitest";
import { DriverWifi } from "../../../src/platform/moddable/esp32/driver-wifi.js";
import type { WifiOptions } from "../../../src/ports/wifi.js";
import { describeWifiContract } from "../../contracts/wifi.contract.js";
import { FakeAir } from "../../support/fake-air.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeWifiDriver } from "../../support/fake-wifi-driver.js";

const RADIO = { transmitPowerDbm: 8, powerSave: "minimum", legacyRates: false } as const;
const HOME = { ssid: "home", password: "correct horse" };

class DriverBench {
	readonly clock = new FakeClock();
	readonly air = new FakeAir();
	driver: FakeWifiDriver | undefined;

	get timerCount(): number {
		return this.clock.timerCount;
	}

	readonly open = (options: WifiOptions): DriverWifi => {
		const driver = new FakeWifiDriver(this.clock, this.air, options.radio, () => wifi.look());
		const wifi = new DriverWifi(driver, this.clock, options);
		this.driver = driver;
		return wifi;
	};

	advance(durationMs: number): void {
		this.clock.advance(durationMs);
	}
}

describeWifiContract("an ESP32's driver", () => new DriverBench());

describe("Wi-Fi over an ESP32's driver", () => {
	function open(): { bench: DriverBench; wifi: DriverWifi; driver: FakeWifiDriver } {
		const bench = new DriverBench();
		bench.air.add();
		const wifi = bench.open({ radio: RADIO, onChanged: () => {} });
		return { bench, wifi, driver: bench.driver as FakeWifiDriver };
	}

	test("an attempt begins only when the driver has ended the one before", () => {
		const { bench, wifi, driver } = open();
		for (let i = 0; i < 5; i++) {
			wifi.join(HOME);
			bench.advance(30);
		}
		bench.advance(10_000);
		for (let i = 0; i < 5; i++) {
			wifi.leave();
			wifi.join(HOME);
		}
		bench.advance(10_000);
		expect([wifi.status, driver.misuses]).toEqual(["connected", 0]);
	});

	test("an end that is not told holds the next attempt up for a second at most", () => {
		const { bench, wifi, driver } = open();
		wifi.join({ ssid: "away", password: "12345678" });
		bench.advance(100);
		driver.isLeaveSilent = true;
		wifi.leave();
		expect(wifi.join(HOME)).toBe(true);
		bench.advance(1000 + 4000);
		expect([wifi.status, driver.misuses]).toEqual(["connected", 0]);
	});

	test("a driver that refuses at once, and one that refuses later", () => {
		const { bench, wifi, driver } = open();
		driver.temper.refusedJoins = 1;
		expect([wifi.join(HOME), wifi.status]).toEqual([false, "idle"]);
		wifi.join(HOME);
		bench.advance(10_000);
		driver.temper.refusedJoins = 1;
		expect(wifi.join(HOME)).toBe(true);
		bench.advance(1000);
		expect([wifi.status, wifi.disconnectReason]).toEqual(["idle", 205]);
	});

	test("a scan that the driver never ends is ended, and an attempt waits for it", () => {
		const { bench, wifi, driver } = open();
		driver.scan = () => true;
		let done = 0;
		wifi.scan(
			() => {},
			() => done++,
		);
		wifi.join(HOME);
		bench.advance(9000);
		expect([done, wifi.status]).toEqual([0, "joining"]);
		bench.advance(6000);
		expect([done, wifi.status]).toEqual([1, "connected"]);
	});

	test("a connection that is lost unheard is seen within two seconds", () => {
		const { bench, wifi, driver } = open();
		wifi.join(HOME);
		bench.advance(10_000);
		driver.isAssociated = false;
		driver.disconnections++;
		bench.advance(2000);
		expect(wifi.status).toBe("idle");
	});
});
