/** A button on the board. */
export interface Button {
	/** The contact's state now; it bounces, and noise may be in it. */
	readonly isPressed: boolean;
	/** Idempotent; no callback comes after it. */
	close(): void;
}

/** Watches a button. `onChanged`: its state may have changed; called later only, too often rather than too seldom. */
export type OpenButton = (onChanged: () => void) => Button;
