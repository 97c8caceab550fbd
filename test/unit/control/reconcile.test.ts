/** A tick concludes by the configuration that is in force when it concludes, not by the one that it began with. */
import { expect, test, vi } from "vitest";
import { reconcile } from "../../../src/control/reconcile.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { startBench } from "../http/support/bench.ts";

const M24 = machineName("m24");

test("a machine that joins while a tick looks around keeps what was recorded of it meanwhile", async () => {
  const { controller, simulation } = await startBench();
  const whole = controller.configured.site();
  const machines = new Map([...whole.machines].filter(([name]) => name !== M24));
  const inForce = vi
    .spyOn(controller.configured, "site")
    .mockReturnValue({ ...whole, digest: "without m24", machines });
  const probe = vi.spyOn(simulation.world.bootServer, "probe").mockImplementationOnce(async () => {
    inForce.mockReturnValue(whole);
    return { ok: true };
  });
  const { observation } = await reconcile(controller, "full");
  expect(probe).toHaveBeenCalledTimes(2);
  expect(observation.machines.has(M24)).toBe(true);
  expect(controller.state.machines.get(M24)).toMatchObject({ adopted: true, placement: "compile" });
});
