/** What the witness of a simulated day has seen of the true world: all that the invariants may ask. */
import type { MachineName, OperationId, RoleName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import type { FinishedOperation, Operation } from "../../core/domain/operation.ts";
import type { PlannedMove } from "../../core/domain/plan.ts";
import type { FaultyFarm } from "./faulty-farm.ts";
import type { PowerCommand } from "./side-effects.ts";

/** A power command in the moment before it reaches the BMC, or is executed by it. */
export interface PowerEvent {
  readonly machine: MachineName;
  readonly command: PowerCommand;
  /** Which controller gave it. */
  readonly by: string;
  /** That controller's operation of this machine. */
  readonly operation: Operation | undefined;
}

export interface BeginEvent {
  readonly move: PlannedMove;
  /** An operator's word asks for it, or may: a pin, force or pause about this machine or one of its roles. */
  readonly ordered: boolean;
}

export interface Begun {
  readonly machine: MachineName;
  readonly atMs: number;
}

export interface Evidence {
  readonly farm: FaultyFarm;
  /** Monotonic ms of the simulation. */
  readonly nowMs: () => number;
  /** By `role machine`: when it last served, truly. */
  readonly lastServed: ReadonlyMap<string, number>;
  /** By `role machine`: when it was last up in that role, truly, and could be heard. */
  readonly lastUp: ReadonlyMap<string, number>;
  /** When it last came up, truly; absent since it went off. */
  readonly upSince: ReadonlyMap<MachineName, number>;
  /** When it was last seen off. */
  readonly lastOff: ReadonlyMap<MachineName, number>;
  /** Since when no controller could have heard it. */
  readonly silentSince: ReadonlyMap<MachineName, number>;
  /** Every operation that began, oldest first. */
  readonly begun: readonly Begun[];
  /** When an operation ended in quarantine. */
  readonly failures: readonly number[];
  /** By operation, in order: each power command that was sent, and when. */
  readonly sent: ReadonlyMap<OperationId, readonly { readonly command: PowerCommand; readonly atMs: number }[]>;
  /** The last power command that a machine's BMC has executed. */
  readonly executed: ReadonlyMap<MachineName, PowerCommand>;
  /** Machines whose link somebody replaced, and that does not name yet again what they run: an operator repairs it. */
  readonly foreignLinks: ReadonlySet<MachineName>;
  /** What was last said of a role's load, and what was true. */
  readonly heard: ReadonlyMap<RoleName, Heard>;
  /** For each demand that was told under one configuration: how many machines the role then wanted. */
  readonly wanted: Map<string, number | null>;
  /** The true number of boots of each machine when its operation began. */
  readonly bootsBefore: ReadonlyMap<OperationId, string | null>;
}

export interface Heard {
  readonly truth: DemandFacts;
  readonly told: DemandFacts;
  /** Since when it has been told as less than half of what it is, with no word of truth between; null: it is not. */
  readonly lowSinceMs: number | null;
}

/** Less than half: what counts as a sudden drop. */
export const isTooLow = (truth: DemandFacts, told: DemandFacts): boolean =>
  truth.demand.kind === "known" && told.demand.kind === "known" && told.demand.value < truth.demand.value / 2;

export interface EndEvent {
  readonly finished: FinishedOperation;
}

export const served = (role: RoleName, machine: MachineName): string => `${role} ${machine}`;
