/** Which file server each image boots from, and where a machine should boot: the answers that judge, decide and plan share. */
import type { Machine } from "../domain/fleet.ts";
import { baseOf, type ImageName } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import type { StorageServer } from "../domain/storage.ts";
import { newStorage, type StorageState, storageContextOf, storageStateOf } from "./storage.statechart.ts";

export interface StorageView {
  readonly servers: readonly StorageServer[];
  /** The server that this image's root file system lies on; null: on none of retask.yaml's. */
  readonly serverOf: (image: ImageName | null) => StorageServer | null;
  /** The same image on that server; null: there is no copy. */
  readonly copyOn: (image: ImageName, server: StorageServer) => ImageName | null;
  /** The server that the machine belongs on, by its `domains.storage`. */
  readonly homeOf: (machine: Machine) => StorageServer | null;
  readonly mirrorOf: (server: StorageServer) => StorageServer | null;
  readonly stateOf: (server: StorageServer) => StorageState;
  /** Proven, and still so: what runs from it hangs. */
  readonly isDead: (server: StorageServer | null) => boolean;
  /** Both sources say that it is down, for less than it takes to prove. */
  readonly seemsDead: (server: StorageServer) => boolean;
  /** Why it can't take machines over now; null: it can. */
  readonly unfit: (server: StorageServer) => string | null;
  /** Why nothing should be made to boot from it now. */
  readonly bootTrouble: (server: StorageServer) => string | null;
}

const NOTHING: StorageView = {
  servers: [],
  serverOf: () => null,
  copyOn: () => null,
  homeOf: () => null,
  mirrorOf: () => null,
  stateOf: () => "well",
  isDead: () => false,
  seemsDead: () => false,
  unfit: () => null,
  bootTrouble: () => null,
};

const IN_USE: ReadonlySet<StorageState> = new Set(["well", "suspect", "recovered", "failingBack"]);

type Seen = Pick<Observation, "roots" | "storage">;

export function storageView({ storage }: Site, state: Pick<PoolState, "storage">, seen: Seen): StorageView {
  if (storage.length === 0) return NOTHING;
  const byName = new Map(storage.map((server) => [server.name, server]));
  const byAddress = new Map(storage.flatMap((server) => [[server.name, server] as const, [server.address, server]]));
  const serverOf = (image: ImageName | null) => byAddress.get(seen.roots.get(image ?? ("" as ImageName)) ?? "") ?? null;
  // Asked for in few ticks, and made once then: views are made many times in each.
  let copies: ReadonlyMap<string, ImageName> | null = null;
  const copyOn = (image: ImageName, server: StorageServer) => {
    copies ??= copiesOf(seen, serverOf);
    return copies.get(`${baseOf(image)} ${server.name}`) ?? null;
  };
  const chartOf = ({ name }: StorageServer) => state.storage.get(name) ?? newStorage();
  const stateOf = (server: StorageServer) => storageStateOf(chartOf(server));
  const portOf = ({ name }: StorageServer) => seen.storage.get(name)?.port ?? { kind: "unknown", why: "not asked yet" };

  const isDead = (server: StorageServer | null) => {
    if (server === null) return false;
    const now = stateOf(server);
    return now === "dead" || (now === "failedOver" && portOf(server).kind === "down");
  };
  const bootTrouble = (server: StorageServer) => {
    const port = portOf(server);
    if (port.kind === "down") return `${server.name} does not answer: ${port.why}`;
    if (IN_USE.has(stateOf(server))) return null;
    return `${server.name} is ${stateOf(server) === "dead" ? "dead" : "failed over"}`;
  };
  return {
    servers: storage,
    serverOf,
    copyOn,
    homeOf: ({ domains }) => byName.get(domains.storage ?? "") ?? null,
    mirrorOf: ({ mirror }) => byName.get(mirror ?? "") ?? null,
    stateOf,
    isDead,
    seemsDead: (server) => storageContextOf(chartOf(server)).isDown === true,
    unfit: (server) => {
      const trouble = bootTrouble(server);
      if (trouble !== null) return trouble;
      const port = portOf(server);
      if (port.kind === "unknown") return `whether ${server.name} answers is unknown: ${port.why}`;
      // When a switch comes back, servers behind it answer one after another: neither may inherit from the other meanwhile.
      if (storageContextOf(chartOf(server)).upMs >= server.deadAfter) return null;
      return `${server.name} has not been well for long enough to take machines over`;
    },
    bootTrouble,
  };
}

/** By base name and server; where a server holds several, the one with the plainest name. */
function copiesOf({ roots }: Seen, serverOf: StorageView["serverOf"]): ReadonlyMap<string, ImageName> {
  const copies = new Map<string, ImageName>();
  for (const image of [...roots.keys()].sort()) {
    const server = serverOf(image);
    const key = server === null ? null : `${baseOf(image)} ${server.name}`;
    if (key !== null && !copies.has(key)) copies.set(key, image);
  }
  return copies;
}

/**
 * The copy of this image that the machine should boot: the one on its own server, or on that one's mirror while its own is
 * dead or failed over. A machine that belongs on none gets the copy where the fewest machines are. `load`: machines by server.
 */
export function copyFor(
  machine: Machine,
  image: ImageName,
  view: StorageView,
  load: ReadonlyMap<string, number>,
): ImageName {
  const home = view.homeOf(machine);
  const wished = home === null ? leastLoaded(image, view, load) : [standIn(home, view), home];
  for (const server of wished) {
    const copy = server === null ? null : view.copyOn(image, server);
    if (copy !== null) return copy;
  }
  return image;
}

/** Itself, while its machines may be on it; else its mirror, unless that is no better. */
function standIn(home: StorageServer, view: StorageView): StorageServer {
  const isOut = (server: StorageServer) => !IN_USE.has(view.stateOf(server));
  const mirror = view.mirrorOf(home);
  const isLeft = isOut(home) || view.stateOf(home) === "recovered";
  return !isLeft || mirror === null || (isOut(mirror) && !isOut(home)) ? home : mirror;
}

const leastLoaded = (image: ImageName, view: StorageView, load: ReadonlyMap<string, number>): StorageServer[] =>
  view.servers
    .filter((server) => view.bootTrouble(server) === null && view.copyOn(image, server) !== null)
    .sort((a, b) => (load.get(a.name) ?? 0) - (load.get(b.name) ?? 0));
