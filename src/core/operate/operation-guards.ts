/** What the operation chart asks of a tick, each question by its name. */
import { z } from "zod";
import type { EffectFact } from "../domain/observation.ts";
import type { Manner } from "../domain/operation.ts";
import { certainlyNotDone, effectFailure } from "./effect-failure.ts";
import type { OperationFacts } from "./operation-facts.ts";

const PREFLIGHT_DEADLINE_MS = 300_000;
const RELINK_DEADLINE_MS = 60_000;
/** After the soft-off deadline: the hard off (60 s) and its two readings. */
const HARD_OFF_DEADLINE_MS = 120_000;
export const POWER_ON_ATTEMPTS = 3;
export const POWER_ON_RETRY_MS = 60_000;
const UP_DEADLINE_MS = 900_000;
/** An undo that can't have its link back ends after so long, where the link is not retask's to mend. */
const UNDO_LINK_DEADLINE_MS = 600_000;

export const contextSchema = z.object({
  /** Watched ms in the present state. */
  elapsedMs: z.number(),
  /** Watched ms since every traffic system was off. */
  trafficOffMs: z.number(),
  /** Watched ms since the machine got traffic and was found up. */
  servingMs: z.number(),
  /** From power on to the verified beacon; what the boot deadline is learned from. */
  bootMs: z.number().nullable(),
  offSent: z.boolean(),
  fromBootId: z.string().nullable(),
  /** The machine was off to begin with: nothing to drain, nothing to switch off. */
  startsOff: z.boolean(),
  /** The machine shall only be switched off. */
  endsOff: z.boolean(),
  /** How it leaves what it runs; absent in what an older program stored. */
  manner: z.enum(["usual", "hard", "drainOnly"]).optional(),
  /** Why it is being undone, or was quarantined. */
  why: z.string().nullable(),
});

export type OperationContext = z.output<typeof contextSchema>;
export type OperationEvent =
  | { type: "OBSERVE"; deltaMs: number; facts: OperationFacts }
  | { type: "CANCEL"; why: string };
export interface OperationInput {
  readonly fromBootId: string | null;
  readonly startsOff: boolean;
  readonly endsOff: boolean;
  readonly manner: Manner;
}

export interface Seen {
  readonly context: OperationContext;
  readonly event: OperationEvent;
}

/** CANCEL carries no facts; no guard on facts is ever asked for it. */
export const factsOf = ({ event }: Seen): OperationFacts => {
  if (event.type !== "OBSERVE") throw new Error(`${event.type} carries no facts`);
  return event.facts;
};

const offsOf = (seen: Seen) => [factsOf(seen).effects.softOff, factsOf(seen).effects.hardOff].filter(isStarted);
const isStarted = (effect: EffectFact | undefined): effect is EffectFact => effect !== undefined;

/** Asked of the effects themselves: an off that was seen running may still prove to have never left. */
const offWasSent = (seen: Seen): boolean => {
  const offs = offsOf(seen);
  return offs.length === 0 ? seen.context.offSent : offs.some((off) => !certainlyNotDone(off));
};

/** No duplicate of an off can still arrive; the next operation of this machine knows nothing of it. */
const offSettled = (seen: Seen): boolean =>
  offsOf(seen).every(({ state, ageMs }) => state !== "running" && ageMs >= factsOf(seen).timing.offSettleMs);

/**
 * It boots from what is dead, and nothing of this operation can reach the machine any more: another one may take it. What was
 * switched off is switched on first: there it comes up by itself should the server return, and off nobody would look for it.
 */
const isStranded = (seen: Seen): boolean => {
  const { bootsFromDead, power } = factsOf(seen);
  return bootsFromDead !== null && power !== "off" && offSettled(seen) && isStill(seen);
};

/** What still runs may yet undo the undo: take traffic off again, or point the link. */
const isStill = (seen: Seen): boolean => Object.values(factsOf(seen).effects).every(({ state }) => state !== "running");

const isUndrained = (seen: Seen): boolean => {
  const { traffic, timing } = factsOf(seen);
  const quietMs = Math.min(traffic.quietMs, seen.context.trafficOffMs);
  return !(traffic.off && traffic.idle && quietMs >= timing.quietForMs);
};

/** Proceeding means to cut running work short, never to reboot a machine that still gets new work. */
const mayCutShort = (seen: Seen): boolean => {
  const { timing, traffic } = factsOf(seen);
  return seen.context.elapsedMs >= timing.drainForMs && timing.onTimeout === "proceed" && traffic.off;
};

const isHard = ({ context }: Seen): boolean => context.manner === "hard";
export const firstOff = (seen: Seen): EffectFact | undefined =>
  isHard(seen) ? factsOf(seen).effects.hardOff : factsOf(seen).effects.softOff;

export const operationGuards = {
  aborted: (seen: Seen) => factsOf(seen).abort !== null,
  abortedBeforeOff: (seen: Seen) => factsOf(seen).abort !== null && !offWasSent(seen),
  offNotSentYet: ({ context }: Seen) => !context.offSent,
  preflightPassed: (seen: Seen) => factsOf(seen).effects.preflight?.state === "succeeded",
  preflightPassedFromOff: (seen: Seen) =>
    seen.context.startsOff && factsOf(seen).effects.preflight?.state === "succeeded",
  // What hangs on a dead file system can't drain, and gets no traffic that could be taken off it.
  preflightPassedHard: (seen: Seen) => isHard(seen) && factsOf(seen).effects.preflight?.state === "succeeded",
  preflightFailed: (seen: Seen) =>
    effectFailure(factsOf(seen).effects.preflight) !== null && factsOf(seen).bootServer.ok,
  preflightLate: ({ context }: Seen) => context.elapsedMs >= PREFLIGHT_DEADLINE_MS,
  drainedToOff: (seen: Seen) => seen.context.endsOff && !isUndrained(seen),
  drainedAtEnd: (seen: Seen) => seen.context.manner === "drainOnly" && !isUndrained(seen),
  drained: (seen: Seen) => !isUndrained(seen),
  // A proxy that was reloaded forgets the drain; until the off is sent, that is a machine with new work (S8).
  trafficBack: (seen: Seen) =>
    !seen.context.startsOff && !isHard(seen) && !factsOf(seen).traffic.off && !offWasSent(seen),
  drainLate: (seen: Seen) => seen.context.elapsedMs >= factsOf(seen).timing.drainForMs,
  mayProceedToOff: (seen: Seen) => seen.context.endsOff && mayCutShort(seen),
  mayProceed: (seen: Seen) => mayCutShort(seen),
  mayProceedAtEnd: (seen: Seen) => seen.context.manner === "drainOnly" && mayCutShort(seen),
  linked: (seen: Seen) => factsOf(seen).link === "target",
  linkedFromOff: (seen: Seen) => factsOf(seen).link === "target" && seen.context.startsOff,
  relinkFailed: (seen: Seen) => effectFailure(factsOf(seen).effects.relink) !== null,
  relinkLate: ({ context }: Seen) => context.elapsedMs >= RELINK_DEADLINE_MS,
  identityRefused: (seen: Seen) => effectFailure(factsOf(seen).effects.identify) !== null && !offWasSent(seen),
  offRefused: (seen: Seen) => effectFailure(firstOff(seen)) !== null && !offWasSent(seen),
  offProven: (seen: Seen) => factsOf(seen).power === "off" && !seen.context.endsOff,
  offProvenAtEnd: (seen: Seen) => factsOf(seen).power === "off" && seen.context.endsOff && offSettled(seen),
  offLate: (seen: Seen) =>
    factsOf(seen).power !== "off" && seen.context.elapsedMs >= factsOf(seen).timing.softOffMs + HARD_OFF_DEADLINE_MS,
  isOn: (seen: Seen) => factsOf(seen).power === "on" || factsOf(seen).boot.kind === "right",
  onGaveUp: (seen: Seen) => {
    const on = factsOf(seen).effects.powerOn;
    return on !== undefined && on.attempts >= POWER_ON_ATTEMPTS && on.ageMs >= POWER_ON_RETRY_MS;
  },
  cameUpRight: (seen: Seen) => factsOf(seen).boot.kind === "right",
  cameUpWrong: (seen: Seen) => factsOf(seen).boot.kind === "wrong",
  bootLate: (seen: Seen) => seen.context.elapsedMs >= factsOf(seen).timing.bootDeadlineMs,
  warm: (seen: Seen) => {
    const { traffic, timing, boot } = factsOf(seen);
    return boot.kind === "right" && traffic.up && seen.context.servingMs >= timing.warmUpMs;
  },
  upLate: (seen: Seen) => seen.context.elapsedMs >= UP_DEADLINE_MS + factsOf(seen).timing.warmUpMs,
  stranded: isStranded,
  wentOff: (seen: Seen) => factsOf(seen).power === "off",
  linkRestored: (seen: Seen) => factsOf(seen).link === "from" && factsOf(seen).traffic.on && isStill(seen),
  // A foreign file where the link was freezes its machine, not one of the pool's few operations for ever. A link that can't be
  // read is waited for: it still names what the machine must not boot, and with that disk no other machine can be moved.
  linkLost: (seen: Seen) =>
    factsOf(seen).link === "other" &&
    factsOf(seen).traffic.on &&
    isStill(seen) &&
    seen.context.elapsedMs >= UNDO_LINK_DEADLINE_MS,
  // A spare that was off gets no traffic back; where it had no link, it keeps the new one.
  linkRestoredWhileOff: (seen: Seen) =>
    seen.context.startsOff && ["from", "target"].includes(factsOf(seen).link) && isStill(seen),
};

/** The counters after one more tick in the same state. */
export function watched(seen: Seen, ages: boolean): Partial<OperationContext> {
  if (seen.event.type !== "OBSERVE") return {};
  const { deltaMs, facts } = seen.event;
  const { context } = seen;
  return {
    elapsedMs: context.elapsedMs + (ages ? deltaMs : 0),
    trafficOffMs: facts.traffic.off ? context.trafficOffMs + deltaMs : 0,
    servingMs: servedMs(context.servingMs, deltaMs, facts),
    offSent: offWasSent(seen),
  };
}

/** A lost answer is no proof that it stopped serving: it adds nothing, and takes nothing away. */
function servedMs(beforeMs: number, deltaMs: number, { boot, traffic }: OperationFacts): number {
  if (boot.kind === "right" && traffic.up) return beforeMs + deltaMs;
  const isUnheard = boot.kind === "silent" || (!traffic.on && !traffic.off);
  return isUnheard ? beforeMs : 0;
}

export function waitsFor(seen: Seen): string {
  const { bootServer, effects } = factsOf(seen);
  return bootServer.ok ? `preflight ${effects.preflight?.state ?? "never began"}` : bootServer.why;
}
