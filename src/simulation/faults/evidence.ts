/** What the witness of a simulated day has seen of the true world: all that the invariants may ask. */
import type { ImageName, MachineName, OperationId, RoleName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import type { FinishedOperation, Operation } from "../../core/domain/operation.ts";
import type { PlannedMove } from "../../core/domain/plan.ts";
import type { MemoryBootLinks } from "../memory-boot-links.ts";
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
  readonly cause: BeginCause;
  /** An operator's word asks for it, or may: a pin, force or pause about this machine or one of its roles. */
  readonly ordered: boolean;
}

/**
 * What it is for: to another role; to boot anew in its own; to be rid of an image whose roll-out was stopped; or to be taken
 * off a dead file server, on which it hangs.
 */
export type BeginCause = "balance" | "renewal" | "takesBack" | "cutOff";

export interface Begun {
  readonly machine: MachineName;
  readonly cause: BeginCause;
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
  readonly wanted: Map<string, { readonly count: number | null; readonly least: number }>;
  /** By file server: its last true death, as far as it was seen; monotonic ms. */
  readonly deaths: ReadonlyMap<string, Death>;
  /** By version: when a machine last did not come back with it, while its roll-out tried it. */
  readonly failedImages: ReadonlyMap<ImageName, number>;
  /** The true number of boots of each machine when its operation began. */
  readonly bootsBefore: ReadonlyMap<OperationId, string | null>;
}

export interface Death {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Of all that the server died so far. */
  readonly longestMs: number;
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

/** What is wrong; null: nothing. */
export type Broken = string | null;

/** A full tick, the time to act on it, and some seconds. */
export const SEEN_MS = 30_000;

/** From the fact to the latest moment at which a controller must have noticed it: a beacon's greatest age, and two ticks. */
export const NOTICED_MS = 85_000;

/** What the machine would boot. */
export const linkOf = ({ farm }: Evidence, machine: MachineName) =>
  (farm.world.links as MemoryBootLinks).links.get(machine);

/** The file server that the machine truly runs from, or waits for; and that one's last death. */
export function deathOf(evidence: Evidence, machine: MachineName) {
  const image = evidence.farm.world.machines.get(machine)?.running?.image ?? linkOf(evidence, machine) ?? null;
  const server = evidence.farm.serverOf(image);
  return { server, death: server === null ? undefined : evidence.deaths.get(server.name) };
}

export interface EndEvent {
  readonly finished: FinishedOperation;
}

export const served = (role: RoleName, machine: MachineName): string => `${role} ${machine}`;
