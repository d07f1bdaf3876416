/** A wall clock that somebody has to set: a device's, which has no battery. */
export interface WallClock {
	/** From now on the clock goes on from here. @param utcMs - Milliseconds since 1970-01-01T00:00:00Z. */
	setUtcMs(utcMs: number): void;
}
