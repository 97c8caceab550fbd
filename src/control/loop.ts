/** Turns the loop: a full tick every ten seconds, a quick one each second while machines are in operation or when woken. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Controller } from "./controller.ts";
import { reconcile } from "./reconcile.ts";

/** While a machine is in operation it is looked at so often. */
const OPERATION_TICK_MS = 1_000;
/** Wakes closer together than this are one wake. Between drain and power-off two of them follow each other. */
const SHORTEST_PAUSE_MS = 20;

export interface Loop {
  /** Ends after the tick under way, and after the effects that are running. */
  stop(): Promise<void>;
  /** The next tick is a full one, and comes at once. */
  wakeFully(): void;
}

export function startLoop(controller: Controller): Loop {
  const ended = new AbortController();
  let woken = new AbortController();
  let fullDue = true;
  const wake = (): void => woken.abort();
  controller.wake = wake;

  const turn = async (): Promise<void> => {
    const { clock } = controller.world;
    let lastFullMs = Number.NEGATIVE_INFINITY;
    while (!ended.signal.aborted) {
      const { tickMs } = controller.configured.site().timing;
      const full = fullDue || clock.monotonicMs() - lastFullMs >= tickMs;
      fullDue = false;
      const beganMs = clock.monotonicMs();
      if (full) lastFullMs = beganMs;
      await runTick(controller, full ? "full" : "operations");

      const fullMs = lastFullMs + tickMs;
      const nextMs = controller.state.operations.size > 0 ? Math.min(beganMs + OPERATION_TICK_MS, fullMs) : fullMs;
      const pauseMs = nextMs - clock.monotonicMs();
      await pause(Math.max(SHORTEST_PAUSE_MS, pauseMs), AbortSignal.any([ended.signal, woken.signal]));
      if (woken.signal.aborted) {
        woken = new AbortController();
        await pause(SHORTEST_PAUSE_MS, ended.signal);
      }
    }
  };
  const running = turn();
  return {
    stop: async () => {
      ended.abort();
      await running;
      await controller.effects.idle();
    },
    wakeFully: () => {
      fullDue = true;
      wake();
    },
  };
}

/** A tick that throws (a full disk, a bug) is logged and counted; the next one starts afresh from what is stored. */
async function runTick(controller: Controller, scope: "full" | "operations"): Promise<void> {
  try {
    await reconcile(controller, scope);
  } catch (error) {
    controller.failedTicks += 1;
    controller.logger.error(
      { err: error instanceof Error ? error.message : String(error) },
      "tick failed, nothing was done",
    );
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
