/** A machine of a simulated farm that is to leave. */
import { machineName } from "../../../src/core/domain/names.ts";
import type { SimulatedDaemon } from "./cli-bench.ts";

/** Its entry says so, it is off, and both were seen. */
export async function retire({ simulation }: SimulatedDaemon, name: string): Promise<void> {
  const site = simulation.controller.configured.site();
  const machine = site.machines.get(machineName(name));
  if (machine === undefined) throw new Error(`there is no ${name}`);
  const machines = new Map(site.machines).set(machine.name, { ...machine, status: "retiring" });
  Object.assign(simulation.controller.configured, { site: () => ({ ...site, machines }) });
  simulation.world.machines.get(machine.name)?.switchOff();
  const { power } = simulation.controller.observer;
  power.commandSent(machine.name);
  await power.read(machine);
  await power.read(machine);
  await simulation.turn();
}
