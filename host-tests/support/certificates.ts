import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type TestCertificates = {
	readonly authorityPem: string;
	/** For 127.0.0.1 and localhost, signed by the authority. */
	readonly certificatePem: string;
	readonly keyPem: string;
};

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** Makes a certificate authority and a certificate for the loopback address with openssl; nothing of it is kept. */
export function makeCertificates(): TestCertificates {
	const directory = mkdtempSync(join(tmpdir(), "p1-certificates-"));
	const run = (...args: string[]): void => {
		execFileSync("openssl", args, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
	};
	const read = (name: string): string => readFileSync(join(directory, name), "utf8");
	try {
		writeFileSync(
			join(directory, "openssl.cnf"),
			[
				"[req]",
				"distinguished_name = name",
				"[name]",
				"[authority]",
				"basicConstraints = critical,CA:TRUE",
				"keyUsage = critical,keyCertSign",
				"subjectKeyIdentifier = hash",
				"[broker]",
				"basicConstraints = CA:FALSE",
				"subjectAltName = IP:127.0.0.1,DNS:localhost",
				"",
			].join("\n"),
		);
		const config = ["-config", "openssl.cnf"];
		run(
			"req",
			"-x509",
			...config,
			"-extensions",
			"authority",
			...CURVE,
			"-subj",
			"/CN=Test authority",
			"-keyout",
			"ca.key",
			"-out",
			"ca.crt",
		);
		run(
			"req",
			"-new",
			...config,
			...CURVE.slice(0, 5),
			"-subj",
			"/CN=Test broker",
			"-keyout",
			"broker.key",
			"-out",
			"broker.csr",
		);
		const extensions = ["-extfile", "openssl.cnf", "-extensions", "broker"];
		const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
		run("x509", "-req", "-in", "broker.csr", ...authority, ...extensions, "-days", "2", "-out", "broker.crt");
		return { authorityPem: read("ca.crt"), certificatePem: read("broker.crt"), keyPem: read("broker.key") };
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}
