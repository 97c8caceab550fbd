/** Each file server's chart, moved by what this tick saw of it. */
import type { Observation } from "../domain/observation.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import type { StorageFacts } from "../domain/storage.ts";
import type { PoolEvent } from "../operate/events.ts";
import { awayFrom } from "./machines.ts";
import { newStorage, storageStateOf, tickStorage } from "./storage.statechart.ts";
import { storageView } from "./storage-view.ts";

const NOT_ASKED = { kind: "unknown", why: "not asked yet" } as const;
const NO_FACTS: StorageFacts = { port: NOT_ASKED, monitoring: NOT_ASKED };

/** Servers that left retask.yaml are forgotten. `events` gets one for each server that changed its state. */
export function judgeStorage(
  state: PoolState,
  observation: Observation,
  site: Site,
  events: PoolEvent[],
): ReadonlyMap<string, ChartSnapshot> {
  if (site.storage.length === 0 && state.storage.size === 0) return state.storage;
  const view = storageView(site, state, observation);
  const charts = new Map<string, ChartSnapshot>();
  for (const server of site.storage) {
    const before = state.storage.get(server.name) ?? newStorage();
    const mirror = view.mirrorOf(server);
    const after = tickStorage(before, {
      type: "TICK",
      deltaMs: observation.deltaMs,
      atMs: observation.wallMs,
      facts: observation.storage.get(server.name) ?? NO_FACTS,
      server,
      mirrorIsFit: mirror !== null && view.unfit(mirror) === null,
      away: awayFrom(server, { site, state, observation }, view).length,
    });
    charts.set(server.name, after);
    const [from, to] = [storageStateOf(before), storageStateOf(after)];
    if (from !== to) events.push({ kind: "storage", server: server.name, from, to });
  }
  return charts;
}
