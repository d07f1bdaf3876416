/**
 * Makes a folder for PATH with a `tsc` for mcconfig that only takes types away; returns it.
 * @param isBoard - the main module becomes the whole program, as bundle.mjs makes it. */
export function makeCompiler(root: string, isBoard?: boolean): string;
