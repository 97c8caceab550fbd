/** Ticks over a small pool: decide, plan, and short ways to say what came out. */
import { decide } from "../../../src/core/decide/decide.ts";
import type { Decision } from "../../../src/core/domain/decision.ts";
import type { OverrideId } from "../../../src/core/domain/names.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { Override, OverrideAct } from "../../../src/core/domain/override.ts";
import type { Plan } from "../../../src/core/domain/plan.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { buildPool, type MachineSpec, NOW_MS, type Pool, type PoolSpec } from "./pool.ts";

/** `m01` … in one place. */
export function machines(from: number, count: number, spec: MachineSpec): Record<string, MachineSpec> {
  const names = Array.from({ length: count }, (_, index) => `m${String(from + index).padStart(2, "0")}`);
  return Object.fromEntries(names.map((name) => [name, spec]));
}

export function order(act: OverrideAct, given: Partial<Override> = {}): Override {
  const id = `o-${JSON.stringify(act)}` as OverrideId;
  const said = { author: "ada", reason: "test", createdMs: NOW_MS - 1_000, expiresMs: NOW_MS + 3_600_000 };
  return { id, act, ...said, overrideFloor: false, ...given };
}

/** One tick after another over the same pool, each with what differs; role charts carry over. */
export function decideTicks(specs: readonly PoolSpec[]): { readonly pool: Pool; readonly decision: Decision } {
  let roles: PoolState["roles"] = new Map();
  let last: { spec: PoolSpec; pool: Pool; decision: Decision } | null = null;
  for (const spec of specs) {
    const built = buildPool(spec, last !== null && isSameSite(spec, last.spec) ? last.pool.site : undefined);
    const pool = { ...built, state: { ...built.state, roles } };
    const decision = decide(pool);
    roles = decision.charts;
    last = { spec, pool: { ...pool, state: { ...pool.state, roles } }, decision };
  }
  if (last === null) throw new Error("no tick given");
  return last;
}

const isSameSite = (a: PoolSpec, b: PoolSpec): boolean =>
  a.machines === b.machines && a.policies === b.policies && a.limits === b.limits;

export function planOf(...specs: readonly PoolSpec[]): Plan {
  const { pool, decision } = decideTicks(specs);
  return makePlan({ ...pool, decision });
}

export const desired = (decision: Decision, role: string): number | undefined =>
  decision.roles.get(roleName(role))?.desired;

/** `m07 compile→web`, as the plan orders them. */
export const movesOf = (plan: Plan): string[] => plan.moves.map(({ machine, from, to }) => `${machine} ${from}→${to}`);
