import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["host-tests/**/*.test.ts"],
		testTimeout: 20_000,
		coverage: {
			provider: "v8",
			include: ["src/**/*.ts"],
			exclude: ["src/main.ts", "src/platform/moddable/**", "src/ports/**"],
			reporter: ["text-summary", "text"],
			thresholds: { "src/core/**": { branches: 100, functions: 100, lines: 100, statements: 100 } },
		},
	},
});
