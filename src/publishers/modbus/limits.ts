/** Every bound of the server; times in milliseconds. */
export interface ModbusLimits {
	/** Connections served at once, each with one buffer of 260 bytes. */
	readonly maxConnections: number;
	/** From the first byte of a frame to its last. */
	readonly frameMs: number;
	/** For an answer that the peer does not take. */
	readonly writeMs: number;
	/** Without a request: chargers ask every second to every half a minute. */
	readonly idleMs: number;
	/** When all connections are in use, the one that has been idle for the longest gives way after this long. */
	readonly evictIdleAfterMs: number;
	/** Interval of the one timer that enforces the times above; also their resolution. */
	readonly tickMs: number;
	/** Requests of one connection that are answered before others have their turn. */
	readonly framesPerTurn: number;
}

export const DEFAULT_MODBUS_LIMITS: ModbusLimits = Object.freeze({
	maxConnections: 4,
	frameMs: 5_000,
	writeMs: 10_000,
	idleMs: 120_000,
	evictIdleAfterMs: 10_000,
	tickMs: 1_000,
	framesPerTurn: 8,
});

/** @throws RangeError for a limit that is not a whole number above zero. */
export function modbusLimits(changes: Partial<ModbusLimits> = {}): ModbusLimits {
	const limits = { ...DEFAULT_MODBUS_LIMITS, ...changes };
	for (const [name, value] of Object.entries(limits)) {
		if (!Number.isInteger(value) || value <= 0)
			throw new RangeError(`${name}: a whole number above zero, not ${value}`);
	}
	return Object.freeze(limits);
}
