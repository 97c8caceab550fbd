/** What the timeline marks: moves, overrides and quarantines, each with when it began and ended, from the record. */
import { z } from "zod";
import type { FinishedOperation, Operation } from "../core/domain/operation.ts";
import type { Override } from "../core/domain/override.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { AuditEntry } from "../store/store.ts";

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

const touches = ({ fromMs, toMs }: Range, beganMs: number, endedMs: number): boolean =>
  beganMs <= toMs && endedMs >= fromMs;

/** `endedMs` null: still under way. */
export interface MoveMark {
  readonly operation: string;
  readonly machine: string;
  readonly from: string;
  readonly to: string;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly outcome: string | null;
  readonly why: string;
}

export function moveMarks(
  range: Range,
  finished: readonly FinishedOperation[],
  live: Iterable<Operation>,
): readonly MoveMark[] {
  const ended = finished
    .filter(({ operation, endedMs }) => touches(range, operation.startedMs, endedMs))
    .map(({ operation, outcome, endedMs, why }) => ({ ...markOf(operation), endedMs, outcome, why }));
  const going = [...live].map((operation) => ({ ...markOf(operation), endedMs: null, outcome: null }));
  return [...ended, ...going].sort((a, b) => a.startedMs - b.startedMs);
}

const markOf = ({ id, machine, from, to, startedMs, reason }: Operation) => ({
  operation: id,
  machine,
  from,
  to,
  startedMs,
  why: reason,
});

/** `act` as the override has it; `untilMs` null: until it is ended by hand. */
export interface OverrideMark {
  readonly id: string;
  readonly act: unknown;
  readonly author: string;
  readonly reason: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** As an override stands in the audit log, whichever version wrote it. */
const auditedOverride = z.object({
  id: z.string(),
  act: z.looseObject({ kind: z.string() }),
  author: z.string(),
  reason: z.string(),
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
});
const idsIn = (value: unknown): ReadonlyMap<string, z.output<typeof auditedOverride>> => {
  const parsed = Array.isArray(value) ? value.map((one) => auditedOverride.safeParse(one)) : [];
  return new Map(parsed.flatMap((one) => (one.success ? [[one.data.id, one.data] as const] : [])));
};

/** Those in force now, and those that the audit log saw set: one that is no longer among `after` has ended at that moment. */
export function overrideMarks(
  range: Range,
  audit: readonly AuditEntry[],
  inForce: readonly Override[],
): readonly OverrideMark[] {
  const marks = new Map<string, OverrideMark>(inForce.map((one) => [one.id, overrideMark(one, one.expiresMs)]));
  for (const { atMs, before, after, refused } of [...audit].sort((a, b) => a.id - b.id)) {
    if (refused !== null) continue;
    const [was, is] = [idsIn(before), idsIn(after)];
    for (const [id, one] of is) if (!marks.has(id)) marks.set(id, overrideMark(one, one.expiresMs));
    for (const [id, one] of was) {
      if (!is.has(id)) marks.set(id, overrideMark(one, Math.min(atMs, one.expiresMs ?? atMs)));
    }
  }
  return [...marks.values()]
    .filter(({ fromMs, untilMs }) => touches(range, fromMs, untilMs ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => a.fromMs - b.fromMs);
}

type Overridden = Pick<Override, "id" | "act" | "author" | "reason" | "createdMs"> | z.output<typeof auditedOverride>;
const overrideMark = ({ id, act, author, reason, createdMs }: Overridden, untilMs: number | null): OverrideMark => ({
  id,
  act,
  author,
  reason,
  fromMs: createdMs,
  untilMs,
});

/** `inForce`: the machine is in it still. */
export interface QuarantineMark {
  readonly machine: string;
  readonly atMs: number;
  readonly why: string;
  readonly inForce: boolean;
}

export function quarantineMarks(
  range: Range,
  finished: readonly FinishedOperation[],
  { machines }: PoolState,
): readonly QuarantineMark[] {
  const now = [...machines].flatMap(([machine, { quarantine }]) =>
    quarantine === null ? [] : [{ machine, atMs: quarantine.sinceMs, why: quarantine.why, inForce: true }],
  );
  const known = new Set(now.map(({ machine, atMs }) => `${machine} ${atMs}`));
  const past = finished
    .filter(
      ({ outcome, operation, endedMs }) => outcome === "quarantined" && !known.has(`${operation.machine} ${endedMs}`),
    )
    .map(({ operation, endedMs, why }) => ({ machine: operation.machine, atMs: endedMs, why, inForce: false }));
  return [...past, ...now].filter(({ atMs }) => touches(range, atMs, atMs)).sort((a, b) => a.atMs - b.atMs);
}
