/** Measures the voltage that the board is fed with. */
export interface SupplyVoltage {
	/** Millivolts at the board's 5 V, now. */
	readMilliVolts(): number;
}
