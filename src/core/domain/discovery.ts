/** The pool as Prometheus' HTTP service discovery wants it (`/v1/sd`). */
import type { Machine } from "./fleet.ts";

export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Labels of the beacon's own metrics, and those that Prometheus gives a meaning: a target's label of the same name would
 * turn the metric's own into `exported_…`, or break the scrape.
 */
const TAKEN_LABELS = new Set([
  "machine",
  "mac",
  "role",
  "image",
  "boot_id",
  "format",
  "instance",
  "job",
  "le",
  "quantile",
]);

/**
 * One group for each machine: its beacon's address, its name as `machine` and its domains (`rack`, `pdu`, …).
 *
 * `machine` is the one label that the beacon's info metric also has; `honor_labels: true` in the scrape config leaves both
 * as they are. There is no `role` here: it changes within the day, and a changed target label is a second series beside the
 * old one for several seconds, counted twice (measured); the role is in `retask_beacon_info`.
 */
export function discoveryTargets(machines: Iterable<Machine>, beaconPort: number): TargetGroup[] {
  return Array.from(machines, (machine) => ({
    targets: [`${machine.ip}:${beaconPort}`],
    labels: { machine: machine.name, ...domainLabels(machine) },
  }));
}

function domainLabels(machine: Machine): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [domain, value] of Object.entries(machine.domains)) labels[labelName(domain)] = value;
  return labels;
}

/** A domain's name has dashes, a label's can't. Domain names hold no `_`, so no two of them meet in one label. */
function labelName(domain: string): string {
  const name = domain.replaceAll("-", "_");
  return TAKEN_LABELS.has(name) || name.startsWith("domain_") ? `domain_${name}` : name;
}
