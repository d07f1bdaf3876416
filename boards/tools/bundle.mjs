// The program as one module. Modules of their own cost flash: each of their imports and exports is a slot of 16 bytes, the
// code that made their tables stays beside the tables, and XS keeps the names of all local variables and private fields. In one
// module, with short names and without what nobody uses, the program takes a quarter less (docs/memory.md).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { compactProgram } from "./compact.mjs";

/** Modules of the SDK that are JavaScript alone go into the program, too: one-module.json leaves them out beside it. */
const OF_SDK = new Map([
	["dns", "modules/network/dns/dns.js"],
	["dns/serializer", "modules/network/dns/dnsserializer.js"],
	["embedded:network/dns/resolver/udp", "examples/io/udp/dns/dns.js"],
	["embedded:network/dnssd", "modules/io/dnssd/dnssd.js"],
	["embedded:network/http/client", "examples/io/tcp/httpclient/httpclient.js"],
	["embedded:network/mqtt/client", "examples/io/tcp/mqttclient/mqttclient.js"],
]);

/** Modules with C functions stay modules of their own: what is left out of a manifest is left out with its C. */
function nativeOf(specifier) {
	if (specifier === "./native.js") return "platform/moddable/chip/native";
	const [, name] = /\/(native\/.*)\.js$/.exec(specifier) ?? [];
	return name && `platform/moddable/${name}`;
}

/** What has a file in src/: relative imports, and the names that the manifest gives to ours. */
function fileOf(root, platform, hasTls, specifier) {
	if (!specifier.startsWith("platform/")) return undefined;
	if (hasTls && specifier === "platform/moddable/chip/tls") return join(root, "src/platform/moddable/linux/tls.ts");
	const file = join(root, "src", `${specifier.replace("/chip/", `/${platform}/`)}.ts`);
	return existsSync(file) ? file : undefined;
}

/** Run when the program starts, a connection begins, or its owner sets it up: the rest is run again and again. */
const RARE = new RegExp(
	`^src/(${[
		"main",
		"core/sha1",
		"http/websocket/handshake",
		"platform/moddable/(app|esp32)",
		"publishers/api/(settings|owner|setup|update|json-body)",
		"publishers/mqtt/discovery",
		"services/(provisioning|settings|update|improv)",
	].join("|")})\\b`,
);

/** The JavaScript of src/main.ts for `esp32` or `linux` with all of ours that it imports; what the SDK has stays an import. */
export async function bundleProgram(root, platform, hasTls = false) {
	const bundle = await rolldown({
		input: join(root, "src/main.ts"),
		logLevel: "warn",
		tsconfig: false,
		optimization: { inlineConst: { mode: "all", pass: 3 } },
		transform: { target: "esnext" },
		plugins: [
			{
				name: "p1-dongle",
				resolveId(specifier, importer) {
					if (importer === undefined) return null;
					const ofSdk = OF_SDK.get(specifier);
					if (ofSdk !== undefined) return join(process.env.MODDABLE, ofSdk);
					const file = fileOf(root, platform, hasTls, specifier);
					if (file !== undefined) return file;
					const native = nativeOf(specifier);
					if (native !== undefined) return { id: native, external: true };
					// The version that this build made.
					if (specifier.endsWith("/version.js")) return join(root, "build/version/version.ts");
					if (specifier.startsWith(".")) return join(importer, "..", specifier.replace(/\.js$/, ".ts"));
					return { id: specifier, external: true };
				},
			},
		],
	});
	const { output } = await bundle.generate({ format: "esm", minify: false });
	const [{ code, modules }] = output;
	const rare = Object.entries(modules)
		.filter(([id, { code: part }]) => part && RARE.test(id.slice(root.length + 1)))
		.map(([, { code: part }]) => ({ start: code.indexOf(part), end: code.indexOf(part) + part.length }));
	return compactProgram(code, rare);
}
