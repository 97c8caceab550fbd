/** What is broken in a simulated world at this moment: faults write it, the faulty ports heed it. */
import type { MachineName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import type { StorageFacts } from "../../core/domain/storage.ts";

/** How a BMC misbehaves. */
export type BmcTrouble =
  /** No answer, and nothing is done. */
  | "hangs"
  | "refusesThePassword"
  | "isBusy"
  /** Its readings are wrong; commands work. */
  | "saysOff"
  | "saysOn"
  /** Its cable leads to another machine's BMC, which has a GUID of its own. */
  | "isAnotherMachines"
  /** A command is executed when it comes, and once more when its retransmitted copy comes. */
  | "executesTwice"
  /** A command is reported as failed, and executed some seconds later. */
  | "executesLate";

export interface Troubles {
  readonly bmcs: Map<MachineName, BmcTrouble>;
  /** Monotonic ms of the last change of a BMC's trouble. */
  readonly bmcSinceMs: Map<MachineName, number>;
  /** Run, and answer nobody: a network that is down, a file system that hangs. */
  readonly unreachable: Set<MachineName>;
  /** Don't get past their boot ROM, or out of their initramfs. */
  readonly unbootable: Set<MachineName>;
  /** Boot another role's image than the one that their link names. */
  readonly misbooting: Set<MachineName>;
  /** Their distccd answers with garbage. */
  readonly garbled: Set<MachineName>;
  /** Their boot link was replaced by a plain file. */
  readonly foreignLinks: Set<MachineName>;
  /** tftpd or DHCP: nothing boots, and the preflight's probe gets no answer. */
  bootServer: string | null;
  /** What the file system says of every write below the TFTP root. */
  linksDisk: string | null;
  /** What the file system says of every write to the record. */
  storeDisk: string | null;
  /** What HAProxy, or the file system under the hosts file, says of every change. */
  traffic: string | null;
  /** By file server: since when it is dead, monotonic ms. */
  readonly deadSinceMs: Map<string, number>;
  /** By file server: what is said of it instead of the truth. */
  readonly storage: Map<string, (truth: StorageFacts) => StorageFacts>;
  /** What the monitoring makes of the true demand. */
  demand: ((truth: DemandFacts) => DemandFacts) | null;
}

export const noTroubles = (): Troubles => ({
  bmcs: new Map(),
  bmcSinceMs: new Map(),
  unreachable: new Set(),
  unbootable: new Set(),
  misbooting: new Set(),
  garbled: new Set(),
  foreignLinks: new Set(),
  deadSinceMs: new Map(),
  storage: new Map(),
  bootServer: null,
  linksDisk: null,
  storeDisk: null,
  traffic: null,
  demand: null,
});
