/** `0.1.0+g1234abc.dirty`, or package.json's version when the description of `git describe` adds nothing to it. */
export function versionOf(packageVersion: string, description: string): string;

/** The version of the program in `root`, by default here; never fails for want of git. */
export function programVersion(root?: string): string;

/** Milliseconds since 1970-01-01T00:00:00Z: a midnight before the program in `root` was made, by git or SOURCE_DATE_EPOCH. */
export function firmwareDateMs(root?: string): number;

/** Writes build/version/version.ts for mcconfig; returns the version. */
export function writeVersionModule(root?: string, version?: string): string;
