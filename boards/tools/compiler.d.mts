/**
 * Makes a folder for PATH with a `tsc` for mcconfig that only takes types away; returns it.
 * @param platform - the main module becomes the whole program for it, as bundle.mjs makes it.
 * @param hasTls - for a board; Linux has it always. */
export function makeCompiler(root: string, platform?: "esp32" | "linux", hasTls?: boolean): string;
