import { Meter, type MeterListener, type MeterOptions } from "../../src/services/meter.js";
import { FakeClock } from "./fake-clock.js";
import { FakeP1Port } from "./fake-p1-port.js";
import { powerTelegram } from "./telegram.js";

export type MeterBenchOptions = Partial<MeterOptions> & { readonly hasLineFormat?: boolean };

/** A meter service with its port and its time in a test's hand. */
export class MeterBench {
	readonly clock = new FakeClock();
	readonly port: FakeP1Port;
	/** What the listener of the bench was told: "reading 3", "stale", "error crc-mismatch", "end". */
	readonly events: string[] = [];
	readonly meter: Meter;

	/** `listeners` come before the bench's own. */
	constructor({ hasLineFormat = false, listeners = [], ...options }: MeterBenchOptions = {}) {
		this.port = new FakeP1Port(hasLineFormat);
		this.meter = new Meter({
			openP1Port: this.port.open,
			clock: this.clock,
			timers: this.clock,
			onEnd: () => this.events.push("end"),
			...options,
			listeners: [...listeners, this.recorder()],
		});
	}

	/** A listener that notes what it is told, after its name if it has one. */
	recorder(name = ""): Required<MeterListener> {
		const prefix = name === "" ? "" : `${name}: `;
		return {
			onReading: ({ sequence }) => this.events.push(`${prefix}reading ${sequence}`),
			onStale: () => this.events.push(`${prefix}stale`),
			onTelegramError: ({ code }) => this.events.push(`${prefix}error ${code}`),
		};
	}

	/** What was told since the last call. */
	take(): string[] {
		return this.events.splice(0);
	}

	/** `count` telegrams, the first at once, the others `intervalMs` apart. */
	read(count = 1, intervalMs = 1000, watts = 100): void {
		for (let i = 0; i < count; i++) {
			if (i > 0) this.clock.advance(intervalMs);
			this.port.receive(powerTelegram(watts + i));
		}
	}
}
