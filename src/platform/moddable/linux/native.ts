/** The functions of native/linux-host/linux-host.c, one by one; `host.ts` gives them their meaning. */

/** Milliseconds since boot; a double, never jumps. */
export const ticksMs: () => number = native("xs_linux_ticks");
/** The environment variable, or undefined. */
export const environment: (name: string) => string | undefined = native("xs_linux_environment");
/** The file's text, or undefined when there is none; throws when it cannot be used. */
export const readFile: (path: string) => string | undefined = native("xs_linux_read_file");
/** Replaces the file atomically, with mode 0600; throws when it cannot. */
export const writeFile: (path: string, text: string) => void = native("xs_linux_write_file");
/** Ends the process at once. */
export const exit: (status: number) => void = native("xs_linux_exit");
/** Runs the program again with the arguments that it was started with; ends it when that cannot be. */
export const restart: () => void = native("xs_linux_restart");
/** Calls back for each SIGINT and SIGTERM. */
export const onStop: (callback: () => void) => void = native("xs_linux_on_stop");
/** Calls back once, later, with an IPv4 address or undefined. */
export const resolve: (name: string, callback: (address: string | undefined) => void) => void =
	native("xs_linux_resolve");
/** Bytes of the process in memory, or undefined. */
export const residentBytes: () => number | undefined = native("xs_linux_resident");
