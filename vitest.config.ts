/** The three suites that need no browser and no lab, and the lab's; they run one after another, so that component tests get the cores for themselves. */
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

// Two workers: the smallest machine that these tests are meant for has two cores.
const maxWorkers = 2;

// Real machines, one test file after another: each has the lab's network and both cores. Only where scripts/lab.mjs has made
// that network.
const lab: TestProjectInlineConfiguration = {
  test: {
    name: "lab",
    include: ["test/lab/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    sequence: { groupOrder: 5 },
  },
};

// A minute of simulated days on both cores, over the built program: in `npm test`, and by itself as `npm run test:mutants`.
const mutants: TestProjectInlineConfiguration = {
  test: {
    name: "mutants",
    include: ["test/simulation/mutants/*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    sequence: { groupOrder: 6 },
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          pool: "threads",
          maxWorkers,
          // One load of the modules for all files: most of the suite's time would go into loading them anew for each.
          isolate: false,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "simulation",
          include: ["test/simulation/*.test.ts"],
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
      {
        test: {
          name: "browser",
          include: ["test/browser/*.test.ts"],
          pool: "forks",
          // Much of their time goes into waiting for the page.
          maxWorkers,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 4 },
        },
      },
      ...(process.env.RETASK_MUTANTS === undefined ? [] : [mutants]),
      ...(process.env.RETASK_LAB_IMAGES === undefined ? [] : [lab]),
    ],
  },
});
