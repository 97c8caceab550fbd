/** Says which file server is dead and not failed over, how many machines hang on it, and what that waits for. */
import type { StorageServer } from "../domain/storage.ts";
import { hangs } from "../storage/machines.ts";
import { type StorageView, storageView } from "../storage/storage-view.ts";
import type { Draft } from "./draft.ts";

export function noteDeadServers({ input, notDone }: Draft): void {
  const { site, state, observation, assignment } = input;
  const view = storageView(site, state, observation);
  for (const server of view.servers) {
    if (view.stateOf(server) !== "dead") continue;
    const hanging = assignment.machines.filter((assigned) => {
      const record = state.machines.get(assigned.machine.name);
      return view.serverOf(record?.image ?? null) === server && hangs(assigned, record, site, view);
    });
    const machines = hanging.length === 1 ? "1 machine hangs" : `${hanging.length} machines hang`;
    const what = `fail over ${server.name}, on which ${machines}`;
    notDone.push({ subject: "pool", what, why: waitsFor(server, view), notBeforeMs: null });
  }
}

/** Why the machines of a dead server are still where they are. */
export function waitsFor(server: StorageServer, view: StorageView): string {
  const mirror = view.mirrorOf(server);
  if (mirror === null) return "retask.yaml names no mirror for it";
  const unfit = view.unfit(mirror);
  if (unfit !== null) return unfit;
  return server.failOver === "auto"
    ? "it begins with the next tick"
    : `an operator's \`retask storage fail-over ${server.name}\``;
}
