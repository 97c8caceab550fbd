/** What a role's history says of its policy's figures: proposals, the prices that they stand for, and the curves that show why. */
import { moveMinutes } from "../decide/forecast-wanted.ts";
import type { Policy } from "../domain/policy.ts";
import {
  cheapestHeadroom,
  costOfHeadroom,
  type DemandByMinute,
  type HeadroomCost,
  type ImpliedPrice,
  impliedPrice,
  proposeHeadroom,
  type Rises,
  risesWithin,
} from "./headroom.ts";
import { mediansByLoad, proposePerMachine, type SaturationPoint, saturationPoints } from "./per-machine.ts";
import type { Proposal } from "./proposal.ts";

export interface RoleHistory {
  readonly policy: Policy;
  readonly demand: DemandByMinute;
  /** Machines that served, and a signal of their saturation, by the same minutes; null: not recorded at all. */
  readonly machines: DemandByMinute | null;
  readonly signal: DemandByMinute | null;
  /** Durations of the pool's last boots, ms. */
  readonly bootMs: readonly number[];
}

export interface RoleCalibration {
  readonly role: string;
  /** As the policy has them now; `perMachine` null where it is `slots`. */
  readonly present: { readonly perMachine: number | null; readonly headroom: number; readonly shortageCost: number };
  /** Its forecast's spread stands for the headroom, as long as there is a forecast. */
  readonly decidesAhead: boolean;
  readonly perMachine: Proposal<number>;
  /** Medians of the signal by load a machine. */
  readonly saturation: readonly SaturationPoint[];
  readonly headroom: Proposal<number>;
  /** The price for which the present headroom is the cheapest; null where headroom can't be told. */
  readonly impliedPrice: ImpliedPrice | null;
  /** For each price the headroom that is the cheapest, and what it leaves short and idle. */
  readonly prices: readonly { readonly shortageCost: number; readonly cost: HeadroomCost }[];
  /** From no headroom on. */
  readonly curve: readonly HeadroomCost[];
}

const PRICES = [2, 5, 10, 20, 50, 100];
const CURVE_POINTS = 60;
/** A distccd machine's, where the policy says `slots`: only the scale of what is short and idle hangs on it. */
const USUAL_SLOTS = 4;
const MINUTE_MS = 60_000;

/** Null: the role takes the rest, so nothing of it is measured. */
export function calibrateRole(history: RoleHistory): RoleCalibration | null {
  const { policy, bootMs } = history;
  const { demand, shortageCost } = policy;
  if (demand.kind === "rest") return null;
  // What is decided now goes by the minute before, waits for the hold, and serves after a move.
  const aheadMinutes = 1 + Math.ceil(policy.hold.up / MINUTE_MS) + moveMinutes(bootMs);
  const rises = risesWithin(history.demand, aheadMinutes);
  const headroom = proposeHeadroom(rises, shortageCost);
  const present = demand.perMachine === "slots" ? null : demand.perMachine;
  return {
    role: policy.role,
    present: { perMachine: present, headroom: demand.headroom, shortageCost },
    decidesAhead: policy.forecast !== "none",
    ...saturationOf(history),
    headroom,
    impliedPrice: headroom.ok ? impliedPrice(rises, demand.headroom) : null,
    ...(headroom.ok ? costs(rises, present ?? USUAL_SLOTS, Math.max(headroom.value, demand.headroom)) : NO_COSTS),
  };
}

const NO_COSTS = { prices: [], curve: [] };

function costs(rises: Rises, perMachine: number, percent: number): Pick<RoleCalibration, "prices" | "curve"> {
  const most = Math.max(30, 1.5 * percent);
  return {
    prices: PRICES.map((shortageCost) => {
      const cheapest = cheapestHeadroom(rises, shortageCost);
      return { shortageCost, cost: costOfHeadroom(rises, cheapest, perMachine) };
    }),
    curve: Array.from({ length: CURVE_POINTS + 1 }, (_, point) =>
      costOfHeadroom(rises, (most * point) / CURVE_POINTS, perMachine),
    ),
  };
}

function saturationOf({ demand, machines, signal }: RoleHistory): Pick<RoleCalibration, "perMachine" | "saturation"> {
  const missing = [
    ...(machines === null ? ["how many machines served"] : []),
    ...(signal === null ? ["a signal of their saturation, as a p95 latency or CPU busy"] : []),
  ];
  if (machines === null || signal === null)
    return { perMachine: { ok: false, why: `the history does not say ${missing.join(", nor ")}` }, saturation: [] };
  const points = saturationPoints(demand, machines, signal);
  return { perMachine: proposePerMachine(points), saturation: mediansByLoad(points) };
}
