import { Command } from "commander";
import { runPollers } from "./support/pollers.js";
import { positive } from "./support/positive.js";

// Many pollers on a running app: node --import tsx host-tests/e2e/pollers.ts http://127.0.0.1:8080 [--seconds 60]

const command = new Command("pollers")
	.description("polls a running app with many clients and checks every answer; exit status 1 when anything was wrong")
	.argument("<url>", "of the app, such as http://127.0.0.1:8080")
	.option("--pollers <count>", "how many", positive, 50)
	.option("--hertz <rate>", "requests per second of each", positive, 10)
	.option("--seconds <duration>", "for how long", positive, 60)
	.parse();

const options = command.opts<{ pollers: number; hertz: number; seconds: number }>();
const [url = ""] = command.args;
const report = await runPollers({ url: url.replace(/\/+$/, ""), ...options });
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
