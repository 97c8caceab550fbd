/** One time line of what happened: ended operations, and what people asked for, refusals too. Newest first. */
import type { finishedView } from "../../http/views.ts";
import type { AuditEntry } from "../../store/store.ts";
import type { DaemonClient } from "../daemon-client.ts";

type Finished = ReturnType<typeof finishedView>;

export type HistoryEntry =
  | { readonly what: "operation"; readonly atMs: number; readonly operation: Finished }
  | { readonly what: "asked"; readonly atMs: number; readonly entry: AuditEntry };

export interface HistoryFilter {
  readonly machine?: string;
  readonly role?: string;
  /** Wall-clock ms; null: as far back as the record goes. */
  readonly sinceMs: number | null;
  readonly limit: number;
}

const ROWS_AT_ONCE = 200;

export async function readHistory(daemon: DaemonClient, filter: HistoryFilter): Promise<readonly HistoryEntry[]> {
  const operations = await readBack(filter, (before) => operationsBefore(daemon, before));
  const asked = await readBack(filter, (before) => askedBefore(daemon, before));
  return [...operations, ...asked].sort((a, b) => b.atMs - a.atMs).slice(0, filter.limit);
}

interface Page {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; null: there is none. */
  readonly next: number | null;
}

async function readBack(
  filter: HistoryFilter,
  page: (before: number | null) => Promise<Page>,
): Promise<HistoryEntry[]> {
  const kept: HistoryEntry[] = [];
  for (let before: number | null = null; ; ) {
    const { entries, next } = await page(before);
    const young = entries.filter(({ atMs }) => filter.sinceMs === null || atMs >= filter.sinceMs);
    kept.push(...young.filter((entry) => isAbout(entry, filter)));
    if (next === null || young.length < entries.length || kept.length >= filter.limit) return kept;
    before = next;
  }
}

const query = (before: number | null): string => `limit=${ROWS_AT_ONCE}${before === null ? "" : `&before=${before}`}`;

async function operationsBefore(daemon: DaemonClient, before: number | null): Promise<Page> {
  const { finished } = await daemon.get<{ readonly finished: readonly Finished[] }>(`/v1/operations?${query(before)}`);
  return {
    entries: finished.map((operation) => ({ what: "operation", atMs: operation.endedMs, operation })),
    next: finished.length < ROWS_AT_ONCE ? null : (finished.at(-1)?.endedMs ?? null),
  };
}

async function askedBefore(daemon: DaemonClient, before: number | null): Promise<Page> {
  const { entries } = await daemon.get<{ readonly entries: readonly AuditEntry[] }>(`/v1/audit?${query(before)}`);
  return {
    entries: entries.map((entry) => ({ what: "asked", atMs: entry.atMs, entry })),
    next: entries.length < ROWS_AT_ONCE ? null : (entries.at(-1)?.id ?? null),
  };
}

/** An action names what it is about as words of its own: `set force machine m07`. */
function isAbout(entry: HistoryEntry, { machine, role }: HistoryFilter): boolean {
  if (entry.what === "operation") {
    const { machine: own, from, to } = entry.operation;
    return (machine === undefined || own === machine) && (role === undefined || from === role || to === role);
  }
  const words = entry.entry.action.split(/[\s/]/);
  return [machine, role].every((name) => name === undefined || words.includes(name));
}
