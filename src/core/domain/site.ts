/** The accepted configuration, as decide and plan see it. */
import type { Machine } from "./fleet.ts";
import type { Limits } from "./limits.ts";
import type { MachineName, RoleName } from "./names.ts";
import type { Policy } from "./policy.ts";
import type { StorageServer } from "./storage.ts";

export interface Site {
  /** SHA-256 of the accepted files; names this configuration in logs, decisions and `retask accept`. */
  readonly digest: string;
  readonly machines: ReadonlyMap<MachineName, Machine>;
  /** Hardware that fleet.yaml keeps as retired: no machines of the pool. */
  readonly retired: ReadonlyMap<MachineName, Machine>;
  readonly policies: ReadonlyMap<RoleName, Policy>;
  readonly limits: Limits;
  /** The file servers of retask.yaml, in its order. */
  readonly storage: readonly StorageServer[];
  /** What else the core needs of retask.yaml. */
  readonly timing: {
    readonly beaconMaxAgeMs: number;
    readonly softOffMs: number;
    readonly tickMs: number;
    /** From the last off to the first on: ipmitool's retransmission deadline and the settle time, so that no late off follows. */
    readonly offSettleMs: number;
    /** How long a boot may take before there is anything to learn from. */
    readonly bootDeadlineMs: number;
  };
}
