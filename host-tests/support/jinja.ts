import { spawnSync } from "node:child_process";

/** Renders each template with its `value_json`, in an environment like that of Home Assistant (helpers/template). */
const SCRIPT = `
import json, logging, sys
from jinja2 import make_logging_undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
log = []
class Handler(logging.Handler):
    def emit(self, record):
        log.append(record.getMessage())
logger = logging.getLogger("undefined")
logger.addHandler(Handler())
logger.propagate = False
environment = ImmutableSandboxedEnvironment(undefined=make_logging_undefined(logger=logger))
templates = {}
results = []
for job in json.load(sys.stdin):
    log.clear()
    template = templates.get(job["template"]) or environment.from_string(job["template"])
    templates[job["template"]] = template
    text = template.render(value_json=json.loads(job["json"])).strip()
    results.append({"text": text, "warnings": list(log)})
json.dump(results, sys.stdout)
`;

export type JinjaJob = { readonly template: string; readonly json: string };
/** What came out, and what Home Assistant would write into its log. */
export type JinjaResult = { readonly text: string; readonly warnings: readonly string[] };

/** Another Python may stand before Debian's, which is the one that apt gives Jinja to. */
const PYTHONS = ["python3", "/usr/bin/python3"];

function findPython(): string | undefined {
	return PYTHONS.find((python) => spawnSync(python, ["-c", "import jinja2"]).status === 0);
}

/** True where a Python has Jinja (Debian: python3-jinja2). */
export function hasJinja(): boolean {
	return findPython() !== undefined;
}

/** @throws Error with Python's own words. */
export function renderJinja(jobs: readonly JinjaJob[]): JinjaResult[] {
	const { status, stdout, stderr } = spawnSync(findPython() ?? "python3", ["-c", SCRIPT], {
		input: JSON.stringify(jobs),
		encoding: "utf8",
		maxBuffer: 64 << 20,
	});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout);
}
