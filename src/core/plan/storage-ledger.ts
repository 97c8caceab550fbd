/** What file servers can take, as a part of the ledger: which copy of an image a machine gets, and how many boot at once. */
import type { Machine } from "../domain/fleet.ts";
import type { ImageName } from "../domain/names.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { StorageServer } from "../domain/storage.ts";
import { countOne, serverLoad } from "../storage/machines.ts";
import { copyFor, type StorageView } from "../storage/storage-view.ts";
import { type Ask, now, type Refusal } from "./ask.ts";

export interface StorageLedger {
  readonly copyFor: (machine: Machine, image: ImageName) => ImageName;
  /** Why the machine may not boot this image now, for its server's sake. */
  readonly refusal: (ask: Ask, image: ImageName | null) => Refusal | null;
  readonly spend: (ask: Ask, image: ImageName | null) => void;
}

export function openStorageLedger(state: PoolState, view: StorageView): StorageLedger {
  const { machines, boots } = serverLoad(state, view);
  const runsFrom = ({ assigned: { machine } }: Ask) => view.serverOf(state.machines.get(machine.name)?.image ?? null);
  return {
    copyFor: (machine, image) => copyFor(machine, image, view, machines),
    refusal: (ask, image) => {
      const server = view.serverOf(image);
      if (server === null || image === null || ask.manner === "drainOnly") return null;
      const trouble = ask.manner === "hard" ? view.unfit(server) : view.bootTrouble(server);
      if (trouble !== null) return now(withoutCopy(image, server, view) ?? trouble);
      const booting = boots.get(server.name) ?? 0;
      if (booting >= server.bootsAtOnce) return now(`${server.name} boots ${booting} machines, the most at once`);
      const carried = machines.get(server.name) ?? 0;
      if (server.machines === undefined || runsFrom(ask) === server || carried < server.machines) return null;
      return now(`${server.name} carries ${carried} machines, the most that it can`);
    },
    spend: (ask, image) => {
      const server = view.serverOf(image);
      if (server === null || ask.manner === "drainOnly") return;
      countOne(boots, server);
      if (runsFrom(ask) !== server) countOne(machines, server);
    },
  };
}

/** It would have gone to the mirror, were there anything for it to boot. */
function withoutCopy(image: ImageName, server: StorageServer, view: StorageView): string | null {
  const mirror = view.mirrorOf(server);
  if (mirror === null || view.copyOn(image, mirror) !== null) return null;
  const trouble = view.bootTrouble(server);
  return trouble === null ? null : `${image} has no copy on ${mirror.name}, and ${trouble}`;
}
