/** File servers that somebody should know of: dead, failed over, or well again with their machines away. */
import type { Observation } from "../domain/observation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import type { StorageServer } from "../domain/storage.ts";
import { waitsFor } from "../plan/dead-servers.ts";
import { type StorageView, storageView } from "../storage/storage-view.ts";
import { type Condition, condition, type Severity } from "./condition.ts";

interface Told {
  readonly severity: Severity;
  readonly what: string;
  readonly next: string;
}

/** What one source says in passing is told by nobody; a state of the chart is recorded, and told at once. */
export function storageConditions(site: Site, state: PoolState, observation: Observation): Condition[] {
  const view = storageView(site, state, observation);
  return view.servers.flatMap((server) => {
    const told = toldOf(server, view);
    if (told === null) return [];
    const { name } = server;
    const { severity, what, next } = told;
    const key = `${name}:${view.stateOf(server)}`;
    return [condition({ kind: "storage", key, subject: name, severity, summary: `file server ${name} ${what}`, next })];
  });
}

function toldOf(server: StorageServer, view: StorageView): Told | null {
  const { name, mirror } = server;
  switch (view.stateOf(server)) {
    case "dead":
      return {
        severity: "critical",
        what: "is dead, and its machines hang",
        next: `the fail-over waits for: ${waitsFor(server, view)}`,
      };
    case "failedOver":
      return {
        severity: "critical",
        what: `is failed over to ${mirror}`,
        next: "`retask storage status` shows how far its machines are",
      };
    case "recovered":
      return {
        severity: "info",
        what: `is well again; its machines run from ${mirror}`,
        next: `\`retask storage fail-back ${name}\` takes them home`,
      };
    case "well":
    case "suspect":
    case "failingBack":
      return null;
  }
}
