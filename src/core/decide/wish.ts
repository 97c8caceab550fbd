/** One role's wish: what it would like, and the machines that it has and could have. */
import type { LazyAccounts, Wanted } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { Policy } from "../domain/policy.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Reading } from "../domain/reading.ts";
import type { Site } from "../domain/site.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { Assignment } from "./assignment.ts";

/** All that a decision is made from. */
export interface WishPremises {
  readonly state: PoolState;
  readonly observation: Observation;
  readonly site: Site;
  /** Made once, for decide and plan: both see the same machines in the same places. */
  readonly assignment: Assignment;
  /** What is to be expected of roles whose policy decides ahead; a role of which too little is known is not there. */
  readonly forecasts?: ReadonlyMap<RoleName, Forecast>;
  /** Of the decision before, of those roles. */
  readonly lazy?: ReadonlyMap<RoleName, LazyAccounts>;
  /** False: nobody will ask why, as in a back-test of many days. */
  readonly explained?: boolean;
}

export interface Wish {
  readonly policy: Policy;
  readonly demand: Reading;
  readonly wanted: Wanted;
  /** As `RoleDecision` has it. */
  readonly needed: number | null;
  /** Where the lazy rule decided. */
  readonly lazy: LazyAccounts | null;
  /** Capacities: of the role's machines that serve, of those on their way to it, of those that could come. */
  readonly serving: readonly number[];
  readonly arriving: readonly number[];
  readonly others: readonly number[];
  /** Of its own, how many can't leave. */
  readonly stuck: number;
}
