/** The three suites that need no browser and no lab; they run one after another, so that component tests get the cores for themselves. */
import { defineConfig } from "vitest/config";

// Two workers: the smallest machine that these tests are meant for has two cores.
const maxWorkers = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          pool: "threads",
          maxWorkers,
          testTimeout: 10_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          pool: "threads",
          maxWorkers,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "component",
          include: ["test/component/**/*.test.ts"],
          // Processes: a component test's signals, working directory and open files are its own.
          pool: "forks",
          maxWorkers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
