/** The machine's own clocks. */
import type { Clock } from "../ports.ts";

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  deadline: (ms, within) => {
    const own = AbortSignal.timeout(ms);
    return within === undefined ? own : AbortSignal.any([within, own]);
  },
};
