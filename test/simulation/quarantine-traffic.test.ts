/** A machine in quarantine gets no work, whatever it seems to be fit for. */
import { expect, test } from "vitest";
import {
  MINUTE_MS,
  outcomes,
  record,
  servingWeb,
  startFarm,
  subject,
  untilEnded,
  untilPhase,
} from "./support/fault-farm.ts";
import { WEB } from "./support/small-site.ts";

test("one that the proxy finds down for too long is quarantined, and its traffic is taken away before the proxy finds it up", async () => {
  const farm = await startFarm();
  const { traffic } = farm.simulation.world;
  await untilPhase(farm, "warming");
  const machine = subject(farm);
  const { name } = machine.machine;
  const read = traffic.read.bind(traffic);
  let isUp = false;
  traffic.read = async (...asked) => {
    const facts = await read(...asked);
    const own = facts.get(name);
    return own?.kind === "on" && !isUp ? new Map(facts).set(name, { kind: "on", up: false }) : facts;
  };
  await untilEnded(farm, 60 * MINUTE_MS);
  expect(outcomes(farm)).toEqual(["quarantined"]);
  await farm.simulation.runFor(MINUTE_MS);
  expect(record(farm, machine).quarantine?.why).toContain("does not serve");
  expect(traffic.isOn(WEB, name)).toBe(false);

  // It has come back as it should, and has stayed up: it is released, and only then serves.
  isUp = true;
  await farm.simulation.runFor(10 * MINUTE_MS);
  expect(record(farm, machine).quarantine).toBeNull();
  const [entry] = await farm.simulation.controller.store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ who: "retask", action: `release ${name}`, refused: null });
  expect(traffic.isServing(WEB, name)).toBe(true);
  expect(servingWeb(farm)).toBeGreaterThanOrEqual(2);
});
