/** Demand of a build role from its machines' distccd figures: known while a slot is free, censored once none is. */
import type { DistccLoad } from "./observation.ts";
import { atLeast, known, type Reading, unknown } from "./reading.ts";

/**
 * Jobs in flight and queued over the role's serving machines, one entry for each, `null` where one did not answer.
 *
 * Once every slot is busy, more jobs may wait in the clients, where no server sees them. Read as a number, demand would
 * then shrink with the farm that retask itself shrinks (S4), so it is only *at least* that. The same holds when a full
 * machine's backlog is not known.
 */
export function distccDemand(loads: readonly (DistccLoad | null)[]): Reading {
  const answered = loads.filter((load) => load !== null);
  if (loads.length === 0) return unknown("no machine of the role serves, so nothing measures its builds");
  if (answered.length < loads.length) {
    return unknown(`partly covered: ${answered.length} of ${loads.length} machines answered`);
  }

  const jobs = answered.reduce((sum, load) => sum + load.inFlight + (load.queue ?? 0), 0);
  if (answered.every(isFull)) return atLeast(jobs, "every slot is busy");
  const blindQueues = answered.filter((load) => isFull(load) && load.queue === null).length;
  if (blindQueues > 0)
    return atLeast(jobs, `the queue of ${countOfMachines(blindQueues)} without a free slot is not known`);
  return known(jobs);
}

/**
 * Jobs that one machine of capacity 1 carries: the policy's number, or with `slots` the mean slots of the machines that
 * answered. `null` while none answered.
 */
export function jobsPerMachine(perMachine: "slots" | number, loads: readonly (DistccLoad | null)[]): number | null {
  if (perMachine !== "slots") return perMachine;
  const answered = loads.filter((load) => load !== null);
  if (answered.length === 0) return null;
  return answered.reduce((sum, load) => sum + load.slots, 0) / answered.length;
}

const isFull = (load: DistccLoad): boolean => load.inFlight >= load.slots;
const countOfMachines = (count: number): string => (count === 1 ? "1 machine" : `${count} machines`);
