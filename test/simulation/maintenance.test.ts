/** A machine that is taken out to be worked on, by the real loop over the simulated farm: out, kept out, and back. */
import { expect, test } from "vitest";
import { machineName, SPARE } from "../../src/core/domain/names.ts";
import { BY, COMPILE, FOR_AN_HOUR, restartBench, WEB } from "../unit/http/support/bench.ts";
import {
  healthyIn,
  MINUTE_MS,
  ONE_MOVE_MS,
  placementOf,
  run,
  type WatchedBench,
  watchedBench,
} from "./support/watched-bench.ts";

const M01 = machineName("m01");
const PATH = "/v1/overrides/maintenance/m01";

/** As its beacon says it. */
function bootIdOf({ controller }: WatchedBench): string | null {
  const beacon = controller.last?.observation.machines.get(M01)?.beacon;
  return beacon?.kind === "heard" ? beacon.report.bootId : null;
}

test("switched off it stays off and out until the end, over a restart, and then goes where it is needed", async () => {
  const bench = await watchedBench();
  const machine = bench.simulation.world.machines.get(M01);
  expect(placementOf(bench, "m01")).toBe(WEB);
  expect((await bench.send("PUT", PATH, FOR_AN_HOUR)).status).toBe(201);
  await run(bench, ONE_MOVE_MS);
  expect([placementOf(bench, "m01"), machine?.phase]).toEqual([SPARE, "off"]);
  expect(healthyIn(bench, WEB)).toBeGreaterThanOrEqual(6);

  const after = await restartBench(bench);
  await run(after, 20 * MINUTE_MS);
  expect([placementOf(after, "m01"), machine?.phase]).toEqual([SPARE, "off"]);
  expect((await after.send("DELETE", PATH, BY)).status).toBe(200);
  await run(after, ONE_MOVE_MS);
  expect([placementOf(after, "m01"), machine?.phase, machine?.role]).toEqual([COMPILE, "up", COMPILE]);
});

test("left on it runs on without traffic, also after its proxy forgot the drain, and boots anew before it serves", async () => {
  const bench = await watchedBench();
  const { traffic, machines } = bench.simulation.world;
  const bootId = bootIdOf(bench);
  await bench.send("PUT", PATH, { ...FOR_AN_HOUR, power: "on" });
  await run(bench, ONE_MOVE_MS);
  expect([placementOf(bench, "m01"), machines.get(M01)?.phase, traffic.isOn(WEB, M01)]).toEqual([SPARE, "up", false]);

  const site = bench.controller.configured.site();
  const [entry, policy] = [site.machines.get(M01), site.policies.get(WEB)];
  if (entry === undefined || policy === undefined) throw new Error("the bench has no m01 or no web");
  await traffic.on(WEB, policy.traffic, entry);
  await run(bench, MINUTE_MS);
  expect([traffic.isOn(WEB, M01), bootIdOf(bench)]).toEqual([false, bootId]);

  // It ends by itself.
  await run(bench, 50 * MINUTE_MS + ONE_MOVE_MS);
  expect(placementOf(bench, "m01")).not.toBe(SPARE);
  expect(bootIdOf(bench)).not.toBe(bootId);
});
