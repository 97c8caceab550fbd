/** A fixed corpus of simulated days with faults, and what the simulator itself must be able to do. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FAULT_KINDS } from "../../src/simulation/faults/fault-kinds.ts";
import { planFaults, runSeed } from "../../src/simulation/faults/run-seed.ts";
import { describeTrace, shrink } from "../../src/simulation/faults/shrink.ts";
import { describeTotals, tooTame, totalsOf } from "../../src/simulation/faults/totals.ts";

const CORPUS = [1, 2, 3, 4, 5, 6, 7, 8];
const CORPUS_MS = 600_000;

test(
  "no invariant breaks in the corpus, nor in any seed that ever failed, and everything comes right after the last fault",
  async () => {
    const failed = await readFile(new URL("failed-seeds.txt", import.meta.url), "utf8");
    const seeds = [...failed.matchAll(/^\d+/gm)].map(([seed]) => Number(seed));
    const results = [];
    for (const seed of [...seeds, ...CORPUS]) {
      const result = await runSeed(seed);
      expect(result.violations, `npm run simulate:faults -- --seed ${seed}`).toEqual([]);
      results.push(result);
    }
    const totals = totalsOf(results);
    console.info(describeTotals(totals).join("\n"));
    expect(tooTame(totals)).toBeNull();
  },
  CORPUS_MS,
);

test(
  "nor in seeds that nobody has run before",
  async () => {
    // The second of the day and year: another farm and other faults in every run of the suite.
    const first = 1_000_000 + (Math.floor(Date.now() / 1_000) % 100_000_000);
    for (const seed of [first, first + 1, first + 2, first + 3]) {
      const { violations } = await runSeed(seed);
      expect(violations, `npm run simulate:faults -- --seed ${seed}; then add it to failed-seeds.txt`).toEqual([]);
    }
  },
  CORPUS_MS,
);

test("the same seed gives the same day, event by event", async () => {
  const [one, other] = [await runSeed(2), await runSeed(2)];
  expect(other).toEqual(one);
});

test("every kind of fault comes in a few hundred seeds, and ends three hours before its day does", () => {
  const days = Array.from({ length: 300 }, (_, index) => planFaults(index + 1));
  const kinds = new Set(days.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual(FAULT_KINDS.map(({ name }) => name).sort());
  for (const { hours, faults } of days) {
    expect(faults.length).toBeGreaterThanOrEqual(5);
    for (const { atMs, forMs } of faults) expect(atMs + forMs).toBeLessThanOrEqual((hours - 3) * 3_600_000);
  }
});

test("a violation is told with the shortest list of faults that still shows it", async () => {
  const faults = planFaults(2).faults.slice(0, 3);
  const violation = { invariant: "S1", why: "made up", atMs: faults.at(-1)?.atMs ?? 0 };
  // Nothing breaks here, so nothing may be left out: what is not needed is known only by what happens without it.
  const trace = await shrink(2, faults, violation);
  expect(trace.faults).toEqual(faults);
  expect(describeTrace(trace).at(-1)).toContain("S1 is broken: made up");
});

test("a corpus without faults or moves is too tame to prove anything", async () => {
  const quiet = await runSeed(2, []);
  expect(tooTame(totalsOf([quiet]))).toContain("0 faults in 1 seeds");
  expect(tooTame(totalsOf([{ ...quiet, faults: planFaults(2).faults, ended: { ...quiet.ended, done: 3 } }]))).toContain(
    "3 completed moves",
  );
});
