import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { test: { name: "simulation", include: ["test/simulation/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: { name: "component", include: ["test/component/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
