/**
 * Waits until `condition` holds, looking every few milliseconds: for what the operating system does in its own time, which
 * on a busy machine is long; only a failure takes all of it.
 * @throws Error after `timeoutMs`, with `what` in the message.
 */
export async function waitUntil(condition: () => boolean, timeoutMs = 15_000, what = String(condition)): Promise<void> {
	const untilMs = performance.now() + timeoutMs;
	while (!condition()) {
		if (performance.now() > untilMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 3));
	}
}

/** Waits until `value` has not changed for `quietMs`. */
export async function settled(value: () => number, quietMs = 60): Promise<void> {
	for (let last = Number.NaN; last !== value(); ) {
		last = value();
		await new Promise((resolve) => setTimeout(resolve, quietMs));
	}
}
