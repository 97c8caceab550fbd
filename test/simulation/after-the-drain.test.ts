/** Between its drain and its power-off a machine serves nobody: no time is lost there. */
import { expect, test } from "vitest";
import { type FaultFarm, said, startFarm, subject, until, untilPhase } from "./support/fault-farm.ts";

/** The names of the machines whose beacons are asked from here on. */
function watchBeacons({ simulation: { world } }: FaultFarm): string[] {
  const asked: string[] = [];
  const { read } = world.beacons;
  world.beacons.read = (machine, signal) => {
    asked.push(machine.name);
    return read(machine, signal);
  };
  return asked;
}

test("a drained machine's beacon is not waited for until the power-off is sent, and is asked again from then on", async () => {
  const farm = await startFarm();
  await untilPhase(farm, "relinking");
  const asked = watchBeacons(farm);
  await until(farm, () => said(farm).includes("soft"));
  expect(asked).toEqual([]);
  await farm.simulation.turn();
  expect(asked).toContain(subject(farm).machine.name);
});
