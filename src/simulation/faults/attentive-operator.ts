/** What an operator does who looks in every few minutes: what retask waits for them to say, and what it told them of. */
import { endOverride } from "../../control/override-actions.ts";
import { orderRollout } from "../../control/rollout-actions.ts";
import { orderStorageServer } from "../../control/storage-actions.ts";
import { aimOf } from "../../core/domain/override.ts";
import { rolloutContext, rolloutState } from "../../core/rollout/rollout.statechart.ts";
import { storageStateOf } from "../../core/storage/storage.statechart.ts";
import type { FaultyFarm } from "./faulty-farm.ts";

const BY = { author: "carol", from: "the simulator" };

/** Fails over what is dead, takes home what is well again, and lets go on what paused by itself. */
export async function attend(farm: FaultyFarm): Promise<void> {
  const controller = farm.controller();
  const order = (kind: "failOver" | "failBack", server: string) =>
    orderStorageServer(controller, BY, { kind, server }, "looked at").catch(() => null);
  for (const [server, chart] of controller.state.storage) {
    const state = storageStateOf(chart);
    if (state === "dead") await order("failOver", server);
    if (state === "recovered") await order("failBack", server);
  }
  // An order that its giver took back while the record's disk was full, and that has no end of its own.
  for (const { act, expiresMs } of controller.state.overrides) {
    if (expiresMs !== null || farm.isInForce(aimOf(act))) continue;
    await endOverride(controller, BY, aimOf(act), "nobody's").catch(() => null);
  }
  for (const { role, chart } of controller.state.rollouts) {
    if (rolloutState(chart) !== "paused" || !rolloutContext(chart).byItself) continue;
    await orderRollout(controller, BY, role, { type: "RESUME", why: "looked at" }).catch(() => null);
  }
}
