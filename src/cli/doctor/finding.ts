/** What `retask doctor` finds: one thing that is well, wrong, doubtful or not looked at, where it is, and what to do about it. */

/** In the order in which they are shown: what others depend on comes first. */
export const CHECKS = [
  "files",
  "user",
  "ipmitool",
  "passwords",
  "bmc",
  "guids",
  "links",
  "dhcp",
  "images",
  "storage",
  "prometheus",
  "haproxy",
  "hosts",
  "beacons",
  "clocks",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** Every fault's name: stable, for scripts and for docs/how-to/doctor.md. */
export const FAULTS = [
  "site-files",
  "check-late",
  "user-differs",
  "ipmitool-broken",
  "password-file",
  "password-readable",
  "password-shared",
  "bmc-login",
  "bmc-busy",
  "bmc-wrong-guid",
  "bmc-record",
  "bmc-suite-0",
  "bmc-anonymous",
  "bmc-unsure",
  "guid-same",
  "links-directory",
  "links-owner",
  "link-shadowed",
  "link-foreign",
  "link-missing",
  "link-stray",
  "default-serves",
  "default-missing",
  "dhcp-file",
  "dhcp-foreign",
  "dhcp-behind",
  "dhcp-include",
  "dhcp-program",
  "dhcp-reload",
  "image-missing",
  "image-role",
  "image-incomplete",
  "tftp-silent",
  "storage-silent",
  "storage-unwatched",
  "image-copy",
  "prometheus-value",
  "prometheus-stale",
  "prometheus-count",
  "prometheus-confirm",
  "haproxy-silent",
  "haproxy-level",
  "haproxy-backend",
  "haproxy-server",
  "haproxy-address",
  "hosts-unreadable",
  "hosts-void",
  "hosts-entry",
  "hosts-unwritable",
  "beacon-silent",
  "beacon-other",
  "clock-apart",
] as const;

export type FaultName = (typeof FAULTS)[number];

export interface Fault {
  readonly name: FaultName;
  readonly level: "error" | "warning";
  /** One clause, as in `accepts cipher suite 0`. */
  readonly what: string;
  /** Machines, files, sockets or roles that it is true of; never empty. */
  readonly where: readonly string[];
  readonly why: string;
  /** What to do. */
  readonly advice: string;
}

/** What one check says: its faults, and in a few words what is well when there are none; or why it did not look. */
export type Outcome =
  | { readonly kind: "looked"; readonly faults: readonly Fault[]; readonly well: string }
  | { readonly kind: "skipped"; readonly why: string };

export type Finding =
  | ({ readonly check: CheckName } & Fault)
  | { readonly check: CheckName; readonly level: "ok" | "skipped"; readonly what: string };

export const looked = (faults: readonly Fault[], well: string): Outcome => ({ kind: "looked", faults, well });
export const skipped = (why: string): Outcome => ({ kind: "skipped", why });

/** A check's outcome as findings; the same fault of several machines becomes one with all their names. */
export function findingsOf(check: CheckName, outcome: Outcome): Finding[] {
  if (outcome.kind === "skipped") return [{ check, level: "skipped", what: outcome.why }];
  if (outcome.faults.length === 0) return [{ check, level: "ok", what: outcome.well }];
  return merge(outcome.faults).map((fault) => ({ check, ...fault }));
}

function merge(faults: readonly Fault[]): Fault[] {
  const merged = new Map<string, Fault>();
  for (const fault of faults) {
    const { where, ...same } = fault;
    const key = JSON.stringify(same);
    const known = merged.get(key);
    merged.set(key, known === undefined ? fault : { ...known, where: [...new Set([...known.where, ...where])] });
  }
  return [...merged.values()];
}
