import type { DriverTcp } from "../driver-tcp.js";

/** A board has no TLS unless it is built with it: in JavaScript it takes 103 kB of flash, and RAM that no board has. */
export const SecureSocket: (new (options: object) => DriverTcp) | undefined = undefined;
