/** What a kind of fault is, and whom it strikes. */
import type { Random } from "../random.ts";
import type { SimulatedMachine } from "../simulated-machine.ts";
import type { FaultyFarm } from "./faulty-farm.ts";

export interface FaultKind {
  readonly name: string;
  /** Shortest and longest, in minutes. */
  readonly minutes: readonly [number, number];
  /** Breaks something; what it returns mends it. */
  readonly begin: (farm: FaultyFarm, random: Random) => Mend | Promise<Mend>;
}

export type Mend = () => void | Promise<void>;

export function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random.next() * all.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

export const anyMachine = ({ world }: FaultyFarm, random: Random): SimulatedMachine =>
  pick([...world.machines.values()], random);

/** One that is on its way to another role, where there is one: that is where a fault hurts most. */
export function busyMachine(farm: FaultyFarm, random: Random): SimulatedMachine {
  const operations = [...farm.controller().state.operations.values()];
  const busy = operations.flatMap(({ machine }) => farm.world.machines.get(machine) ?? []);
  return busy.length > 0 ? pick(busy, random) : anyMachine(farm, random);
}
