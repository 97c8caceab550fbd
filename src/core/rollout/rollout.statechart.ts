/**
 * The rollout chart: a role's reboots in phases. One chart per roll-out, at most one of them under way in a role.
 *
 * Each stage, the canaries and then every wave, is renewed and then soaks: for so long all of it must have stayed healthy.
 * What failed, or is worse than the machines on the old image, turns the roll-out back. What nobody can say lets no time
 * count, and after a while it pauses by itself: a dead Prometheus proves no image bad, and none good (S2).
 *
 * While a dead file server's machines are moved it waits, and goes on afterwards where it was.
 *
 * Time is watched time, as everywhere: a restart loses no soak, and downtime adds nothing to one.
 */
import { assign, setup } from "xstate";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import {
  contextSchema,
  type RolloutContext,
  type RolloutEvent,
  type RolloutInput,
  rolloutActions,
  rolloutGuards,
  untroubled,
} from "./rollout-steps.ts";

const fails = [
  { guard: "failed", target: "stopping", actions: "blameMachine" },
  { guard: "sick", target: "stopping", actions: "blameHealth" },
] as const;
const waits = { guard: "waits", actions: "wait" } as const;
const pauses = (from: RolloutContext["pausedIn"]) =>
  ({ target: "paused", actions: { type: "pauseOrdered", params: { from } } }) as const;
const unclear = (from: RolloutContext["pausedIn"]) =>
  ({
    guard: "unclearForLong",
    target: "paused",
    actions: { type: "pauseUnclear", params: { from } },
  }) as const;
const aborts = { target: "stopping", actions: "giveUp" } as const;

export const rolloutMachine = setup({
  types: { context: {} as RolloutContext, events: {} as RolloutEvent, input: {} as RolloutInput },
  guards: rolloutGuards,
  actions: {
    watch: assign(rolloutActions.watch),
    wait: assign(rolloutActions.wait),
    soak: assign(rolloutActions.soak),
    beginSoak: assign(rolloutActions.beginSoak),
    beginWave: assign(rolloutActions.beginWave),
    blameMachine: assign(rolloutActions.blameMachine),
    blameHealth: assign(rolloutActions.blameHealth),
    pauseUnclear: assign(rolloutActions.pauseUnclear),
    pauseOrdered: assign(rolloutActions.pauseOrdered),
    goOn: assign(rolloutActions.goOn),
    giveUp: assign(rolloutActions.giveUp),
  },
}).createMachine({
  id: "rollout",
  context: ({ input }) => ({
    ...input,
    ...untroubled,
    soakedMs: 0,
    pausedIn: "renewing",
    keeps: false,
    byItself: false,
  }),
  initial: "canary",
  on: { ROLE_GONE: { target: ".stopped", actions: "giveUp" } },
  states: {
    canary: {
      on: {
        OBSERVE: [
          { guard: "hasNoCanary", target: "wave" },
          ...fails,
          waits,
          unclear("renewing"),
          { guard: "isRenewed", target: "soaking", actions: "beginSoak" },
          { actions: "watch" },
        ],
        PAUSE: pauses("renewing"),
        ABORT: aborts,
      },
    },
    wave: {
      on: {
        OBSERVE: [
          ...fails,
          waits,
          unclear("renewing"),
          { guard: "isRenewed", target: "soaking", actions: "beginSoak" },
          { actions: "watch" },
        ],
        PAUSE: pauses("renewing"),
        ABORT: aborts,
      },
    },
    soaking: {
      on: {
        OBSERVE: [
          ...fails,
          waits,
          unclear("soaking"),
          { guard: "needsACanary", target: "canary" },
          { guard: "isIncomplete", target: "wave" },
          { guard: "soakedLast", target: "promoting", actions: "goOn" },
          { guard: "soaked", target: "wave", actions: "beginWave" },
          { actions: "soak" },
        ],
        PAUSE: pauses("soaking"),
        ABORT: aborts,
      },
    },
    paused: {
      on: {
        RESUME: [
          { guard: "pausedPromoting", target: "promoting", actions: "goOn" },
          { guard: "pausedSoaking", target: "soaking", actions: "goOn" },
          { guard: "pausedCanary", target: "canary", actions: "goOn" },
          { target: "wave", actions: "goOn" },
        ],
        ABORT: aborts,
      },
    },
    promoting: {
      on: {
        OBSERVE: [{ guard: "isPromoted", target: "done" }],
        PAUSE: pauses("promoting"),
        ABORT: aborts,
      },
    },
    stopping: {
      on: {
        OBSERVE: [
          { guard: "calledOffToStay", target: "stopped" },
          { guard: "calledOff", target: "rollingBack" },
        ],
      },
    },
    rollingBack: { on: { OBSERVE: [{ guard: "isBack", target: "rolledBack" }] } },
    done: { type: "final" },
    stopped: { type: "final" },
    rolledBack: { type: "final" },
  },
});

export const rolloutChart: Chart<typeof rolloutMachine> = {
  version: 1,
  machine: rolloutMachine,
  context: contextSchema,
};

export const ROLLOUT_STATES = [
  ...(["canary", "wave", "soaking", "paused", "promoting"] as const),
  ...(["stopping", "rollingBack", "done", "stopped", "rolledBack"] as const),
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const newRolloutChart = (input: RolloutInput): ChartSnapshot => begin(rolloutChart, input);
export const stepRollout = (chart: ChartSnapshot, event: RolloutEvent): ChartSnapshot =>
  step(rolloutChart, chart, event);
export const rolloutState = (chart: ChartSnapshot): RolloutState => chart.value as RolloutState;
export const rolloutContext = (chart: ChartSnapshot): RolloutContext => chart.context as RolloutContext;
