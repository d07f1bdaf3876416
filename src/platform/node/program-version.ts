import { programVersion } from "../../../boards/tools/version.mjs";

// Has to be the first import of a program: version.ts looks once.
Object.assign(globalThis, { p1DongleVersion: programVersion() });
