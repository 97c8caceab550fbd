/** File servers that die under their machines and come back, and those that only seem to. */
import type { StorageFacts } from "../../core/domain/storage.ts";
import { type FaultKind, pick } from "./fault-kind.ts";

/** Shorter than `deadAfter`, which must not add up over the good answers between. */
const BAD_MS = 40_000;
const GOOD_MS = 20_000;

const DOWN = { kind: "down", why: "no answer" } as const;

/** What is said of one server, that lives. `distort` gets the ms since the fault began. */
const seemsDead = (name: string, distort: (truth: StorageFacts, sinceMs: number) => StorageFacts): FaultKind => ({
  name,
  minutes: [5, 60],
  begin: ({ site, troubles, world }, random) => {
    const beganMs = world.clock.monotonicMs();
    const { name: server } = pick(site.storage, random);
    const told = (truth: StorageFacts) => distort(truth, world.clock.monotonicMs() - beganMs);
    troubles.storage.set(server, told);
    return () => {
      if (troubles.storage.get(server) === told) troubles.storage.delete(server);
    };
  },
});

export const STORAGE_FAULTS: readonly FaultKind[] = [
  {
    name: "a file server dies",
    minutes: [1, 90],
    begin: ({ site, world, troubles }, random) => {
      const { name } = pick(site.storage, random);
      if (world.deadServers.has(name)) return () => {};
      world.deadServers.add(name);
      troubles.deadSinceMs.set(name, world.clock.monotonicMs());
      return () => {
        world.deadServers.delete(name);
        troubles.deadSinceMs.delete(name);
      };
    },
  },
  seemsDead("both words on a file server flap", (truth, sinceMs) =>
    sinceMs % (BAD_MS + GOOD_MS) < BAD_MS ? { port: DOWN, monitoring: DOWN } : truth,
  ),
  seemsDead("a file server's port does not answer", (truth) => ({ ...truth, port: DOWN })),
  seemsDead("Prometheus says that a file server is down", (truth) => ({ ...truth, monitoring: DOWN })),
];
