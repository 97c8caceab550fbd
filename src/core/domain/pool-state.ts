/** What retask remembers from tick to tick; all of it is stored, so that a restart forgets nothing. */

import type { ImageName, MachineName, OperationId, Placement, RoleName } from "./names.ts";
import type { EffectKind } from "./observation.ts";
import type { ChartSnapshot, Operation } from "./operation.ts";
import type { Override } from "./override.ts";
import type { Rollout } from "./rollout.ts";

export interface Quarantine {
  readonly why: string;
  readonly sinceMs: number;
  readonly operation: OperationId | null;
  /** What it should have come back as: should it do so late, it is released by itself. */
  readonly expected: { readonly placement: Placement; readonly image: ImageName | null } | null;
}

/** What is recorded of one machine, beside what is observed. Observed ≠ recorded is drift. */
export interface MachineRecord {
  /** A machine that was never adopted is a stray: shown and untouched. */
  readonly adopted: boolean;
  readonly placement: Placement | null;
  readonly image: ImageName | null;
  readonly bootId: string | null;
  /** Why its BMC can't be used (a refused password, or 3 failures in a row); it serves and counts, but isn't moved. */
  readonly unmanageable: string | null;
  readonly quarantine: Quarantine | null;
  /** Durations of its last boots (power on → verified), newest last, at most 20. */
  readonly bootMs: readonly number[];
  /** The wall-clock ms in its last operation's id: the next one's is greater, whatever the clock says. */
  readonly lastNamedMs: number;
}

/** One operation that counts against the limits. Its age grows with watched time only: a restart never refills a limit (S5). */
export interface Spend {
  readonly operation: OperationId;
  readonly machine: MachineName;
  readonly domains: Readonly<Record<string, string>>;
  readonly ageMs: number;
  /** A hard one: paced by what the surviving file server can carry, so it spends nothing of the hour. */
  readonly hard?: boolean | undefined;
  /** Why it was undone, where it was. */
  readonly undone?: string | undefined;
}

/** A failed re-tasking, for the breaker (S11). Ages as `Spend` does. */
export interface Failure {
  readonly machine: MachineName;
  readonly image: ImageName | null;
  readonly rack: string | null;
  readonly effect: EffectKind | null;
  readonly why: string;
  readonly ageMs: number;
  /** Since then its image or its rack did well, or the machine came out of quarantine: it is no reason to pause any more. */
  readonly overcome: boolean;
}

export interface PoolState {
  /** `retask adopt` was called on this store: until then everything only advises, whatever retask.yaml says. */
  readonly adopted: boolean;
  readonly mode: ChartSnapshot;
  readonly roles: ReadonlyMap<RoleName, ChartSnapshot>;
  readonly machines: ReadonlyMap<MachineName, MachineRecord>;
  /** Only the unfinished ones; finished ones are in the record's history. */
  readonly operations: ReadonlyMap<OperationId, Operation>;
  readonly overrides: readonly Override[];
  readonly spent: readonly Spend[];
  readonly failures: readonly Failure[];
  /** One for each role at most: the one under way, or the last one. */
  readonly rollouts: readonly Rollout[];
  /** After a lost store: hold until every machine was seen, or this much watched time has passed. `null`: not recovering. */
  readonly recoveringMs: number | null;
  /** What is held of each file server of retask.yaml, by its name. */
  readonly storage: ReadonlyMap<string, ChartSnapshot>;
}

export const newMachineRecord = (): MachineRecord => ({
  adopted: false,
  placement: null,
  image: null,
  bootId: null,
  unmanageable: null,
  quarantine: null,
  bootMs: [],
  lastNamedMs: 0,
});
