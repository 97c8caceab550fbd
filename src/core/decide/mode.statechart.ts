/**
 * The mode chart: may new operations start at all? Four independent questions, four regions; only `auto`, `running`,
 * `closed` and `going` together allow it. Operations in flight are not its business: they always reach a safe state.
 */
import { assign, setup } from "xstate";
import { z } from "zod";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";

export interface ModeEvidence {
  readonly configured: "advise" | "auto";
  /** `retask adopt` was called on this store: a new or lost store only advises, whatever the file says. */
  readonly adopted: boolean;
  /** Why the whole pool is paused, or null. */
  readonly paused: string | null;
  /** Why the breaker of the whole pool is open, or null. */
  readonly tripped: string | null;
  /** Why retask was stopped (`retask stop`), or null. */
  readonly stopped: string | null;
}

const contextSchema = z.object({
  paused: z.string().nullable(),
  tripped: z.string().nullable(),
  stopped: z.string().nullable(),
});

type ModeContext = z.output<typeof contextSchema>;
type ModeEvent = { type: "TICK"; evidence: ModeEvidence };

const modeSetup = setup({
  types: { context: {} as ModeContext, events: {} as ModeEvent },
  guards: {
    mayAct: ({ event }) => event.evidence.configured === "auto" && event.evidence.adopted,
    onlyAdvises: ({ event }) => event.evidence.configured === "advise" || !event.evidence.adopted,
    isPaused: ({ event }) => event.evidence.paused !== null,
    notPaused: ({ event }) => event.evidence.paused === null,
    isTripped: ({ event }) => event.evidence.tripped !== null,
    notTripped: ({ event }) => event.evidence.tripped === null,
    isStopped: ({ event }) => event.evidence.stopped !== null,
    notStopped: ({ event }) => event.evidence.stopped === null,
  },
  actions: {
    noteReasons: assign(({ event }) => ({
      paused: event.evidence.paused,
      tripped: event.evidence.tripped,
      stopped: event.evidence.stopped,
    })),
  },
});

export const modeMachine = modeSetup.createMachine({
  id: "mode",
  context: { paused: null, tripped: null, stopped: null },
  type: "parallel",
  on: { TICK: { actions: "noteReasons" } },
  states: {
    authority: {
      initial: "advise",
      states: {
        advise: { on: { TICK: { guard: "mayAct", target: "auto", actions: "noteReasons" } } },
        auto: { on: { TICK: { guard: "onlyAdvises", target: "advise", actions: "noteReasons" } } },
      },
    },
    pause: {
      initial: "running",
      states: {
        running: { on: { TICK: { guard: "isPaused", target: "paused", actions: "noteReasons" } } },
        paused: { on: { TICK: { guard: "notPaused", target: "running", actions: "noteReasons" } } },
      },
    },
    breaker: {
      initial: "closed",
      states: {
        closed: { on: { TICK: { guard: "isTripped", target: "tripped", actions: "noteReasons" } } },
        tripped: { on: { TICK: { guard: "notTripped", target: "closed", actions: "noteReasons" } } },
      },
    },
    stop: {
      initial: "going",
      states: {
        going: { on: { TICK: { guard: "isStopped", target: "stopped", actions: "noteReasons" } } },
        stopped: { on: { TICK: { guard: "notStopped", target: "going", actions: "noteReasons" } } },
      },
    },
  },
});

export const modeChart: Chart<typeof modeMachine> = { version: 1, machine: modeMachine, context: contextSchema };

export const newMode = (): ChartSnapshot => begin(modeChart);

export const stepMode = (mode: ChartSnapshot, evidence: ModeEvidence): ChartSnapshot =>
  step(modeChart, mode, { type: "TICK", evidence });

interface ModeValue {
  readonly authority: "advise" | "auto";
  readonly pause: "running" | "paused";
  readonly breaker: "closed" | "tripped";
  readonly stop: "going" | "stopped";
}

export const modeValue = (mode: ChartSnapshot): ModeValue => mode.value as ModeValue;
export const isAdvising = (mode: ChartSnapshot): boolean => modeValue(mode).authority === "advise";

/** Why nothing new may start at all: what it comes from, and one line for people. */
export interface Hold {
  readonly cause: "stopped" | "paused" | "breaker" | "recovering" | "blind" | "bootServer";
  readonly why: string;
}

/** Empty when operations may start. Advising is no hold: it plans, and starts nothing. */
export function modeHolds(mode: ChartSnapshot): Hold[] {
  const value = modeValue(mode);
  const context = mode.context as ModeContext;
  const holds: Hold[] = [];
  if (value.stop === "stopped") holds.push({ cause: "stopped", why: `stopped: ${context.stopped}` });
  if (value.pause === "paused") holds.push({ cause: "paused", why: `paused: ${context.paused}` });
  if (value.breaker === "tripped") holds.push({ cause: "breaker", why: `breaker open: ${context.tripped}` });
  return holds;
}
