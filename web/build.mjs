// npm run build:web: the page as one file of headers and gzipped HTML, in build/web. The same sources make the same bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const outputFolder = join(root, "build/web");

/** Where the page goes. */
export const PAGE_PATH = join(outputFolder, "page.http");

function sha256(bytes, encoding) {
	return createHash("sha256").update(bytes).digest(encoding);
}

function once(text, mark) {
	const at = text.indexOf(mark);
	if (at < 0 || text.includes(mark, at + 1))
		throw new Error(`${JSON.stringify(mark)} must be there once: has uPlot changed?`);
	return at;
}

/** Where uPlot's module hangs what it can do besides, such as bars and splines, on its export. */
const UPLOT_EXTRAS = "uPlot.assign = assign;";

/**
 * What no option of the page leads to: the legend, scales that are not linear, dates as texts (the page formats its own),
 * bands between series, dragging, series that come and go. Their bodies are left out: 3.2 kB, compressed, with what they need.
 */
const UNUSED_OF_UPLOT = [
	...["initLegendRow", "setLegend", "setLegendValues", "syncLegend", "toggleDOM"],
	...["rangeLog", "rangeAsinh", "logAxisSplits", "asinhAxisSplits", "log10AxisValsFilt", "log2AxisValsFilt"],
	...["fmtDate", "timeAxisVals", "timeAxisVal", "timeAxisStamps", "timeSeriesVal", "timeSeriesStamp"],
	...["clipBandLine", "setBand", "addBand", "delBand", "mouseDown", "mouseUp", "dblClick"],
	...[
		"addSeries",
		"delSeries",
		"setSeries",
		"setFocus",
		"setAlpha",
		"points",
		"pubSync",
		"destroy",
		"setSelect",
		"hideSelect",
		"setSelH",
		"setSelV",
	],
];
/** Steps and forms of times, in uPlot's `genTimeStuffs`: the page gives its own. What follows them is of use. */
const UPLOT_TIMES = "let subSecIncrs =";
const AFTER_UPLOT_TIMES = "// the ensures that axis ticks";

/** Empties a function that is declared once; uPlot's own indentation says where it ends. */
function withoutBody(code, name) {
	const start = once(code, `function ${name}(`);
	const bodyStart = code.indexOf("{\n", start) + 2;
	const indent = code.slice(code.lastIndexOf("\n", start), start);
	return code.slice(0, bodyStart) + code.slice(code.indexOf(`${indent}}\n`, bodyStart));
}

/** Cuts all that off, so that none of it is bundled. */
const lessOfUplot = {
	name: "less-of-uplot",
	transform: {
		filter: { id: /uPlot\.esm\.js$/ },
		handler: (code) => {
			const core = `${code.slice(0, once(code, UPLOT_EXTRAS))}export { uPlot as default };`;
			const times = "const timeIncrs = [], _timeAxisStamps = [];";
			const rest = core.slice(once(core, AFTER_UPLOT_TIMES));
			return UNUSED_OF_UPLOT.reduce(withoutBody, core.slice(0, once(core, UPLOT_TIMES)) + times + rest);
		},
	},
};

/**
 * rolldown minifies this to 4 % less than esbuild, compressed, and is there anyway, with vitest.
 * The bundlers are loaded when there is something to build: `npm start` reads what was built before without them.
 */
async function bundleScript() {
	const { rolldown } = await import("rolldown");
	const bundle = await rolldown({
		input: join(folder, "main.ts"),
		platform: "browser",
		plugins: [lessOfUplot],
		transform: { target: "es2022" },
	});
	const { output } = await bundle.generate({ format: "iife", minify: true, comments: false });
	await bundle.close();
	if (output.length !== 1) throw new Error("the script is to be one file");
	return output[0].code.trim();
}

/** uPlot's styles without those of what the page leaves off, and the page's own. */
async function bundleStyles() {
	const { transform } = await import("esbuild");
	const uplot = readFileSync(join(root, "node_modules/uplot/dist/uPlot.min.css"), "utf8");
	const used = uplot.replaceAll(/[^{}]*\.u-(legend|inline|series|title)\b[^{}]*\{[^}]*\}/g, "");
	const own = readFileSync(join(folder, "page.css"), "utf8");
	const { code } = await transform(used + own, { loader: "css", minify: true, charset: "utf8" });
	return code.trim();
}

/** The licences of what is inside: their notice goes with every copy. */
function notice() {
	const own = readFileSync(join(root, "LICENSE"), "utf8");
	const uplot = readFileSync(join(root, "node_modules/uplot/LICENSE"), "utf8");
	const copyright = (text) => /^Copyright .*$/m.exec(text)?.[0] ?? "";
	const terms = own.slice(own.indexOf("Permission is hereby granted")).trim();
	return `<!--\np1-dongle: ${copyright(own)}\nuPlot: ${copyright(uplot)}\n\n${terms}\n-->\n`;
}

function withPart(html, mark, part) {
	const [before, after, ...rest] = html.split(mark);
	if (after === undefined || rest.length > 0) throw new Error(`page.html: ${mark} must be there once`);
	return before + part + after;
}

/**
 * Builds the page in memory.
 * @returns `file`: header lines, an empty line and the gzipped page, as the server sends it; `html` and `gzip` are what is in it.
 */
export async function buildPage() {
	const [script, styles] = await Promise.all([bundleScript(), bundleStyles()]);
	if (/<\/(script|style)/i.test(script + styles)) throw new Error("the page would end in the middle of its script");
	const template = readFileSync(join(folder, "page.html"), "utf8").replaceAll(/>\n/g, ">").trim();
	const page = withPart(withPart(template, "/*css*/", styles), "/*js*/", script);
	const html = page.replace("<!doctype html>", `<!doctype html>\n${notice()}`);
	const gzip = pack(html);
	const policy = [
		"default-src 'none'",
		`script-src 'sha256-${sha256(script, "base64")}'`,
		`style-src 'sha256-${sha256(styles, "base64")}'`,
		"connect-src 'self'",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	];
	const headers = [
		"Content-Type: text/html; charset=utf-8",
		"Content-Encoding: gzip",
		`ETag: "${sha256(gzip, "hex").slice(0, 16)}"`,
		"Cache-Control: no-cache",
		`Content-Security-Policy: ${policy.join("; ")}`,
		"Referrer-Policy: no-referrer",
	];
	return { file: Buffer.concat([Buffer.from(`${headers.join("\n")}\n\n`, "latin1"), gzip]), html, gzip };
}

/** @returns the page, gzipped by a program of its own. */
function pack(html) {
	return execFileSync(process.execPath, [join(folder, "pack.mjs")], { input: html });
}

function newestMs(path) {
	if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
	// The folder's own time tells of files that are gone.
	return Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function isUpToDate() {
	try {
		const sources = [folder, join(root, "package-lock.json"), join(root, "LICENSE")];
		return statSync(PAGE_PATH).mtimeMs > Math.max(...sources.map(newestMs));
	} catch {
		return false;
	}
}

/** The page's bytes as {@link buildPage} makes them, from build/web if they are newer than every source, else built now. */
export async function readPage() {
	if (isUpToDate()) return readFileSync(PAGE_PATH);
	const { file } = await buildPage();
	mkdirSync(outputFolder, { recursive: true });
	// Others may be reading or building it.
	const temporary = `${PAGE_PATH}.${process.pid}`;
	writeFileSync(temporary, file);
	renameSync(temporary, PAGE_PATH);
	return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const { html, gzip } = await buildPage();
	await readPage();
	process.stdout.write(`build/web/page.http: ${gzip.length} bytes compressed, ${Buffer.byteLength(html)} before\n`);
}
