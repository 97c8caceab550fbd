/** An order of machines in which each next one shares as few failure domains as possible with those before it. */
import type { Machine } from "../domain/fleet.ts";
import { domainKeys } from "../plan/ledger.ts";

/** Stable: the same machines come in the same order, by name where their domains do not tell them apart. */
export function spreadOut(machines: readonly Machine[]): Machine[] {
  // Machines of the same domains are one group: a fleet of thousands has a handful.
  const groups = new Map<string, Machine[]>();
  for (const machine of [...machines].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = domainKeys(machine).sort().join(" ");
    groups.set(key, [...(groups.get(key) ?? []), machine]);
  }
  const crowding = new Map<string, number>();
  const crowdOf = (machine: Machine): number =>
    domainKeys(machine).reduce((sum, key) => sum + (crowding.get(key) ?? 0), 0);
  const queues = [...groups.values()].map((group) => ({ group, next: 0 }));
  return machines.map(() => {
    const best = queues
      .flatMap((queue) => {
        const machine = queue.group[queue.next];
        return machine === undefined ? [] : [{ queue, machine, crowd: crowdOf(machine) }];
      })
      .reduce((a, b) => (b.crowd < a.crowd || (b.crowd === a.crowd && b.machine.name < a.machine.name) ? b : a));
    best.queue.next += 1;
    for (const key of domainKeys(best.machine)) crowding.set(key, (crowding.get(key) ?? 0) + 1);
    return best.machine;
  });
}
