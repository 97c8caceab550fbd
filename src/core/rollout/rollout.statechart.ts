/**
 * The rollout chart: a role's reboots in phases. One chart per roll-out, at most one of them under way in a role.
 *
 * Each stage, the canaries and then every wave, is renewed and then soaks: for so long all of it must have stayed healthy.
 * What failed, or is worse than the machines on the old image, turns the roll-out back. What nobody can say lets no time
 * count, and after a while it pauses by itself: a dead Prometheus proves no image bad, and none good (S2).
 *
 * Time is watched time, as everywhere: a restart loses no soak, and downtime adds nothing to one.
 */
import { assign, setup } from "xstate";
import { z } from "zod";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";

export interface RolloutEvidence {
  /** A machine that did not come back, in words; null: none. */
  readonly failed: string | null;
  readonly health: Health;
  /** All machines of the stage have booted anew. */
  readonly isRenewed: boolean;
  /** Operations of the roll-out that can still be called off. */
  readonly isCallingOff: boolean;
  /** Nothing runs, or would boot, the new image any more. */
  readonly isBack: boolean;
  /** The role's production channel means the new image. */
  readonly isPromoted: boolean;
}

export interface Health {
  readonly kind: "healthy" | "sick" | "unclear";
  readonly why: string;
}

/** A single bad scrape is no verdict. */
const SICK_FOR_MS = 60_000;
/** So long nobody knows, and then somebody should. */
const UNCLEAR_FOR_MS = 600_000;

const contextSchema = z.object({
  /** 0: the canaries; then the waves. */
  stage: z.number(),
  lastStage: z.number(),
  soakMs: z.number(),
  /** False of a rolling reboot: there is nothing to go back to. */
  hasWayBack: z.boolean(),
  soakedMs: z.number(),
  /** In a row. */
  sickMs: z.number(),
  unclearMs: z.number(),
  /** Where a pause goes on. */
  pausedIn: z.enum(["renewing", "soaking", "promoting"]),
  keeps: z.boolean(),
  /** Why it stopped, paused, or waits. */
  why: z.string().nullable(),
});

export type RolloutContext = z.output<typeof contextSchema>;
export type RolloutInput = Pick<RolloutContext, "stage" | "lastStage" | "soakMs" | "hasWayBack">;
export type RolloutEvent =
  | { readonly type: "OBSERVE"; readonly deltaMs: number; readonly evidence: RolloutEvidence }
  | { readonly type: "PAUSE" | "RESUME"; readonly why: string }
  | { readonly type: "ROLE_GONE"; readonly why: string }
  | { readonly type: "ABORT"; readonly why: string; readonly keeps: boolean };

interface Seen {
  readonly context: RolloutContext;
  readonly event: RolloutEvent;
}

const observed = ({ event }: Seen) => {
  if (event.type !== "OBSERVE") throw new Error(`${event.type} carries no evidence`);
  return event;
};
const inARow = (seen: Seen, kind: Health["kind"], beforeMs: number): number =>
  observed(seen).evidence.health.kind === kind ? beforeMs + observed(seen).deltaMs : 0;
const sickMs = (seen: Seen): number => inARow(seen, "sick", seen.context.sickMs);
const unclearMs = (seen: Seen): number => inARow(seen, "unclear", seen.context.unclearMs);
const soakedMs = (seen: Seen): number => seen.context.soakedMs + inARow(seen, "healthy", 0);
const isHealthy = (seen: Seen): boolean => observed(seen).evidence.health.kind === "healthy";

export const rolloutGuards = {
  failed: (seen: Seen) => observed(seen).evidence.failed !== null,
  sick: (seen: Seen) => sickMs(seen) >= SICK_FOR_MS,
  unclearForLong: (seen: Seen) => unclearMs(seen) >= UNCLEAR_FOR_MS,
  hasNoCanary: ({ context }: Seen) => context.stage > 0,
  isRenewed: (seen: Seen) => observed(seen).evidence.isRenewed,
  needsACanary: (seen: Seen) => !observed(seen).evidence.isRenewed && seen.context.stage === 0,
  isIncomplete: (seen: Seen) => !observed(seen).evidence.isRenewed,
  soakedLast: (seen: Seen) => rolloutGuards.soaked(seen) && seen.context.stage === seen.context.lastStage,
  soaked: (seen: Seen) => isHealthy(seen) && soakedMs(seen) >= seen.context.soakMs,
  isPromoted: (seen: Seen) => observed(seen).evidence.isPromoted,
  pausedSoaking: ({ context }: Seen) => context.pausedIn === "soaking",
  pausedPromoting: ({ context }: Seen) => context.pausedIn === "promoting",
  pausedCanary: ({ context }: Seen) => context.stage === 0,
  calledOffToStay: (seen: Seen) => rolloutGuards.calledOff(seen) && (seen.context.keeps || !seen.context.hasWayBack),
  calledOff: (seen: Seen) => !observed(seen).evidence.isCallingOff,
  isBack: (seen: Seen) => observed(seen).evidence.isBack,
};

const untroubled = { sickMs: 0, unclearMs: 0, why: null };
const orderOf = ({ event }: Seen): string => (event.type === "OBSERVE" ? "" : event.why);

export const rolloutActions = {
  watch: (seen: Seen): Partial<RolloutContext> => ({
    sickMs: sickMs(seen),
    unclearMs: unclearMs(seen),
    why: isHealthy(seen) ? null : observed(seen).evidence.health.why,
  }),
  soak: (seen: Seen): Partial<RolloutContext> => ({ ...rolloutActions.watch(seen), soakedMs: soakedMs(seen) }),
  beginSoak: (): Partial<RolloutContext> => ({ ...untroubled, soakedMs: 0 }),
  beginWave: ({ context }: Seen): Partial<RolloutContext> => ({ ...untroubled, stage: context.stage + 1 }),
  blameMachine: (seen: Seen): Partial<RolloutContext> => ({ why: observed(seen).evidence.failed }),
  blameHealth: (seen: Seen): Partial<RolloutContext> => ({ why: observed(seen).evidence.health.why }),
  pauseUnclear: (seen: Seen, { from }: { from: RolloutContext["pausedIn"] }): Partial<RolloutContext> => ({
    pausedIn: from,
    why: `paused by itself: ${observed(seen).evidence.health.why}`,
  }),
  pauseOrdered: (seen: Seen, { from }: { from: RolloutContext["pausedIn"] }): Partial<RolloutContext> => ({
    pausedIn: from,
    why: orderOf(seen),
  }),
  goOn: (): Partial<RolloutContext> => untroubled,
  giveUp: (seen: Seen): Partial<RolloutContext> => ({
    why: orderOf(seen),
    keeps: seen.event.type === "ABORT" && seen.event.keeps,
  }),
};

const fails = [
  { guard: "failed", target: "stopping", actions: "blameMachine" },
  { guard: "sick", target: "stopping", actions: "blameHealth" },
] as const;
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
  context: ({ input }) => ({ ...input, ...untroubled, soakedMs: 0, pausedIn: "renewing", keeps: false }),
  initial: "canary",
  on: { ROLE_GONE: { target: ".stopped", actions: "giveUp" } },
  states: {
    canary: {
      on: {
        OBSERVE: [
          { guard: "hasNoCanary", target: "wave" },
          ...fails,
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

export type RolloutState =
  | "canary"
  | "wave"
  | "soaking"
  | "paused"
  | "promoting"
  | "stopping"
  | "rollingBack"
  | "done"
  | "stopped"
  | "rolledBack";

export const newRolloutChart = (input: RolloutInput): ChartSnapshot => begin(rolloutChart, input);
export const stepRollout = (chart: ChartSnapshot, event: RolloutEvent): ChartSnapshot =>
  step(rolloutChart, chart, event);
export const rolloutState = (chart: ChartSnapshot): RolloutState => chart.value as RolloutState;
export const rolloutContext = (chart: ChartSnapshot): RolloutContext => chart.context as RolloutContext;
