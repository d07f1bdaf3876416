/** Makes a folder for PATH with a `tsc` for mcconfig that only takes types away; returns it. */
export function makeCompiler(root: string): string;
