import type { Button, OpenButton } from "../../src/ports/button.js";

/** A button that a test presses, with as much bouncing as it wants. */
export class FakeButton implements Button {
	isPressed: boolean;
	isClosed = false;
	#onChanged: () => void = () => {};

	constructor(isPressed = false) {
		this.isPressed = isPressed;
	}

	readonly open: OpenButton = (onChanged) => {
		this.#onChanged = onChanged;
		return this;
	};

	/** The contact changes, or seems to. */
	set(isPressed: boolean): void {
		this.isPressed = isPressed;
		if (!this.isClosed) this.#onChanged();
	}

	close(): void {
		this.isClosed = true;
	}
}
