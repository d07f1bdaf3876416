/**
 * What SDK 8.2.3 declares and `@moddable/typings` 5.6.0 does not. Only the check without an SDK reads this file; with one,
 * $MODDABLE/typings says it.
 */

/** Makes a function of the C function `name` (xs.d.ts). */
declare function native<F extends (...parameters: never[]) => unknown>(name: string): F;
