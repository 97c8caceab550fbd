/** A role's demand, minute by minute, as it was recorded: from CSV or from Prometheus. A minute without a sample is a gap, and never 0. */
import type { RoleName } from "../../core/domain/names.ts";

export const MINUTE_MS = 60_000;

/** Demand in the role's own unit, one value for each minute from `startMs` on; null: nothing was recorded. */
export interface DemandHistory {
  readonly startMs: number;
  readonly minutes: number;
  readonly demand: ReadonlyMap<RoleName, readonly (number | null)[]>;
}

export interface Sample {
  readonly atMs: number;
  /** Null: recorded as unknown. */
  readonly value: number | null;
}

/** A sample holds until the next one, though no longer than this: what came after is not known. */
const HOLDS_MS = 3_600_000;

/** One history of all roles' samples, from the first sample of any to the last. Throws when there is none. */
export function historyOf(samples: ReadonlyMap<RoleName, readonly Sample[]>): DemandHistory {
  const moments = [...samples.values()].flatMap((role) => role.map(({ atMs }) => atMs));
  if (moments.length === 0) throw new Error("there is no sample in the history");
  const startMs = Math.floor(moments.reduce((a, b) => Math.min(a, b)) / MINUTE_MS) * MINUTE_MS;
  const endMs = moments.reduce((a, b) => Math.max(a, b));
  const minutes = Math.floor((endMs - startMs) / MINUTE_MS) + 1;
  const demand = new Map([...samples].map(([role, given]) => [role, byMinute(given, { startMs, minutes })]));
  return { startMs, minutes, demand };
}

/** A value for each minute of a history's time; null: unknown. */
export function byMinute(
  samples: readonly Sample[],
  { startMs, minutes }: Pick<DemandHistory, "startMs" | "minutes">,
): (number | null)[] {
  const inOrder = [...samples].sort((a, b) => a.atMs - b.atMs);
  const values = Array<number | null>(minutes).fill(null);
  let next = 0;
  let last: Sample | null = null;
  for (let minute = 0; minute < minutes; minute++) {
    const endMs = startMs + (minute + 1) * MINUTE_MS;
    for (let sample = inOrder[next]; sample !== undefined && sample.atMs < endMs; sample = inOrder[next]) {
      last = sample;
      next += 1;
    }
    values[minute] = last === null || endMs - last.atMs > HOLDS_MS ? null : last.value;
  }
  return values;
}

/** What if: a role's load were so many times as great, or nobody could have measured between two times of the day? */
export interface WhatIf {
  readonly scale: ReadonlyMap<RoleName, number>;
  /** Minutes of the day in UTC, the first included and the last not; null: none. */
  readonly blind: { readonly fromMinute: number; readonly toMinute: number } | null;
}

/** As it would have been measured, and as it would truly have been. */
export function imagine(
  history: DemandHistory,
  { scale, blind }: WhatIf,
): { seen: DemandHistory; truth: DemandHistory } {
  const scaled = [...history.demand].map(([role, values]) => {
    const factor = scale.get(role) ?? 1;
    return [role, values.map((value) => (value === null ? null : value * factor))] as const;
  });
  const truth = { ...history, demand: new Map(scaled) };
  if (blind === null) return { seen: truth, truth };
  const isBlind = (minute: number): boolean => {
    const ofDay = Math.floor(history.startMs / MINUTE_MS + minute) % 1_440;
    return blind.fromMinute <= blind.toMinute
      ? ofDay >= blind.fromMinute && ofDay < blind.toMinute
      : ofDay >= blind.fromMinute || ofDay < blind.toMinute;
  };
  const hidden = scaled.map(
    ([role, values]) => [role, values.map((value, minute) => (isBlind(minute) ? null : value))] as const,
  );
  return { seen: { ...history, demand: new Map(hidden) }, truth };
}
