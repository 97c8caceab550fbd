/** What keeps one machine where it is, whatever the pool's limits: itself, its entry, its link, or that it moved of late. */
import { type AssignedMachine, mayTake } from "../decide/assignment.ts";
import { isRole } from "../domain/names.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeLink } from "../domain/standing.ts";
import { describeDuration } from "../domain/units.ts";
import { type Ask, now, type Refusal } from "./ask.ts";

export function placeRefusal(
  { assigned: { machine, standing, facts }, to, manner }: Ask,
  site: Site,
  state: PoolState,
): Refusal | null {
  const stays =
    manner === "hard" ? hardRefusal(state.machines.get(machine.name)) : standing.mayMove ? null : standing.why;
  if (stays !== null) return now(stays);
  if (!mayTake(machine, to, site)) return now(`fleet.yaml does not let it take ${to}`);
  const link = facts?.link;
  if (link !== undefined && link.kind !== "image" && link.kind !== "missing") return now(describeLink(link));
  return null;
}

/** Its power is cut because it is silent, so silence does not keep it; what was never retask's to command does. */
function hardRefusal(record: MachineRecord | undefined): string | null {
  if (record?.adopted !== true) return "not adopted";
  if (record.quarantine !== null) return `quarantined: ${record.quarantine.why}`;
  return record.unmanageable === null ? null : `unmanageable: ${record.unmanageable}`;
}

/** A machine keeps a role at least so long. A spare is in no role; uptime is the proof, for a new role is a new boot. */
export function dwellRefusal({ assigned, from, ignoresDwell }: Ask, dwellMs: number, wallMs: number): Refusal | null {
  if (ignoresDwell || !isRole(from)) return null;
  const leftMs = dwellMs - uptimeMs(assigned);
  if (leftMs <= 0) return null;
  return { why: `keeps its role for at least ${describeDuration(dwellMs)}`, notBeforeMs: Math.ceil(wallMs + leftMs) };
}

/** After an undone operation the machine rests: what hindered it would hinder it again, and spend the hour's limit for nothing. */
const REST_AFTER_UNDO_MS = 600_000;

/** Undone is an operation that began since, though the machine never rebooted. */
export function undoneRefusal(
  { assigned, from, orderedMs, manner }: Ask,
  { spent }: PoolState,
  wallMs: number,
): Refusal | null {
  if (!isRole(from) && manner !== "hard") return null;
  const last = spent.filter(({ machine }) => machine === assigned.machine.name).sort((a, b) => a.ageMs - b.ageMs)[0];
  if (last === undefined) return null;
  const { ageMs, undone, hard } = last;
  // What was undone had a drain before it, or a server that died; a hard one has neither.
  if (manner === "hard" && hard !== true) return null;
  if (ageMs >= REST_AFTER_UNDO_MS || uptimeMs(assigned) <= ageMs) return null;
  // An order that was given since is tried at once: whoever gave it has seen what happened.
  if (orderedMs !== null && orderedMs > wallMs - ageMs) return null;
  const why = `its last operation was undone${undone === undefined ? "" : `: ${undone}`}`;
  return { why, notBeforeMs: Math.ceil(wallMs + REST_AFTER_UNDO_MS - ageMs) };
}

export function uptimeMs({ facts }: AssignedMachine): number {
  return facts?.beacon.kind === "heard" ? facts.beacon.report.uptimeS * 1_000 : 0;
}
