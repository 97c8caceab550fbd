/** One machine's record, brought up to date with what was seen of it. */
import type { Machine } from "../domain/fleet.ts";
import { isRole, type Placement } from "../domain/names.ts";
import type { MachineFacts, PowerFact } from "../domain/observation.ts";
import type { MachineRecord, Quarantine } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import type { PoolEvent } from "./events.ts";

/** So many failures in a row make a BMC a dead one. */
const BMC_FAILURES = 3;
/** A machine that came back late must have stayed up, and in quarantine, so long before it is trusted again. */
const RELEASE_AFTER_S = 300;

interface Premises {
  readonly site: Site;
  readonly wallMs: number;
  readonly inOperation: boolean;
}

export function judgeRecord(
  machine: Machine,
  before: MachineRecord,
  facts: MachineFacts,
  { site, wallMs, inOperation }: Premises,
  events: PoolEvent[],
): MachineRecord {
  let record = before;
  const unmanageable = unmanageableReason(facts.power, before.unmanageable);
  if (unmanageable !== before.unmanageable) {
    record = { ...record, unmanageable };
    events.push({
      kind: unmanageable === null ? "manageable" : "unmanageable",
      machine: machine.name,
      why: unmanageable ?? "its BMC answers again",
    });
  }
  // While in operation the old boot id is what proves the new boot, so it must not be overwritten.
  if (!inOperation) record = noteBoot(machine, record, facts, events);
  if (
    record.quarantine !== null &&
    hasLasted(record.quarantine, wallMs) &&
    cameBackAsExpected(machine, record.quarantine, facts, site)
  ) {
    const { expected } = record.quarantine;
    events.push({ kind: "released", machine: machine.name, why: "came back as it should, late, and has stayed up" });
    record = { ...record, quarantine: null, placement: expected?.placement ?? null, image: expected?.image ?? null };
  }
  return record;
}

/** A BMC that can't be used makes a machine unmanageable, never quarantined: it goes on serving. */
function unmanageableReason(power: PowerFact, before: string | null): string | null {
  if (power.kind !== "unknown") return null;
  if (power.code === "RTK_DRY_RUN" || power.code === null) return before;
  // A BMC that refuses a password locks the account when asked again and again: once is enough to know.
  const atOnce = power.code === "RTK_BMC_AUTH" || power.code === "RTK_BMC_WRONG_GUID";
  return atOnce || power.failures >= BMC_FAILURES ? `${power.code}: ${power.why}` : before;
}

function noteBoot(machine: Machine, record: MachineRecord, facts: MachineFacts, events: PoolEvent[]): MachineRecord {
  if (facts.beacon.kind !== "heard" || facts.beacon.ageMs > 0) return record;
  const { report } = facts.beacon;
  if (report.machine !== machine.name || report.bootId === record.bootId) return record;
  if (record.bootId !== null) {
    events.push({ kind: "selfReboot", machine: machine.name, why: `booted ${report.image} by itself` });
  }
  return { ...record, bootId: report.bootId };
}

/** A clock that jumps, whichever way, must not make a quarantine last for ever. */
const hasLasted = ({ sinceMs }: Quarantine, wallMs: number): boolean =>
  Math.abs(wallMs - sinceMs) >= RELEASE_AFTER_S * 1_000;

function cameBackAsExpected(machine: Machine, quarantine: Quarantine, facts: MachineFacts, site: Site): boolean {
  const { beacon, link, power } = facts;
  if (quarantine.expected === null || beacon.kind !== "heard" || beacon.ageMs > 0) return false;
  const { report } = beacon;
  const { placement, image } = quarantine.expected;
  return (
    report.machine === machine.name &&
    report.mac === machine.mac &&
    report.role === placement &&
    report.image === image &&
    report.uptimeS >= RELEASE_AFTER_S &&
    power.kind !== "off" &&
    link.kind === "image" &&
    link.image === image &&
    mayGetTraffic(placement, facts, site)
  );
}

/** Where nobody can say whether it gets work, nothing may rest on it: it would count, and serve nobody (S17). */
function mayGetTraffic(placement: Placement, { traffic }: MachineFacts, { policies }: Site): boolean {
  // A hook can't be asked, only told.
  if (isRole(placement) && policies.get(placement)?.traffic.hook !== undefined) return true;
  return traffic.kind !== "unknown" && traffic.kind !== "mixed";
}
