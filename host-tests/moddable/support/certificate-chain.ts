import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type CertificateChain = {
	readonly authorityPem: string;
	/** For the name or address, signed by the authority. */
	readonly certificatePem: string;
	readonly keyPem: string;
};

const KEYS = {
	rsa: ["-newkey", "rsa:2048", "-nodes"],
	ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
} as const;

/**
 * Makes an authority and a broker's certificate; nothing of it is kept. The authority has an identifier of its own key, as
 * openssl gives it by default: the SDK's TLS needs that.
 * @param names - as in subjectAltName. */
export function makeCertificateChain(key: keyof typeof KEYS, names: string): CertificateChain {
	const directory = mkdtempSync(join(tmpdir(), "p1-rsa-"));
	const run = (...args: string[]): void => {
		execFileSync("openssl", args, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
	};
	const read = (name: string): string => readFileSync(join(directory, name), "utf8");
	try {
		writeFileSync(
			join(directory, "openssl.cnf"),
			[
				"[req]\ndistinguished_name = name\n[name]",
				"[authority]\nbasicConstraints = critical,CA:TRUE\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always",
				`[broker]\nbasicConstraints = CA:FALSE\nsubjectAltName = ${names}\n`,
			].join("\n"),
		);
		const config = ["-config", "openssl.cnf"];
		const authority = ["-extensions", "authority", "-days", "2", "-subj", "/CN=Test authority"];
		run("req", "-x509", ...config, ...KEYS[key], ...authority, "-keyout", "ca.key", "-out", "ca.crt");
		run(
			"req",
			"-new",
			...config,
			...KEYS[key],
			"-subj",
			"/CN=Test broker",
			"-keyout",
			"broker.key",
			"-out",
			"broker.csr",
		);
		const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
		const extensions = ["-extfile", "openssl.cnf", "-extensions", "broker"];
		run("x509", "-req", "-in", "broker.csr", ...signer, ...extensions, "-out", "broker.crt");
		return { authorityPem: read("ca.crt"), certificatePem: read("broker.crt"), keyPem: read("broker.key") };
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}
