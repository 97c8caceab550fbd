/** What the rollout chart asks of a tick, and what it notes of it: its guards and actions, each by its name. */
import { z } from "zod";

export interface RolloutEvidence {
  /** A machine that did not come back, in words; null: none. */
  readonly failed: string | null;
  readonly health: Health;
  /** What goes first, in words: until it is over no time counts, neither for the image nor against it; null: nothing does. */
  readonly waits: string | null;
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

export const contextSchema = z.object({
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
  /** It stopped or paused without being told to: somebody has to hear of it. */
  byItself: z.boolean(),
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
  waits: (seen: Seen) => observed(seen).evidence.waits !== null,
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

export const untroubled = { sickMs: 0, unclearMs: 0, why: null };
const orderOf = ({ event }: Seen): string => (event.type === "OBSERVE" ? "" : event.why);

export const rolloutActions = {
  watch: (seen: Seen): Partial<RolloutContext> => ({
    sickMs: sickMs(seen),
    unclearMs: unclearMs(seen),
    why: isHealthy(seen) ? null : observed(seen).evidence.health.why,
  }),
  /** Only what is sick for certain is still counted: it does harm meanwhile. */
  wait: (seen: Seen): Partial<RolloutContext> => ({
    sickMs: sickMs(seen),
    unclearMs: 0,
    why: observed(seen).evidence.waits,
  }),
  soak: (seen: Seen): Partial<RolloutContext> => ({ ...rolloutActions.watch(seen), soakedMs: soakedMs(seen) }),
  beginSoak: (): Partial<RolloutContext> => ({ ...untroubled, soakedMs: 0 }),
  beginWave: ({ context }: Seen): Partial<RolloutContext> => ({ ...untroubled, stage: context.stage + 1 }),
  blameMachine: (seen: Seen): Partial<RolloutContext> => ({
    why: observed(seen).evidence.failed,
    byItself: true,
  }),
  blameHealth: (seen: Seen): Partial<RolloutContext> => ({
    why: observed(seen).evidence.health.why,
    byItself: true,
  }),
  pauseUnclear: (seen: Seen, { from }: { from: RolloutContext["pausedIn"] }): Partial<RolloutContext> => ({
    pausedIn: from,
    why: `paused by itself: ${observed(seen).evidence.health.why}`,
    byItself: true,
  }),
  pauseOrdered: (seen: Seen, { from }: { from: RolloutContext["pausedIn"] }): Partial<RolloutContext> => ({
    pausedIn: from,
    why: orderOf(seen),
  }),
  goOn: (): Partial<RolloutContext> => ({ ...untroubled, byItself: false }),
  giveUp: (seen: Seen): Partial<RolloutContext> => ({
    why: orderOf(seen),
    byItself: seen.event.type === "ROLE_GONE",
    keeps: seen.event.type === "ABORT" && seen.event.keeps,
  }),
};
