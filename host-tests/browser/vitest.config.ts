import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
	test: {
		root: fileURLToPath(new URL("../..", import.meta.url)),
		include: ["host-tests/browser/**/*.browser.ts"],
		testTimeout: 90_000,
		hookTimeout: 60_000,
		// One browser at a time: a busy machine makes every time limit wrong.
		fileParallelism: false,
	},
});
