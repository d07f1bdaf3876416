import { FakeAir } from "../support/fake-air.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeWifi } from "../support/fake-wifi.js";
import { describeWifiContract } from "./wifi.contract.js";

describeWifiContract("simulated radio", () => {
	const clock = new FakeClock();
	const air = new FakeAir();
	return {
		air,
		open: (options) => new FakeWifi(clock, air, options),
		advance: (durationMs) => clock.advance(durationMs),
		get timerCount() {
			return clock.timerCount;
		},
	};
});
