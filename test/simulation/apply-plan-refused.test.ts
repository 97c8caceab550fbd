/** What keeps an operator's approval from beginning anything: each has its own code, and is audited. */
import { expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { type Bench, BY, FOR_AN_HOUR, startBench } from "../unit/http/support/bench.ts";
import { apply, planOf, type Shown, withProposals } from "./support/proposals.ts";

const refusals: readonly (readonly [code: string, make: () => Promise<Bench & { shown: Shown }>])[] = [
  [
    "RTK_STOPPED",
    async () => {
      let stopped: string | null = null;
      const bench = await withProposals({ stopped: () => stopped });
      stopped = "a fire drill";
      return bench;
    },
  ],
  [
    "RTK_PAUSED",
    async () => {
      const bench = await withProposals();
      await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: "pool" });
      return bench;
    },
  ],
  [
    "RTK_BREAKER_OPEN",
    async () => {
      const bench = await withProposals();
      const failure = { image: null, rack: null, effect: null, why: "no boot", ageMs: 0, overcome: false };
      const failures = ["m21", "m22", "m23"].map((name) => ({ ...failure, machine: machineName(name) }));
      bench.controller.state = { ...bench.controller.state, failures };
      return bench;
    },
  ],
  [
    "RTK_HELD",
    async () => {
      const bench = await withProposals();
      bench.controller.state = { ...bench.controller.state, recoveringMs: 60_000 };
      return bench;
    },
  ],
  [
    "RTK_STALE",
    async () => {
      const bench = await withProposals();
      bench.simulation.world.clock.advance(60_000);
      return bench;
    },
  ],
  [
    "RTK_NOT_ADVISING",
    async () => {
      let mode: "advise" | "auto" = "advise";
      const bench = await withProposals({ mode: () => mode });
      mode = "auto";
      return bench;
    },
  ],
  [
    "RTK_NOT_ADOPTED",
    async () => {
      const bench = await startBench({ mode: () => "advise", adopted: false });
      await bench.simulation.turn();
      return { ...bench, shown: await planOf(bench) };
    },
  ],
  [
    "RTK_NOT_OBSERVED",
    async () => ({
      ...(await startBench({ mode: () => "advise", adopted: false })),
      shown: { id: "0123456789abcdef", moves: [] },
    }),
  ],
];

test.each(refusals)("%s: nothing begins, and the audit log says why", async (code, make) => {
  const bench = await make();
  const answer = await apply(bench, bench.shown.id);
  expect(answer).toMatchObject({ status: 409, body: { code } });
  expect(bench.controller.state.operations.size).toBe(0);
  const [entry] = await bench.store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ who: "ada", action: `apply plan ${bench.shown.id}`, why: BY.reason });
  expect(entry?.refused).toMatch(new RegExp(`^${code}: `));
});
