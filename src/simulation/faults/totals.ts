/** What a run over many seeds amounts to, and whether it was worth its name. */
import type { SeedResult } from "./run-seed.ts";

export interface Totals {
  readonly seeds: number;
  readonly machineDays: number;
  readonly events: number;
  readonly kills: number;
  readonly ended: { readonly done: number; readonly undone: number; readonly quarantined: number };
  readonly faults: ReadonlyMap<string, number>;
}

/** A day without these tells little; they are averages over a corpus. */
export const LEAST_FAULTS = 5;
export const LEAST_MOVES = 10;

export function totalsOf(results: readonly SeedResult[]): Totals {
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const faults = new Map<string, number>();
  for (const { kind } of results.flatMap((result) => result.faults)) faults.set(kind, (faults.get(kind) ?? 0) + 1);
  return {
    seeds: results.length,
    machineDays: sum(({ machines, hours }) => (machines * hours) / 24),
    events: sum(({ events }) => events),
    kills: sum(({ kills }) => kills),
    ended: {
      done: sum(({ ended }) => ended.done),
      undone: sum(({ ended }) => ended.undone),
      quarantined: sum(({ ended }) => ended.quarantined),
    },
    faults: new Map([...faults].sort(([a], [b]) => a.localeCompare(b))),
  };
}

/** Why a corpus is too tame to prove anything; null when it is not. */
export function tooTame({ seeds, faults, ended }: Totals): string | null {
  const count = [...faults.values()].reduce((total, one) => total + one, 0);
  if (count < LEAST_FAULTS * seeds)
    return `${count} faults in ${seeds} seeds: at least ${LEAST_FAULTS} each, on average`;
  if (ended.done < LEAST_MOVES * seeds)
    return `${ended.done} completed moves in ${seeds} seeds: at least ${LEAST_MOVES} each, on average`;
  return null;
}

export function describeTotals({ seeds, machineDays, events, kills, ended, faults }: Totals): string[] {
  return [
    `${seeds} seeds, ${Math.round(machineDays)} machine-days, ${events} events, ${kills} kills`,
    `operations: ${ended.done} done, ${ended.undone} undone, ${ended.quarantined} quarantined`,
    ...[...faults].map(([kind, count]) => `${String(count).padStart(8)}  ${kind}`),
  ];
}
