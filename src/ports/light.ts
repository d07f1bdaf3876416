/** A light on the board: one that is on or off, or one with colours. */
export interface Light {
	/** Shows a colour at once: 0 to 255 each, all 0 is off. A light without colours is on for any other. */
	set(red: number, green: number, blue: number): void;
}
