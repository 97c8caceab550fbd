/** What the pool should look like, and the whole chain of reasons; explain, the API and the page show nothing else. */
import type { RoleName } from "./names.ts";
import type { ChartSnapshot } from "./operation.ts";
import type { Reading } from "./reading.ts";

/** From demand and forecast alone. `count` is null when demand is unknown. */
export interface Wanted {
  readonly count: number | null;
  /** The role takes whatever is left: `rest`, or every slot busy. */
  readonly hungry: boolean;
  readonly reason: string;
  /** Only of a role that decided ahead. */
  readonly ahead?: Ahead;
}

/**
 * The lazy rule's memory, of a role that would decide ahead and has no forecast yet: one account for each machine of the pool, in
 * machine-hours: 0 = surely wanted … there-and-back = surely not.
 */
export interface LazyAccounts {
  readonly accounts: readonly number[];
  readonly wanted: readonly boolean[];
}

/** The whole arithmetic of a count that was decided ahead. Machines are usual ones; costs are machine-hours of the rest role. */
export interface Ahead {
  /** Those that serve and those on their way, before this decision. */
  readonly present: number;
  /** `present`, less one for each chosen machine that leaves, plus one for each chosen that comes. */
  readonly count: number;
  /** Of an hour: of a machine short, of a machine that the rest role could have used. And of one move, its time apart. */
  readonly prices: { readonly shortage: number; readonly building: number; readonly wear: number };
  /** What a move must be expected to save to be made, machine-hours. */
  readonly leastGain: number;
  /** Machines in question, in the order in which they were: the last is the runner-up, unless all that there are were chosen. */
  readonly machines: readonly MarginalMachine[];
}

/** What a choice is expected to bring over the horizon, machine-hours: cost = building + wear − saved. */
export interface ChoiceCost {
  /** Shortage that it saves, priced. */
  readonly saved: number;
  readonly building: number;
  readonly wear: number;
  readonly cost: number;
}

/** One machine in question: the n-th of the role, to leave it or to come. */
export interface MarginalMachine {
  readonly machine: number;
  readonly move: "leave" | "come";
  /** Until a move that is decided now would be done. */
  readonly inMinutes: number;
  /** Then: the probability that it is needed at all, and the share of it that is needed on the mean. */
  readonly neededProbability: number;
  readonly neededShare: number;
  readonly now: ChoiceCost;
  readonly laterOrNever: ChoiceCost;
  /** laterOrNever.cost − now.cost: the move is made where that is above leastGain, or where it is for a machine after this one. */
  readonly advantage: number;
  readonly chosen: boolean;
  /** Machine-minutes: the time in which it serves nobody, and the wear. */
  readonly moveMinutes: number;
  /** From now until the move has brought in what it cost, by the forecast's means; `null`: not within four hours. */
  readonly paybackMinutes: number | null;
  /** The price of an hour's shortage at which the choice would be a toss-up; `null`: none would change it. */
  readonly tossUpShortage: number | null;
}

/** What evidence, holds, floors and overrides allow this role now; machines, both ends included. */
export interface PermittedRange {
  readonly min: number;
  readonly max: number;
  readonly reasons: readonly string[];
}

/** Machines of one role, counted by the table "who counts as what". */
export interface RoleCounts {
  /** Verified, serving, not draining: what the floor counts (S1). */
  readonly forFloor: number;
  /** As above, and machines whose beacon is late but not yet too old. */
  readonly capacity: number;
  /** `capacity` in units of a usual machine. */
  readonly capacityUnits: number;
  /** On their way here: in operation towards this role, or warming. */
  readonly arriving: number;
  /** On their way out of it. */
  readonly leaving: number;
}

export interface RoleDecision {
  readonly role: RoleName;
  readonly demand: Reading;
  readonly wanted: Wanted;
  /** Machines that the load of this moment fills, without headroom; null: unknown, or a role that takes the rest. */
  readonly needed: number | null;
  readonly permitted: PermittedRange;
  /** Committed by the role chart. Machines, those on their way here included. */
  readonly desired: number;
  /** The role chart's state, as a word: steady, pressed, growing, slack, shrinking, cooling, blind, suspect, forced, paused. */
  readonly state: string;
  readonly floor: number;
  readonly counts: RoleCounts;
  /** One step of the decision each, in order, in a sysadmin's words. */
  readonly reasons: readonly string[];
}

export interface Decision {
  readonly atMs: number;
  readonly roles: ReadonlyMap<RoleName, RoleDecision>;
  readonly spareDesired: number;
  /** The charts after this decision; they become the pool state's. */
  readonly charts: ReadonlyMap<RoleName, ChartSnapshot>;
  /** To be handed in at the next tick; a restart begins anew from what is there. */
  readonly lazy: ReadonlyMap<RoleName, LazyAccounts>;
  /** Why nothing new may start at all, if so: paused, tripped, stopped, recovering, most of the fleet unknown. */
  readonly held: readonly string[];
}
