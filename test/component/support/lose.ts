/** A machine of the simulated farm that dies, with a cold spare at hand; and fleet.yaml once their hardware was exchanged. */
import { exchangeHardware } from "../../../src/cli/fleet/exchange-hardware.ts";
import { machineName, SPARE } from "../../../src/core/domain/names.ts";
import type { SimulatedDaemon } from "./cli-bench.ts";

export async function loseWithSpare({ simulation }: SimulatedDaemon, dead: string, spare: string): Promise<void> {
  const { controller, world } = simulation;
  for (const name of [dead, spare]) world.machines.get(machineName(name))?.switchOff();
  const record = controller.state.machines.get(machineName(spare));
  if (record === undefined) throw new Error(`there is no ${spare}`);
  const cold = { ...record, placement: SPARE, image: null };
  const machines = new Map(controller.state.machines).set(machineName(spare), cold);
  controller.state = { ...controller.state, machines };
  // Their BMCs are asked every two minutes, and twice.
  await simulation.runFor(400_000, 10_000);
}

export const exchangeInFleet = (daemon: SimulatedDaemon, machine: string, spare: string): Promise<void> =>
  daemon.rewrite("fleet.yaml", (text) => {
    const edited = exchangeHardware(text, { machine, spare, spareIs: "retired" });
    if (!edited.ok) throw new Error(edited.why);
    return edited.text;
  });
