/** The messages of the evaluation protocol: one JSON object a line, each answered by one line. */
import { z } from "zod";

const machines = z.number().min(0);

/** The first line. Every `history` value and demand is in machines that the role needs in that minute. */
export const initSchema = z.object({
  type: z.literal("init"),
  N: z.number().int().min(1).max(100_000).describe("Machines of the pool."),
  switchMinutes: z.number().positive().describe("Minutes that a move takes, in which the machine serves nobody."),
  weights: z.object({
    webMachineHourShort: z.number().positive(),
    compileMachineHourLost: z.number().positive(),
    perSwitchMachineHours: machines,
  }),
  orderEveryMinutes: z.number().int().min(1).describe("Moves may begin only in minutes that this divides."),
  history: z.object({ web: z.array(machines), compile: z.array(machines).nullable() }),
});

/** Every further line: the minute that begins, the demand of the one before it, and where the machines are. */
export const minuteSchema = z.object({
  t: z.number().int().min(0),
  demand: z.object({ web: machines.nullable(), compile: machines.nullable() }),
  machines: z.object({ web: machines, compile: machines, toWeb: machines, toCompile: machines }),
});

export type Init = z.infer<typeof initSchema>;
export type Minute = z.infer<typeof minuteSchema>;

/** Machines for each role, those on their way included. */
export interface Targets {
  readonly targets: { readonly web: number; readonly compile: number };
}
