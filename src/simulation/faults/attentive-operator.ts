/** What an operator does who looks in every few minutes: what retask waits for them to say, and what it told them of. */
import { orderRollout } from "../../control/rollout-actions.ts";
import { orderStorageServer } from "../../control/storage-actions.ts";
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
  for (const { role, chart } of controller.state.rollouts) {
    if (rolloutState(chart) !== "paused" || !rolloutContext(chart).byItself) continue;
    await orderRollout(controller, BY, role, { type: "RESUME", why: "looked at" }).catch(() => null);
  }
}
