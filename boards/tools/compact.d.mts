/** Private members as properties with short names, which classes that extend one another do not share. */
export function exposePrivateNames(code: string): string;

/** Fields as assignments of the constructor. */
export function moveFields(code: string): string;

/** Declared functions as arrow functions. */
export function useArrows(code: string): string;

/** Numbers with a name as numbers, and texts that are used once. */
export function inlineConstants(code: string): string;

/** All of these, and every name short. Fails if `code` is not the text of a module. */
export function compactProgram(code: string): Promise<string>;
