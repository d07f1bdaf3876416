/**
 * Where a program that is not built says which version it is, before anything of it is loaded: platform/node/program-version.ts.
 */
type Host = { readonly p1DongleVersion?: string };

/**
 * Version of the program, such as "0.1.0+g1234abc", the same wherever it is shown. What mcconfig builds has
 * build/version/version.ts in the place of this file. Without either it is package.json's; a test holds them equal.
 */
export const VERSION: string = (globalThis as Host).p1DongleVersion ?? "0.1.0";

/**
 * Milliseconds since 1970-01-01T00:00:00Z, before this program was made: no clock that is right shows less. What is built has the
 * day of its commit here.
 */
export const FIRMWARE_DATE_MS = 1_793_491_200_000;
