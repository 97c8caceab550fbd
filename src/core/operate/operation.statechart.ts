/**
 * The operation chart: one machine's way to another role, or through a reboot to its own again.
 *
 * Until the first power-off is sent the way back is open, and it is taken when the operator, the plan or the floor asks:
 * `undoing` restores the link and gives traffic back. From then on a machine is verified or quarantined, nothing else; unless the
 * file server that it boots from dies meanwhile: then it is `stranded`, and booted anew from the mirror.
 * Success is only ever something that was *seen*: two off readings, the link on disk, a beacon with a new boot id. What an
 * effect reported of itself counts only as a failure, and only where it proves that nothing was done.
 *
 * Time arrives as watched milliseconds; while what booting depends on is down, the waiting states don't age.
 */
import { assign, setup } from "xstate";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import { effectFailure } from "./effect-failure.ts";
import type { OperationFacts } from "./operation-facts.ts";
import {
  contextSchema,
  factsOf,
  firstOff,
  type OperationContext,
  type OperationEvent,
  type OperationInput,
  operationGuards,
  waitsFor,
  watched,
} from "./operation-guards.ts";

/** Every state counts its own time. */
const leave = { elapsedMs: 0 } as const;

export const operationMachine = setup({
  types: { context: {} as OperationContext, events: {} as OperationEvent, input: {} as OperationInput },
  guards: operationGuards,
  actions: {
    enter: assign(leave),
    enterDraining: assign({ ...leave, trafficOffMs: 0, offSent: false }),
    enterWarming: assign(({ context }) => ({ ...leave, bootMs: context.elapsedMs })),
    undoBecauseCancelled: assign(({ event }) => ({ ...leave, why: event.type === "CANCEL" ? event.why : null })),
    undoBecauseAborted: assign((seen) => ({ ...leave, why: factsOf(seen).abort })),
    undoBecausePreflight: assign((seen) => ({ ...leave, why: effectFailure(factsOf(seen).effects.preflight) })),
    undoBecausePreflightLate: assign((seen) => ({ ...leave, why: `preflight took too long: ${waitsFor(seen)}` })),
    undoBecauseUndrained: assign((seen) => ({ ...leave, why: `not drained in time: ${factsOf(seen).traffic.why}` })),
    undoBecauseUnlinked: assign((seen) => ({
      ...leave,
      why: `relinking failed: ${effectFailure(factsOf(seen).effects.relink) ?? factsOf(seen).linkWhy}`,
    })),
    undoBecauseIdentity: assign((seen) => ({ ...leave, why: effectFailure(factsOf(seen).effects.identify) })),
    undoBecauseOffRefused: assign((seen) => ({ ...leave, why: effectFailure(firstOff(seen)) })),
    blameOff: assign((seen) => ({ ...leave, why: `did not switch off: ${factsOf(seen).powerWhy}` })),
    blameOn: assign((seen) => ({
      ...leave,
      why: `did not switch on: ${effectFailure(factsOf(seen).effects.powerOn) ?? factsOf(seen).powerWhy}`,
    })),
    blameBoot: assign((seen) => ({ ...leave, why: `did not come up in time: ${factsOf(seen).boot.why}` })),
    blameRole: assign((seen) => ({ ...leave, why: factsOf(seen).boot.why })),
    blameTraffic: assign((seen) => ({ ...leave, why: `came up, but does not serve: ${factsOf(seen).traffic.why}` })),
    blameStorage: assign((seen) => ({ ...leave, why: factsOf(seen).bootsFromDead })),
    noteLostLink: assign((seen) => ({ ...leave, why: `${seen.context.why}; ${factsOf(seen).linkWhy}: left as it is` })),
    watch: assign((seen) => watched(seen, true)),
    watchWhileBootable: assign((seen) => watched(seen, factsOf(seen).bootServer.ok)),
  },
}).createMachine({
  id: "operation",
  context: ({ input }) => ({
    elapsedMs: 0,
    trafficOffMs: 0,
    servingMs: 0,
    bootMs: null,
    offSent: false,
    why: null,
    ...input,
  }),
  initial: "preflight",
  states: {
    preflight: {
      on: {
        CANCEL: { target: "undoing", actions: "undoBecauseCancelled" },
        OBSERVE: [
          { guard: "aborted", target: "undoing", actions: "undoBecauseAborted" },
          { guard: "preflightPassedFromOff", target: "relinking", actions: "enter" },
          { guard: "preflightPassedHard", target: "relinking", actions: "enter" },
          { guard: "preflightPassed", target: "draining", actions: "enter" },
          { guard: "preflightFailed", target: "undoing", actions: "undoBecausePreflight" },
          { guard: "preflightLate", target: "undoing", actions: "undoBecausePreflightLate" },
          { actions: "watchWhileBootable" },
        ],
      },
    },
    draining: {
      on: {
        CANCEL: { target: "undoing", actions: "undoBecauseCancelled" },
        OBSERVE: [
          { guard: "aborted", target: "undoing", actions: "undoBecauseAborted" },
          { guard: "drainedAtEnd", target: "done", actions: "enter" },
          { guard: "drainedToOff", target: "poweringOff", actions: "enter" },
          { guard: "drained", target: "relinking", actions: "enter" },
          { guard: "mayProceedAtEnd", target: "done", actions: "enter" },
          { guard: "mayProceedToOff", target: "poweringOff", actions: "enter" },
          { guard: "mayProceed", target: "relinking", actions: "enter" },
          { guard: "drainLate", target: "undoing", actions: "undoBecauseUndrained" },
          { actions: "watch" },
        ],
      },
    },
    relinking: {
      on: {
        CANCEL: { target: "undoing", actions: "undoBecauseCancelled" },
        OBSERVE: [
          { guard: "aborted", target: "undoing", actions: "undoBecauseAborted" },
          { guard: "trafficBack", target: "draining", actions: "enterDraining" },
          { guard: "linkedFromOff", target: "poweringOn", actions: "enter" },
          { guard: "linked", target: "poweringOff", actions: "enter" },
          { guard: "relinkFailed", target: "undoing", actions: "undoBecauseUnlinked" },
          { guard: "relinkLate", target: "undoing", actions: "undoBecauseUnlinked" },
          { actions: "watch" },
        ],
      },
    },
    poweringOff: {
      on: {
        CANCEL: { guard: "offNotSentYet", target: "undoing", actions: "undoBecauseCancelled" },
        OBSERVE: [
          { guard: "abortedBeforeOff", target: "undoing", actions: "undoBecauseAborted" },
          { guard: "identityRefused", target: "undoing", actions: "undoBecauseIdentity" },
          { guard: "offRefused", target: "undoing", actions: "undoBecauseOffRefused" },
          { guard: "trafficBack", target: "draining", actions: "enterDraining" },
          { guard: "offProvenAtEnd", target: "done", actions: "enter" },
          { guard: "offProven", target: "poweringOn", actions: "enter" },
          { guard: "offLate", target: "quarantined", actions: "blameOff" },
          { actions: "watch" },
        ],
      },
    },
    poweringOn: {
      on: {
        OBSERVE: [
          { guard: "isOn", target: "verifying", actions: "enter" },
          { guard: "onGaveUp", target: "quarantined", actions: "blameOn" },
          { actions: "watchWhileBootable" },
        ],
      },
    },
    verifying: {
      on: {
        OBSERVE: [
          { guard: "stranded", target: "stranded", actions: "blameStorage" },
          { guard: "cameUpRight", target: "warming", actions: "enterWarming" },
          { guard: "cameUpWrong", target: "quarantined", actions: "blameRole" },
          { guard: "wentOff", target: "poweringOn", actions: "enter" },
          { guard: "bootLate", target: "quarantined", actions: "blameBoot" },
          { actions: "watchWhileBootable" },
        ],
      },
    },
    warming: {
      on: {
        OBSERVE: [
          { guard: "stranded", target: "stranded", actions: "blameStorage" },
          { guard: "warm", target: "done", actions: "enter" },
          { guard: "cameUpWrong", target: "quarantined", actions: "blameRole" },
          { guard: "upLate", target: "quarantined", actions: "blameTraffic" },
          { actions: "watch" },
        ],
      },
    },
    undoing: {
      on: {
        OBSERVE: [
          { guard: "linkRestoredWhileOff", target: "undone" },
          { guard: "linkRestored", target: "undone" },
          { guard: "linkLost", target: "undone", actions: "noteLostLink" },
          { actions: "watch" },
        ],
      },
    },
    done: { type: "final" },
    undone: { type: "final" },
    quarantined: { type: "final" },
    stranded: { type: "final" },
  },
});

export const operationChart: Chart<typeof operationMachine> = {
  version: 1,
  machine: operationMachine,
  context: contextSchema,
};

export type OperationState =
  | "preflight"
  | "draining"
  | "relinking"
  | "poweringOff"
  | "poweringOn"
  | "verifying"
  | "warming"
  | "undoing"
  | "done"
  | "undone"
  | "quarantined"
  | "stranded";

export const newOperationChart = (input: OperationInput): ChartSnapshot => begin(operationChart, input);
export const stateOf = (chart: ChartSnapshot): OperationState => chart.value as OperationState;
export const contextOf = (chart: ChartSnapshot): OperationContext => chart.context as OperationContext;

export const observeOperation = (chart: ChartSnapshot, deltaMs: number, facts: OperationFacts): ChartSnapshot =>
  step(operationChart, chart, { type: "OBSERVE", deltaMs, facts });
export const cancelOperation = (chart: ChartSnapshot, why: string): ChartSnapshot =>
  step(operationChart, chart, { type: "CANCEL", why });
