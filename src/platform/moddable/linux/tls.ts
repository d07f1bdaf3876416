import TLSSocket from "embedded:io/socket/tcp/tls";
import type { DriverTcp } from "../driver-tcp.js";

/** The SDK's TLS over its TCP, as far as the program has it. */
export const SecureSocket: (new (options: object) => DriverTcp) | undefined = TLSSocket as unknown as new (
	options: object,
) => DriverTcp;
