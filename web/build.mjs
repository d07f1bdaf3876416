// npm run build:web: the page as one file of headers and gzipped HTML, in build/web. The same sources make the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const outputFolder = join(root, "build/web");

/** Where the page goes. */
export const PAGE_PATH = join(outputFolder, "page.http");

/** Of a gzip header that says nothing of the machine (RFC 1952 §2.3.1: 255 is an unknown system). */
const GZIP_OS_BYTE = 9;
const UNKNOWN_OS = 255;

function sha256(bytes, encoding) {
	return createHash("sha256").update(bytes).digest(encoding);
}

/**
 * uPlot's own minified file, as it is, before our script: 6 % smaller, compressed, than what esbuild makes of it.
 * For modules that import uPlot it is the global that this file makes.
 */
const globalUplot = {
	name: "global-uplot",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^uplot$/ }, ({ path }) => ({ path, namespace: "global" }));
		onLoad({ filter: /^uplot$/, namespace: "global" }, () => ({ contents: "export default uPlot;" }));
	},
};

async function bundle(entry) {
	// Only when there is something to build: `npm start` reads what was built before without it.
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: [join(folder, entry)],
		absWorkingDir: root,
		bundle: true,
		minify: true,
		write: false,
		outdir: outputFolder,
		format: "iife",
		target: ["es2022", "chrome100", "firefox100", "safari15.4"],
		charset: "utf8",
		plugins: [globalUplot],
		legalComments: "none",
		logLevel: "silent",
	});
	return outputFiles[0].text.trim();
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
	const [own, styles] = await Promise.all([bundle("main.ts"), bundle("main.css")]);
	const script = readFileSync(join(root, "node_modules/uplot/dist/uPlot.iife.min.js"), "utf8").trim() + own;
	if (/<\/(script|style)/i.test(script + styles)) throw new Error("the page would end in the middle of its script");
	const template = readFileSync(join(folder, "page.html"), "utf8").replaceAll(/>\n/g, ">").trim();
	const page = withPart(withPart(template, "/*css*/", styles), "/*js*/", script);
	const html = page.replace("<!doctype html>", `<!doctype html>\n${notice()}`);
	const gzip = gzipSync(html, { level: 9, memLevel: 7 });
	gzip[GZIP_OS_BYTE] = UNKNOWN_OS;
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
