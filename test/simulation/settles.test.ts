/** Decide and plan together, tick after tick: while demand stays as it is, the pool comes to rest. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/core/decide/decide.ts";
import { SPARE } from "../../src/core/domain/names.ts";
import type { Plan } from "../../src/core/domain/plan.ts";
import type { PoolState } from "../../src/core/domain/pool-state.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { poolSpec } from "../unit/support/arbitraries.ts";
import { buildPool, DAY_S, type MachineSpec, type PoolSpec } from "../unit/support/pool.ts";

const TICKS = 60;
const RESTING_TICKS = 20;

/** All that would merely delay it is taken away: nothing is in operation, every limit is wide. */
const open = (spec: PoolSpec): PoolSpec => ({
  ...spec,
  machines: mapMachines(spec, ({ to, ...machine }) => ({ ...machine, in: to ?? machine.in, uptimeS: DAY_S })),
  limits: { ...(spec.limits as object), atOnce: "100%", perHour: "100%", perDomain: {}, dwell: "0s", windows: [] },
  spent: [],
  failures: [],
  rollouts: [],
  freezes: [],
  deltaMs: 10_000,
});

/** Every planned move is done before the next tick. */
const moved = (spec: PoolSpec, { moves }: Plan): PoolSpec => {
  const placed = new Map<string, MachineSpec>();
  for (const { machine, to, toImage } of moves) {
    const before = spec.machines[machine];
    if (before !== undefined) placed.set(machine, { ...before, in: to, off: to === SPARE && toImage === null });
  }
  return { ...spec, machines: mapMachines(spec, (machine, name) => placed.get(name) ?? machine) };
};

function mapMachines({ machines }: PoolSpec, change: (machine: MachineSpec, name: string) => MachineSpec) {
  return Object.fromEntries(Object.entries(machines).map(([name, machine]) => [name, change(machine, name)]));
}

function movesPerTick(start: PoolSpec): number[] {
  let spec = start;
  // Where a machine is does not change the site.
  const { site } = buildPool(start);
  let roles: PoolState["roles"] = new Map();
  return Array.from({ length: TICKS }, () => {
    const built = buildPool(spec, site);
    const pool = { ...built, state: { ...built.state, roles } };
    const decision = decide(pool);
    const plan = makePlan({ ...pool, decision });
    roles = decision.charts;
    spec = moved(spec, plan);
    return plan.moves.length;
  });
}

test("with demand unchanged every pool comes to rest, and stays there", () => {
  fc.assert(
    fc.property(poolSpec, (spec) => {
      const moves = movesPerTick(open(spec));
      expect(moves.slice(-RESTING_TICKS)).toEqual(Array(RESTING_TICKS).fill(0));
    }),
    { numRuns: 25 },
  );
});
