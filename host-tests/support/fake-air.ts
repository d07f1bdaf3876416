/** What an access point of the simulated air is; see {@link FakeAir}. */
export type AccessPointState = {
	ssid: string;
	/** "" for an open network. */
	password: string;
	/** 1 to 13. */
	channel: number;
	rssiDbm: number;
	isOn: boolean;
	/** Heard by who asks for its name only. */
	isHidden: boolean;
	/** Whether it gives new addresses. */
	dhcp: boolean;
	/** The address that it gives. */
	address: string;
	/** A reason code with which it turns every station away, such as 5 (too many stations); 0: none. */
	refusal: number;
	/** Stations that send with less are not heard, and time out (reason 2). */
	neededPowerDbm: number;
	/** False: its stations are "connected", and nothing passes. */
	isCarrying: boolean;
	/** Whether there is a gateway that answers. */
	hasGateway: boolean;
};

const HOME: Readonly<AccessPointState> = Object.freeze({
	ssid: "home",
	password: "correct horse",
	channel: 6,
	rssiDbm: -60,
	isOn: true,
	isHidden: false,
	dhcp: true,
	address: "192.168.1.50",
	refusal: 0,
	neededPowerDbm: 0,
	isCarrying: true,
	hasGateway: true,
});

/** What happened to an access point, as its stations notice it. */
export type AirEvent =
	| { readonly kind: "changed" }
	/** It sends its stations away, with a reason code. */
	| { readonly kind: "kicked"; readonly reason: number }
	/** Addresses that it gave are no longer valid. */
	| { readonly kind: "leases-ended" };

type AirListener = (accessPoint: FakeAccessPoint, event: AirEvent) => void;

/** An access point whose every property a test can change at any time, with {@link set}. */
export class FakeAccessPoint {
	readonly #air: FakeAir;
	#state: Readonly<AccessPointState>;

	constructor(air: FakeAir, state: Partial<AccessPointState>) {
		this.#air = air;
		this.#state = { ...HOME, ...state };
	}

	get state(): Readonly<AccessPointState> {
		return this.#state;
	}

	/** Off: its stations notice after some seconds. On again, or a new channel, name or password: they are sent away. */
	set(change: Partial<AccessPointState>): void {
		const before = this.#state;
		this.#state = { ...before, ...change };
		const { ssid, password, channel, isOn } = this.#state;
		const isOther = ssid !== before.ssid || password !== before.password || channel !== before.channel;
		this.#air.tell(this, isOn && (isOther || !before.isOn) ? { kind: "kicked", reason: 7 } : { kind: "changed" });
	}

	/** @param reason - of IEEE 802.11; 4 is inactivity, 8 is "station leaves". */
	kick(reason: number): void {
		this.#air.tell(this, { kind: "kicked", reason });
	}

	endLeases(): void {
		this.#air.tell(this, { kind: "leases-ended" });
	}
}

/** The access points within reach of one or more {@link FakeWifi}. */
export class FakeAir {
	readonly accessPoints: FakeAccessPoint[] = [];
	readonly #listeners: AirListener[] = [];

	/** Absent properties are those of a good network: "home", "correct horse", channel 6, -60 dBm. */
	add(state: Partial<AccessPointState> = {}): FakeAccessPoint {
		const accessPoint = new FakeAccessPoint(this, state);
		this.accessPoints.push(accessPoint);
		return accessPoint;
	}

	listen(listener: AirListener): () => void {
		this.#listeners.push(listener);
		return () => {
			const index = this.#listeners.indexOf(listener);
			if (index >= 0) this.#listeners.splice(index, 1);
		};
	}

	tell(accessPoint: FakeAccessPoint, event: AirEvent): void {
		for (const listener of [...this.#listeners]) listener(accessPoint, event);
	}
}
