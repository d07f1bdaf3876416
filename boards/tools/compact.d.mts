/** A part of the program's text. */
export type Range = { readonly start: number; readonly end: number };

/** Calls marked so that what they call is not written in their place, but in the ranges of `rare`. */
export function keepFunctions(code: string, rare?: readonly Range[]): string;

/** Private members as properties with short names, which classes that extend one another do not share. */
export function exposePrivateNames(code: string): string;

/** Fields as assignments of the constructor. */
export function moveFields(code: string): string;

/** Declared functions as arrow functions. */
export function useArrows(code: string): string;

/** Numbers with a name as numbers, and texts that are used once. */
export function inlineConstants(code: string): string;

/** All of these, and every name short. Fails if `code` is not the text of a module. */
export function compactProgram(code: string, rare?: readonly Range[]): Promise<string>;
