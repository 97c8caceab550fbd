/** Evidence for the role chart in tests: a role of six machines in a quiet moment, and what differs from it. */

import { newRole, type RoleContext, roleContext, stepRole } from "../../../src/core/decide/role.statechart.ts";
import type { RoleEvidence, RoleHoldPolicy } from "../../../src/core/decide/role-evidence.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";

export interface TickSpec extends Partial<Omit<RoleEvidence, "wanted" | "policy">> {
  readonly wants?: number | null;
  readonly hungry?: boolean;
  readonly policy?: Partial<RoleHoldPolicy>;
}

export function evidence({ wants = 6, hungry = false, policy, ...given }: TickSpec = {}): RoleEvidence {
  return {
    deltaMs: 10_000,
    wanted: { count: wants, hungry },
    rest: false,
    level: wants === null ? null : wants * 50,
    confirm: null,
    assigned: 6,
    stuck: 0,
    floor: 2,
    ceiling: 20,
    paused: null,
    forced: null,
    ...given,
    policy: {
      holdUpMs: 60_000,
      holdDownMs: 300_000,
      coolMs: 0,
      suspectForMs: 1_800_000,
      step: null,
      blind: "hold",
      ...policy,
    },
  };
}

export const tick = (given: TickSpec = {}) => ({ type: "TICK" as const, evidence: evidence(given) });
export const commit = (count: number) => ({ type: "COMMIT" as const, count, reasons: [] });

export const run = (
  events: readonly Parameters<typeof stepRole>[1][],
  from: ChartSnapshot = newRole(),
): ChartSnapshot => events.reduce(stepRole, from);

export const rangeOf = (role: ChartSnapshot): readonly [number, number] => {
  const { permitted }: RoleContext = roleContext(role);
  return [permitted.min, permitted.max];
};
