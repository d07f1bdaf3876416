/**
 * Where a program that is not built says which version it is, before anything of it is loaded: platform/node/program-version.ts.
 */
type Host = { readonly p1DongleVersion?: string };

/**
 * Version of the program, such as "0.1.0+g1234abc", the same wherever it is shown. What mcconfig builds has
 * build/version/version.ts in the place of this file. Without either it is package.json's; a test holds them equal.
 */
export const VERSION: string = (globalThis as Host).p1DongleVersion ?? "0.1.0";
