import type { OpenStreamHash } from "../../ports/stream-hash.js";
import { DeviceStreamHash } from "./native/password-hash/password-hash.js";

/** {@link OpenStreamHash} in C. */
export const openStreamHash: OpenStreamHash = () => new DeviceStreamHash();
