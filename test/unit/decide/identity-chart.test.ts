/**
 * The role chart truly decides: each of these sentences holds with it, and is false once it is replaced by the identity,
 * a chart that permits exactly what is wanted and commits what it is given.
 */

import { describe, expect, test } from "vitest";
import { type AnyStateMachine, assign, setup } from "xstate";
import { decide } from "../../../src/core/decide/decide.ts";
import {
  type RoleContext,
  type RoleEvent,
  roleChart,
  roleContextSchema,
} from "../../../src/core/decide/role.statechart.ts";
import type { RoleEvidence } from "../../../src/core/decide/role-evidence.ts";
import { newHolds } from "../../../src/core/decide/role-holds.ts";
import type { Chart } from "../../../src/core/domain/chart.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import { known, unknown } from "../../../src/core/domain/reading.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { buildPool, type PoolSpec } from "../support/pool.ts";
import { machines, order } from "../support/ticks.ts";

const wantedAsIs = ({ wanted, ceiling }: RoleEvidence): RoleContext["permitted"] => {
  const count = wanted.count ?? 0;
  return { min: 0, max: wanted.hungry ? ceiling : count, keep: 0, asks: count, wish: count, reasons: [] };
};

const identityMachine = setup({
  types: { context: {} as RoleContext, events: {} as RoleEvent },
  actions: {
    pass: assign(({ event }) => (event.type === "TICK" ? { permitted: wantedAsIs(event.evidence) } : {})),
    commit: assign(({ event }) => (event.type === "COMMIT" ? { desired: event.count, reasons: event.reasons } : {})),
  },
}).createMachine({
  context: {
    holds: newHolds(),
    permitted: { min: 0, max: 0, keep: 0, asks: 0, wish: 0, reasons: [] },
    desired: null,
    reasons: [],
  },
  initial: "steady",
  states: { steady: { on: { TICK: { actions: "pass" }, COMMIT: { actions: "commit" } } } },
});
const identityChart: Chart<AnyStateMachine> = { version: 1, machine: identityMachine, context: roleContextSchema };

const web = { demand: { series: "sessions", perMachine: 55, confirm: "requests" }, machines: { floor: 4 } };
const compile = { demand: "rest", machines: { floor: 0 }, shortageCost: 1 };
const base: PoolSpec = {
  machines: { ...machines(1, 6, { in: "web" }), ...machines(7, 6, { in: "compile" }) },
  policies: { web, compile },
  demand: { web: 270 },
};
const high = { ...base, demand: { web: 400 } };
const low = { ...base, demand: { web: 200 } };
const webWith = (given: object) => ({ policies: { web: { ...web, ...given }, compile } });

/** web's desired count after these ticks, and the machines that the last one's plan would move. */
function after(chart: Chart<AnyStateMachine>, ...specs: readonly PoolSpec[]) {
  let roles: PoolState["roles"] = new Map();
  let result = { web: 0, moves: 0 };
  for (const spec of specs) {
    const built = buildPool(spec);
    const decision = decide({ ...built, state: { ...built.state, roles } }, chart);
    roles = decision.charts;
    const plan = makePlan({ ...built, decision });
    result = { web: decision.roles.get(roleName("web"))?.desired ?? -1, moves: plan.moves.length };
  }
  return result;
}

const forceNine = order({ kind: "forceCount", role: roleName("web"), count: 9 });
const pauseWeb = order({ kind: "pause", scope: { kind: "role", role: roleName("web") }, direction: "both" });
const minute = { deltaMs: 60_000 };
const drop = { ...base, ...webWith({ hold: { down: "0s" } }) };

const sentences: Record<string, (chart: Chart<AnyStateMachine>) => boolean> = {
  "a rise in demand waits for the hold up": (chart) => after(chart, base, high).web === 6,
  "a fall in demand waits for the hold down": (chart) => after(chart, base, low).web === 6,
  "unknown demand takes no machine": (chart) => {
    const blind = after(chart, base, { ...base, demand: { web: unknown("no series") } });
    return blind.web === 6 && blind.moves === 0;
  },
  "a floor holds however low demand is": (chart) =>
    after(chart, { ...base, demand: { web: 0 }, deltaMs: 600_000 }).web === 4,
  "a drop that nothing confirms is held": (chart) =>
    after(chart, drop, { ...drop, demand: { web: { demand: known(10), confirm: unknown("no series") } } }).web === 6,
  "the step limits growth": (chart) =>
    after(chart, { ...high, ...minute, ...webWith({ machines: { floor: 4, step: 1 } }) }).web === 7,
  "the count rests after a change": (chart) => {
    const cool = webWith({ hold: { up: "0s", down: "0s", cool: "10m" } });
    return after(chart, { ...base, ...cool }, { ...high, ...cool }, { ...base, ...cool }).web === 9;
  },
  "an operator's forced count stands": (chart) => after(chart, { ...base, overrides: [forceNine] }).web === 9,
  "a paused role stays as it is": (chart) => after(chart, { ...high, ...minute, overrides: [pauseWeb] }).web === 6,
  "an operator's pinned machines stay the role's": (chart) => {
    const pins = ["m01", "m02", "m03", "m04", "m05", "m06"].map((name) =>
      order({ kind: "pin", machine: name as never }),
    );
    return after(chart, { ...low, deltaMs: 600_000, overrides: pins }).web === 6;
  },
};

describe("with the role chart", () => {
  test.each(Object.keys(sentences))("%s", (sentence) => {
    expect(sentences[sentence]?.(roleChart)).toBe(true);
  });
});

describe("with the identity in its place it is no longer true that", () => {
  test.each(Object.keys(sentences))("%s", (sentence) => {
    expect(sentences[sentence]?.(identityChart)).toBe(false);
  });
});
