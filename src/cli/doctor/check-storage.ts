/** The file servers: each answers, two sources watch it, and what would have to boot from its mirror has a copy there. */

import type { StorageFacts } from "../../core/domain/storage.ts";
import { type StorageServer, upSeries } from "../../core/domain/storage.ts";
import { storageView } from "../../core/storage/storage-view.ts";
import { systemClock } from "../../world/clock/system-clock.ts";
import { askPrometheus } from "../../world/load/ask-prometheus.ts";
import type { ImageCatalogue } from "../../world/ports.ts";
import { storageWatch } from "../../world/storage/storage-watch.ts";
import { type Check, counted, type Examined, each, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked } from "./finding.ts";

export const storageCheck: Check = {
  name: "storage",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async (site, signal) => {
    const { storage, prometheus } = site.configuration.settings;
    if (storage.length === 0) return looked([], "retask.yaml names no storage");
    const monitoring = prometheus === undefined ? null : askPrometheus(prometheus);
    const watch = storageWatch({ clock: systemClock, monitoring });
    const faults = await each(storage, async (server) => judgeServer(server, await watch.ask(server, signal)));
    const catalogue = await site.links.catalogue(signal);
    const copies = catalogue.ok ? judgeCopies(site, catalogue.value) : [];
    return looked([...faults.flat(), ...copies], `${counted(storage.length, "file server")} well by both sources`);
  },
};

export function judgeServer(server: StorageServer, { port, monitoring }: StorageFacts): Fault[] {
  const where = [server.name];
  const faults: Fault[] = [];
  if (port.kind !== "up") {
    const advice = `start NFS there, or correct its address and port in retask.yaml: ${server.address}:${server.port}`;
    faults.push({
      name: "storage-silent",
      level: "error",
      what: "its NFS service does not answer",
      where,
      why: port.why,
      advice,
    });
  }
  if (monitoring.kind !== "up") {
    const what = monitoring.kind === "down" ? "Prometheus says that it is down" : "Prometheus does not watch it";
    const advice = `have Prometheus scrape it, or say in \`up\` which series vouch for it: without a second source it is never called dead; asked for ${upSeries(server)}`;
    faults.push({ name: "storage-unwatched", level: "warning", what, where, why: monitoring.why, advice });
  }
  return faults;
}

/** Every image on a server whose machines would have to move: channels' and pins' first of all, but a link may name any. */
export function judgeCopies(
  { configuration: { site } }: Pick<Examined, "configuration">,
  { roots }: Pick<ImageCatalogue, "roots">,
): Fault[] {
  const view = storageView(site, { storage: new Map() }, { roots, storage: new Map() });
  return [...roots.keys()].sort().flatMap((image): Fault[] => {
    const server = view.serverOf(image);
    const mirror = server === null || server.failOver === "manual" ? null : view.mirrorOf(server);
    if (server === null || mirror === null || view.copyOn(image, mirror) !== null) return [];
    const why = `should ${server.name} die, what boots it stays down`;
    const advice = `copy its root to ${mirror.name}, and its file to one named NAME@${mirror.name} that says nfsroot=${mirror.address}:…; see docs/how-to/nfs-servers.md`;
    return [
      { name: "image-copy", level: "warning", what: `it has no copy on ${mirror.name}`, where: [image], why, advice },
    ];
  });
}
