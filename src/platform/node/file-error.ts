const EXPLANATIONS: Readonly<Record<string, string>> = {
	ENOENT: "no such file",
	EACCES: "you may not read or write it",
	EPERM: "you may not read or write it",
	EISDIR: "that is a directory, not a file",
	ENOTDIR: "a part of the path is no directory",
	ENOSPC: "the disk is full",
	EROFS: "the disk is read-only",
	EMFILE: "too many files are open",
};

/** The code of a system error such as ENOENT; undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
	if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
	return typeof error.code === "string" ? error.code : undefined;
}

/** Says for people why a file cannot be used: `PATH: no such file`. */
export function explainFileError(path: string, error: unknown): string {
	const code = systemErrorCode(error);
	const known = code === undefined ? undefined : EXPLANATIONS[code];
	if (known !== undefined) return `${path}: ${known}`;
	return `${path}: ${code ?? (error instanceof Error ? error.message : String(error))}`;
}
