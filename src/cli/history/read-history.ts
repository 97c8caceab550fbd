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

const FIRST = { operations: "/v1/operations?limit=200", asked: "/v1/audit?limit=200" } as const;

export async function readHistory(daemon: DaemonClient, filter: HistoryFilter): Promise<readonly HistoryEntry[]> {
  const operations = await readBack(filter, FIRST.operations, (path) => operationsOn(daemon, path));
  const asked = await readBack(filter, FIRST.asked, (path) => askedOn(daemon, path));
  return [...operations, ...asked].sort((a, b) => b.atMs - a.atMs).slice(0, filter.limit);
}

interface Page {
  readonly entries: readonly HistoryEntry[];
  /** The next page's path; null: there is none. */
  readonly next: string | null;
}

/** Page by page, until one goes further back than was asked for, or enough is found. */
async function readBack(
  filter: HistoryFilter,
  first: string,
  read: (path: string) => Promise<Page>,
): Promise<HistoryEntry[]> {
  const kept: HistoryEntry[] = [];
  for (let path: string | null = first; path !== null && kept.length < filter.limit; ) {
    const { entries, next }: Page = await read(path);
    const young = entries.filter(({ atMs }) => filter.sinceMs === null || atMs >= filter.sinceMs);
    kept.push(...young.filter((entry) => isAbout(entry, filter)));
    path = young.length < entries.length ? null : next;
  }
  return kept;
}

async function operationsOn(daemon: DaemonClient, path: string): Promise<Page> {
  const page = await daemon.get<{ readonly finished: readonly Finished[]; readonly next: string | null }>(path);
  const entries = page.finished.map((operation) => ({
    what: "operation" as const,
    atMs: operation.endedMs,
    operation,
  }));
  return { entries, next: page.next };
}

async function askedOn(daemon: DaemonClient, path: string): Promise<Page> {
  const page = await daemon.get<{ readonly entries: readonly AuditEntry[]; readonly next: string | null }>(path);
  return { entries: page.entries.map((entry) => ({ what: "asked", atMs: entry.atMs, entry })), next: page.next };
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
