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
  /** Why nothing new may start at all, if so: paused, tripped, stopped, recovering, most of the fleet unknown. */
  readonly held: readonly string[];
}
