/** The file servers as the last tick saw them: for the API, the CLI and the metrics alike. */
import { assignMachines } from "../core/decide/assignment.ts";
import type { ImageName } from "../core/domain/names.ts";
import type { Sign, StorageServer } from "../core/domain/storage.ts";
import { waitsFor } from "../core/plan/dead-servers.ts";
import { awayFrom, hangs, serverLoad } from "../core/storage/machines.ts";
import { newStorage, type StorageState, storageContextOf, storageStateOf } from "../core/storage/storage.statechart.ts";
import type { StorageOrder } from "../core/storage/storage-guards.ts";
import { type StorageView, storageView } from "../core/storage/storage-view.ts";
import type { Controller, Tick } from "./controller.ts";

export interface StorageServerStatus {
  readonly name: string;
  readonly address: string;
  readonly mirror: string | null;
  readonly failOver: StorageServer["failOver"];
  readonly state: StorageState;
  /** Wall-clock ms since which it is in that state; null: since the start. */
  readonly sinceMs: number | null;
  readonly port: Sign;
  readonly monitoring: Sign;
  /** Machines that run from it or are about to; of these, those in operation; the most of each. */
  readonly machines: number;
  readonly mostMachines: number | null;
  readonly booting: number;
  readonly bootsAtOnce: number;
  /** Machines that run from it and hang. */
  readonly hanging: number;
  /** Machines that belong on it and run from another server. */
  readonly away: number;
  /** Images that machines run from it and that its mirror has no copy of. */
  readonly withoutCopy: readonly ImageName[];
  readonly order: StorageOrder | null;
  /** What happens next, or waits, and for what: one line. */
  readonly next: string;
}

const NOT_ASKED: Sign = { kind: "unknown", why: "not asked yet" };

export function storageStatus({ configured, state }: Controller, { observation }: Tick): StorageServerStatus[] {
  const site = configured.site();
  const view = storageView(site, state, observation);
  if (view.servers.length === 0) return [];
  const load = serverLoad(state, view);
  const { machines } = assignMachines(site, state, observation);
  return view.servers.map((server) => {
    const chart = state.storage.get(server.name) ?? newStorage();
    const facts = observation.storage.get(server.name);
    const { sinceMs, order } = storageContextOf(chart);
    const own = machines.filter(
      ({ machine }) => view.serverOf(state.machines.get(machine.name)?.image ?? null) === server,
    );
    const shown = {
      state: storageStateOf(chart),
      hanging: own.filter((one) => hangs(one, state.machines.get(one.machine.name), site, view)).length,
      away: awayFrom(server, { site, state, observation }, view).length,
    };
    return {
      name: server.name,
      address: server.address,
      mirror: server.mirror ?? null,
      failOver: server.failOver,
      sinceMs,
      port: facts?.port ?? NOT_ASKED,
      monitoring: facts?.monitoring ?? NOT_ASKED,
      machines: load.machines.get(server.name) ?? 0,
      mostMachines: server.machines ?? null,
      booting: load.boots.get(server.name) ?? 0,
      bootsAtOnce: server.bootsAtOnce,
      withoutCopy: withoutCopy(
        own.map(({ machine }) => state.machines.get(machine.name)?.image ?? null),
        server,
        view,
      ),
      order,
      ...shown,
      next: nextOf(server, shown, view),
    };
  });
}

function withoutCopy(images: readonly (ImageName | null)[], server: StorageServer, view: StorageView): ImageName[] {
  const mirror = view.mirrorOf(server);
  if (mirror === null) return [];
  const lacking = images.filter((image) => image !== null && view.copyOn(image, mirror) === null);
  return [...new Set(lacking)].filter((image) => image !== null).sort();
}

function nextOf(
  server: StorageServer,
  { state, hanging, away }: Pick<StorageServerStatus, "state" | "hanging" | "away">,
  view: StorageView,
): string {
  const { name, mirror } = server;
  const back = `\`retask storage fail-back ${name}\` takes them home`;
  switch (state) {
    case "well":
      return away === 0 ? "" : `${away} of its machines run from elsewhere; ${back}`;
    case "suspect":
      return "nothing moves until both sources have called it dead for long enough";
    case "dead":
      return `${hanging} machines hang; the fail-over waits for: ${waitsFor(server, view)}`;
    case "failedOver":
      return `its machines move to ${mirror}; ${hanging} still hang`;
    case "recovered":
      return `it is well again, and its machines stay on ${mirror}; ${back}`;
    case "failingBack":
      return `${away} machines are still to come home, within limits and windows`;
  }
}
