/** Two sources for each file server: its NFS service itself, and what Prometheus says of it. */
import type { Sign, StorageServer } from "../../core/domain/storage.ts";
import { upSeries } from "../../core/domain/storage.ts";
import type { Clock, StorageWatch } from "../ports.ts";
import { callNfsNull } from "./nfs-null-call.ts";

/** The answers of Prometheus, by promql: what `queryEndpoint` gives, its token found. */
export type AskMonitoring = (
  promql: string,
  signal: AbortSignal,
) => Promise<{ readonly ok: true; readonly value: number } | { readonly ok: false; readonly why: string }>;

export interface StorageWatchSettings {
  readonly clock: Pick<Clock, "deadline">;
  /** Null where the site has no Prometheus: then one of the two sources is unknown for ever. */
  readonly monitoring: AskMonitoring | null;
}

/** A healthy server answers in milliseconds, a busy one within a second. */
const PORT_DEADLINE_MS = 3_000;
/** Prometheus scrapes once a minute or more often; what is older tells of another time. */
const MOST_AGE_S = 120;

export function storageWatch({ clock, monitoring }: StorageWatchSettings): StorageWatch {
  return {
    ask: async (server, signal) => {
      const [port, said] = await Promise.all([
        callNfsNull(server.address, server.port, clock.deadline(PORT_DEADLINE_MS, signal)),
        askMonitoring(server, monitoring, signal),
      ]);
      return { port, monitoring: said };
    },
  };
}

/** `max`: one exporter of several that answers is enough for "up"; none that is there is no answer, not "down" (S2). */
async function askMonitoring(server: StorageServer, ask: AskMonitoring | null, signal: AbortSignal): Promise<Sign> {
  if (ask === null) return unknown("retask.yaml names no prometheus");
  const series = upSeries(server);
  const [value, age] = await Promise.all([
    ask(`max(${series})`, signal),
    ask(`max(time() - timestamp(${series}))`, signal),
  ]);
  if (!value.ok) return unknown(`${series}: ${value.why}`);
  if (!age.ok) return unknown(`the age of ${series}: ${age.why}`);
  if (Math.abs(age.value) > MOST_AGE_S) return unknown(`${series}: its last sample is ${Math.round(age.value)} s old`);
  return value.value > 0 ? { kind: "up" } : { kind: "down", why: `${series} is ${value.value}` };
}

const unknown = (why: string): Sign => ({ kind: "unknown", why });
