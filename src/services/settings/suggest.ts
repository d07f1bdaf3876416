/** A slip of the pen is at most so many edits. */
const MAX_SLIPS = 3;

/** Edits between two texts: letters wrong, missing, too many, or two neighbours swapped (optimal string alignment). */
function distance(a: string, b: string): number {
	let beforePrevious: number[] = [];
	let previous: number[] = [];
	for (let j = 0; j <= b.length; j++) previous.push(j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let edits = Math.min(replaced, (previous[j] as number) + 1, (row[j - 1] as number) + 1);
			const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			if (isSwap) edits = Math.min(edits, (beforePrevious[j - 2] as number) + 1);
			row.push(edits);
		}
		beforePrevious = previous;
		previous = row;
	}
	return previous[b.length] as number;
}

/** The name that somebody who wrote `text` may have meant, whatever the case; undefined when none is near. */
export function suggest(text: string, names: readonly string[]): string | undefined {
	const written = text.slice(0, 64).toLowerCase();
	let best: string | undefined;
	let bestSlips = Math.min(MAX_SLIPS, Math.floor(written.length / 2)) + 1;
	for (const name of names) {
		const slips = distance(written, name.toLowerCase());
		if (slips >= bestSlips) continue;
		best = name;
		bestSlips = slips;
	}
	return best;
}
