import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
	test: {
		root: fileURLToPath(new URL("../..", import.meta.url)),
		include: ["host-tests/browser/**/*.browser.ts"],
		testTimeout: 90_000,
		hookTimeout: 60_000,
		// Two browsers at a time: most of a test is waiting, and on a busy machine every time limit would be wrong.
		maxWorkers: 2,
	},
});
