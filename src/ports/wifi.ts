/** Modem sleep: "minimum" wakes for every beacon that says what waits, "maximum" for fewer, "none" keeps the receiver on. */
export type WifiPowerSave = "none" | "minimum" | "maximum";

/**
 * How far the station is: "idle" when nobody asked it to join or the last attempt has ended, "joining" until the access
 * point took it, "associated" until it has an IPv4 address, then "connected". It does not try again by itself. */
export type WifiStatus = "idle" | "joining" | "associated" | "connected";

/** One network that a scan heard. */
export type WifiNetwork = {
	/** 1 to 32 bytes of UTF-8, as text; "" for one that hides its name. */
	readonly ssid: string;
	/** dBm, negative. */
	readonly rssiDbm: number;
	/** 1 to 13. */
	readonly channel: number;
	readonly needsPassword: boolean;
};

/** What it takes to join a network. */
export type WifiCredentials = {
	/** 1 to 32 bytes of UTF-8, as text. */
	readonly ssid: string;
	/** 8 to 63 characters; "" for an open network. */
	readonly password: string;
};

export type WifiJoinOptions = WifiCredentials & {
	/** A hint, from an earlier connection; absent: every channel is searched. */
	readonly channel?: number;
};

export type WifiAccessPointOptions = {
	/** 1 to 32 bytes. */
	readonly ssid: string;
	/** WPA2: 8 to 63 characters. */
	readonly password: string;
	readonly channel: number;
};

export type WifiRadioOptions = {
	/** 2 to 20. */
	readonly transmitPowerDbm: number;
	readonly powerSave: WifiPowerSave;
	/** True lets 802.11b rates be used; they draw more than a P1 port's 250 mA. */
	readonly legacyRates: boolean;
	/** What the router's list calls the device: letters, digits and "-", at most 32; absent: the driver's name. */
	readonly hostName?: string;
};

export type WifiOptions = {
	/** `status` or the address changed. Called later, never from within a method. */
	onChanged(): void;
	readonly radio: WifiRadioOptions;
};

/**
 * The radio of a station that can also open a network of its own beside it. No callback comes after `close`.
 * What fails at once is returned as false; what fails later is a `status` of "idle" with a `disconnectReason`. */
export interface Wifi {
	readonly status: WifiStatus;
	/** Dotted IPv4 of the station; present while "connected". */
	readonly ipAddress: string | undefined;
	/** dBm; present while associated. */
	readonly rssiDbm: number | undefined;
	/** Of the access point; present while associated. */
	readonly channel: number | undefined;
	/** Why the last attempt or connection ended: a reason code of IEEE 802.11 or of ESP-IDF (15, 202, 204: password; 201: no such network); 0: none. */
	readonly disconnectReason: number;
	/** dBm in force after the driver's rounding; 0 while the radio is off. */
	readonly transmitPowerDbm: number;
	readonly isAccessPointOpen: boolean;
	/** Begins one attempt; ends an attempt, a connection or a scan that there is. */
	join(options: WifiJoinOptions): boolean;
	/** Ends the attempt or connection; the radio stays on. */
	leave(): void;
	/**
	 * One scan at a time: false while one runs or while "joining". `onNetwork` for each access point heard, in no order and
	 * with names that may repeat, then `onDone`: once and always, unless the radio is closed. */
	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean;
	/** 2 to 20, at once, for the station and the access point. */
	setTransmitPower(transmitPowerDbm: number): boolean;
	setPowerSave(powerSave: WifiPowerSave): boolean;
	/** Opens a network of its own beside the station, with addresses from 192.168.4.1 on; replaces the one there is. */
	openAccessPoint(options: WifiAccessPointOptions): boolean;
	closeAccessPoint(): void;
	/**
	 * Whether the gateway has told its hardware address (ARP) since it was asked here before; asks again. False while not
	 * "connected", and without a gateway. */
	askGateway(): boolean;
	close(): void;
}

/** Turns the radio on. Throws with a text for people when it cannot. */
export type OpenWifi = (options: WifiOptions) => Wifi;
