/** Roll-outs, as the API sends them. */
import { z } from "zod";
import { ROLLOUT_STATES } from "../../core/rollout/rollout.statechart.ts";
import { count, machine, ms, wallMs } from "./shared.ts";

export const rollout = z
  .object({
    role: z.string(),
    what: z.string().describe("As reasons name it: roll-out of web.2026-11."),
    image: z.string().nullable().describe("Null: a rolling reboot, each machine into its own image."),
    previous: z.string().nullable().describe("What machines go back to, and newcomers boot until the last wave."),
    state: z.enum(ROLLOUT_STATES),
    stateText: z.string(),
    why: z.string().nullable().describe("Why it stopped, paused, or waits."),
    waits: z.string().nullable().describe("Why the next machines have not begun: limits, floors, what goes first."),
    byItself: z.boolean().describe("It stopped or paused without being told to."),
    stage: z.object({
      number: count.describe("0: the canaries; then the waves."),
      last: count,
      machines: count.describe("Machines of the stage, those of earlier ones included."),
      pending: z.array(machine).describe("Of those, the ones that have not booted anew."),
    }),
    canaries: count,
    wavesPercent: z.array(z.number()),
    soakMs: ms,
    soakedMs: ms,
    renewed: z.array(machine),
    old: z.array(machine).describe("Machines of the role that still have to boot anew, in their order."),
    left: z.array(z.object({ machine, why: z.string() })).describe("Passed over, and why."),
    author: z.string(),
    reason: z.string(),
    startedMs: wallMs,
    endedMs: wallMs.nullable().describe("Null: it is under way."),
  })
  .meta({ id: "Rollout", description: "A role's reboots in phases, into another image or their own again." });

export const rolloutsAnswer = z.object({ rollouts: z.array(rollout) });
