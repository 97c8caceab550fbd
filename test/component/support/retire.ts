/** A machine of a simulated farm that is to leave. */
import { setEntryKeys } from "../../../src/cli/fleet/edit-fleet.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import type { SimulatedDaemon } from "./cli-bench.ts";

/** Its entry says so, it is off, and both were seen. */
export async function retire(daemon: SimulatedDaemon, name: string): Promise<void> {
  const { simulation } = daemon;
  await daemon.rewrite("fleet.yaml", (text) => {
    const edited = setEntryKeys(text, name, { status: "retiring" });
    if (!edited.ok) throw new Error(edited.why);
    return edited.text;
  });
  const machine = simulation.controller.configured.site().machines.get(machineName(name));
  if (machine === undefined) throw new Error(`there is no ${name}`);
  simulation.world.machines.get(machine.name)?.switchOff();
  const { power } = simulation.controller.observer;
  power.commandSent(machine.name);
  await power.read(machine);
  await power.read(machine);
  await simulation.turn();
}
