export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type MetricFamily = {
	readonly name: string;
	readonly help: string;
	readonly type: "counter" | "gauge";
	readonly samples: readonly Sample[];
};

const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9]+(?:\.[0-9]+)?)$/;

/**
 * Parses Prometheus text format 0.0.4, and allows nothing that this project has no use for: each family is HELP, TYPE and
 * its samples, together and once; no two samples with the same labels; plain decimal numbers without time stamps.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws Error with the line that is wrong. */
export function parseExposition(text: string): Map<string, MetricFamily> {
	const families = new Map<string, MetricFamily & { samples: Sample[] }>();
	if (text === "") return families;
	if (!text.endsWith("\n")) throw new Error("the last line does not end");
	const lines = text.slice(0, -1).split("\n");
	for (let at = 0; at < lines.length; ) {
		const [, name = "", help = ""] =
			/^# HELP ([a-z_][a-z0-9_]*) ([ -[\]-~]+)$/.exec(lines[at] ?? "") ?? fail(lines[at]);
		const [, typed, type] = /^# TYPE (\S+) (counter|gauge)$/.exec(lines[at + 1] ?? "") ?? fail(lines[at + 1]);
		if (typed !== name || families.has(name)) fail(lines[at + 1]);
		if (name.endsWith("_total") !== (type === "counter")) fail(lines[at + 1]);
		const samples: Sample[] = [];
		const seen = new Set<string>();
		for (at += 2; at < lines.length && !lines[at]?.startsWith("#"); at++) {
			const line = lines[at] ?? "";
			const [, sampled, labelText = "", number] = SAMPLE.exec(line) ?? fail(line);
			const value = Number(number);
			if (sampled !== name || (line.includes("{") && labelText === "")) fail(line);
			const labels = parseLabels(labelText, line);
			const key = JSON.stringify(Object.entries(labels).sort());
			if (seen.has(key) || (type === "counter" && value < 0)) fail(line);
			seen.add(key);
			samples.push({ labels, value });
		}
		if (samples.length === 0) fail(`# TYPE ${name}: no samples`);
		families.set(name, { name, help, type: type === "counter" ? "counter" : "gauge", samples });
	}
	return families;
}

function parseLabels(text: string, line: string): Record<string, string> {
	const labels: Record<string, string> = {};
	for (let rest = text; rest !== ""; ) {
		const [all = "", name = "", value = "", end] = LABEL.exec(rest) ?? fail(line);
		rest = rest.slice(all.length);
		if (name in labels || name.startsWith("__") || (end === "," && rest === "")) fail(line);
		labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
	}
	return labels;
}

function fail(line: string | undefined): never {
	throw new Error(`not the text format of Prometheus: ${JSON.stringify(line)}`);
}

/** Values by labels: `values.get("direction=import")`. */
export function sampleValues(family: MetricFamily | undefined): Record<string, number> {
	return Object.fromEntries(
		(family?.samples ?? []).map(({ labels, value }) => [
			Object.entries(labels)
				.map(([name, text]) => `${name}=${text}`)
				.join(","),
			value,
		]),
	);
}
