/** See build.mjs. */
export const PAGE_PATH: string;
/** See build.mjs. */
export function buildPage(): Promise<{
	readonly file: Uint8Array;
	readonly html: string;
	readonly gzip: Uint8Array;
}>;
/** See build.mjs. */
export function readPage(): Promise<Uint8Array>;
