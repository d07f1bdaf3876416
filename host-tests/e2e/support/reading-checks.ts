/** Rounding of three phases and of the total to whole watts. */
const PHASE_TOLERANCE_W = 3;
/** Each of two registers counts whole watt-hours. */
const REGISTER_TOLERANCE_WH = 2;
/** Versions whose bytes are remembered, to be compared with what others got. */
const REMEMBERED_VERSIONS = 100;
const MAX_PROBLEMS = 20;

/** The latest that one poller has seen. */
type Seen = {
	readonly run: string;
	readonly version: number;
	readonly timeMs: number;
	readonly registersWh: readonly number[];
};

/** A reading that came next to the one before, for the sum of powers. */
type Chain = { version: number; timeMs: number; stepMs: number; startNetWh: number; wattMs: number; lengthMs: number };

const ETAG = /^"([0-9a-f]{8})-(\d+)"$/;

/** Judges answers of `/api/v1/reading` that many pollers got from one meter: whole, the same for all, none lost, none mixed. */
export class ReadingChecks {
	/** What was wrong, the first of it. */
	readonly problems: string[] = [];
	/** How often something was wrong. */
	problemCount = 0;
	/** Readings whose phases were added up. */
	phasesChecked = 0;
	/** Readings whose registers were compared with the powers before. */
	registersChecked = 0;
	/** Versions that a poller did not see between two that it saw. */
	skippedByPollers = 0;
	/** Newest version that anybody has got: whoever asks from now on must not get an older one. */
	newestVersion = 0;
	readonly #pollers: (Seen | undefined)[];
	readonly #bodies = new Map<number, string>();
	readonly #versions = new Set<number>();
	#chain: Chain | undefined;

	constructor(pollers: number) {
		this.#pollers = new Array<Seen | undefined>(pollers).fill(undefined);
	}

	/** Distinct versions that were seen by anybody. */
	get versions(): number {
		return this.#versions.size;
	}

	/** Versions between the first and the last that nobody saw. */
	get missing(): number[] {
		const missing: number[] = [];
		const last = Math.max(...this.#versions);
		for (let version = Math.min(...this.#versions); version < last; version++) {
			if (!this.#versions.has(version)) missing.push(version);
		}
		return missing;
	}

	/** A poller got a reading. @param floor - {@link newestVersion} at the time when it asked. */
	onReading(poller: number, etag: string | undefined, body: string, floor: number): void {
		const [, run, digits] = ETAG.exec(etag ?? "") ?? [];
		if (run === undefined) {
			this.note(`ETag ${etag} is none of ours`);
			return;
		}
		const version = Number(digits);
		this.#checkFloor(version, floor);
		const known = this.#bodies.get(version);
		if (known !== undefined && known !== body) {
			this.note(`version ${version} has two bodies`);
			return;
		}
		let reading: Record<string, unknown>;
		try {
			reading = JSON.parse(body);
		} catch {
			this.note(`version ${version} is no JSON: ${body.slice(0, 80)}`);
			return;
		}
		const timeMs = Date.parse(String(reading.time));
		const registersWh = [registerWh(reading, "energyImport"), registerWh(reading, "energyExport")];
		this.#checkOrder(poller, { run, version, timeMs, registersWh });
		if (known !== undefined) return;
		this.#remember(version, body);
		this.#checkPhases(version, reading);
		this.#checkRegisters(version, timeMs, registersWh, netPowerW(reading, ""));
	}

	/** A poller that sent `sent` was told that nothing has changed; `floor` as for {@link onReading}. */
	onNotModified(sent: string, etag: string | undefined, floor: number): void {
		if (etag !== sent) this.note(`304 for ${sent} has the ETag ${etag}`);
		else this.#checkFloor(Number(ETAG.exec(sent)?.[2]), floor);
	}

	note(problem: string): void {
		this.problemCount++;
		if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
	}

	#checkFloor(version: number, floor: number): void {
		if (version < floor) this.note(`version ${version} was given when ${floor} had been given before it was asked for`);
		this.newestVersion = Math.max(this.newestVersion, version);
	}

	#remember(version: number, body: string): void {
		this.#versions.add(version);
		this.#bodies.set(version, body);
		for (const oldest of this.#bodies.keys()) {
			if (this.#bodies.size <= REMEMBERED_VERSIONS) break;
			this.#bodies.delete(oldest);
		}
	}

	#checkOrder(poller: number, seen: Seen): void {
		const before = this.#pollers[poller];
		this.#pollers[poller] = seen;
		if (before === undefined) return;
		if (before.run !== seen.run) {
			this.note(`the program was started again: ${before.run}, ${seen.run}`);
		} else if (seen.version >= before.version) {
			if (seen.version > before.version) this.skippedByPollers += seen.version - before.version - 1;
			if (seen.timeMs < before.timeMs) this.note(`version ${seen.version}: the time goes back`);
			if (seen.registersWh.some((wh, index) => wh < (before.registersWh[index] ?? 0))) {
				this.note(`version ${seen.version}: a register goes back`);
			}
		}
	}

	#checkPhases(version: number, reading: Record<string, unknown>): void {
		const totalW = netPowerW(reading, "");
		const phasesW = ["L1", "L2", "L3"].map((phase) => netPowerW(reading, phase));
		if (totalW === undefined) return;
		let sumW = 0;
		for (const phaseW of phasesW) {
			if (phaseW === undefined) return;
			sumW += phaseW;
		}
		this.phasesChecked++;
		if (Math.abs(sumW - totalW) > PHASE_TOLERANCE_W) {
			this.note(`version ${version}: the phases make ${sumW} W, the meter says ${totalW} W`);
		}
	}

	/** Registers integrate the powers: from the start of an unbroken row of readings on, one must give the other. */
	#checkRegisters(version: number, timeMs: number, registersWh: readonly number[], powerW: number | undefined): void {
		const netWh = (registersWh[0] ?? Number.NaN) - (registersWh[1] ?? Number.NaN);
		if (Number.isNaN(netWh)) return;
		const chain = this.#chain;
		const stepMs = chain === undefined ? 0 : timeMs - chain.timeMs;
		const goesOn =
			chain !== undefined && version === chain.version + 1 && (chain.stepMs === 0 || stepMs === chain.stepMs);
		if (!goesOn || stepMs <= 0 || powerW === undefined || Number.isNaN(timeMs)) {
			this.#chain = { version, timeMs, stepMs: 0, startNetWh: netWh, wattMs: 0, lengthMs: 0 };
			return;
		}
		Object.assign(chain, { version, timeMs, stepMs });
		chain.wattMs += powerW * stepMs;
		chain.lengthMs += stepMs;
		this.registersChecked++;
		const expectedWh = chain.wattMs / 3_600_000;
		const toleranceWh = REGISTER_TOLERANCE_WH + chain.lengthMs / 3_600_000;
		const countedWh = netWh - chain.startNetWh;
		if (Math.abs(countedWh - expectedWh) > toleranceWh) {
			this.note(
				`version ${version}: the registers counted ${countedWh} Wh, the powers make ${expectedWh.toFixed(2)} Wh`,
			);
		}
	}
}

function numberOf(reading: Record<string, unknown>, name: string): number | undefined {
	const value = reading[name];
	return typeof value === "number" ? value : undefined;
}

/** The total, or the sum of the tariffs where the meter has no total; NaN where it has neither. */
function registerWh(reading: Record<string, unknown>, name: string): number {
	const totalWh = numberOf(reading, `${name}Wh`);
	if (totalWh !== undefined) return totalWh;
	let sumWh = Number.NaN;
	for (let tariff = 1; tariff <= 4; tariff++) {
		const tariffWh = numberOf(reading, `${name}Tariff${tariff}Wh`);
		if (tariffWh !== undefined) sumWh = (Number.isNaN(sumWh) ? 0 : sumWh) + tariffWh;
	}
	return sumWh;
}

/** Import less export in watts, of a phase or in all. */
function netPowerW(reading: Record<string, unknown>, phase: string): number | undefined {
	const importW = numberOf(reading, `powerImport${phase}W`);
	const exportW = numberOf(reading, `powerExport${phase}W`);
	return importW === undefined || exportW === undefined ? undefined : importW - exportW;
}
