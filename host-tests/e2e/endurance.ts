import { Command } from "commander";
import { Endurance } from "./support/endurance.js";
import { positive } from "./support/positive.js";

// A day in minutes: node --import tsx host-tests/e2e/endurance.ts, with P1_PROGRAM for the program on XS.

const command = new Command("endurance")
	.description(
		"runs the program for a simulated day with faults and says what its memory did; exit status 1 on a problem",
	)
	.option("--hours <count>", "simulated", positive, 24)
	.option("--interval <s>", "simulated seconds from telegram to telegram", positive, 10)
	.option("--speed <factor>", "simulated time per real time", positive, 400)
	.option("--seed <number>", "of the simulated house", positive, 20261124)
	.parse();

const { hours, interval, speed, seed } = command.opts<{
	hours: number;
	interval: number;
	speed: number;
	seed: number;
}>();
const report = await new Endurance({ hours, intervalS: interval, speed, seed }).run();
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
