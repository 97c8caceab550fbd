/** What an operation does next: at most one idempotent effect, or the reason why it waits. Act makes no choice beyond it. */
import type { EffectKind } from "../domain/observation.ts";
import type { Operation } from "../domain/operation.ts";
import { effectFailure } from "./effect-failure.ts";
import { contextOf, type OperationState, stateOf } from "./operation.statechart.ts";
import type { OperationFacts } from "./operation-facts.ts";
import { POWER_ON_ATTEMPTS, POWER_ON_RETRY_MS } from "./operation-guards.ts";

export type NextEffect =
  | { readonly kind: "start"; readonly effect: EffectKind }
  | { readonly kind: "wait"; readonly why: string };

/** Between two attempts of an effect that is safe to repeat. */
const REPEAT_MS = 10_000;
const PREFLIGHT_REPEAT_MS = 30_000;
/** A GUID read longer ago than this proves nothing about who answers now. */
const IDENTITY_MAX_AGE_MS = 60_000;

export function nextEffect(operation: Operation, facts: OperationFacts): NextEffect {
  const running = Object.values(facts.effects).find((effect) => effect.state === "running");
  if (running !== undefined) return wait(`${running.effect} is running`);
  return NEXT[stateOf(operation.chart)](operation, facts);
}

type Next = (operation: Operation, facts: OperationFacts) => NextEffect;

const NEXT: Record<OperationState, Next> = {
  preflight: (_, facts) => {
    if (!facts.bootServer.ok) return wait(`the boot server does not answer: ${facts.bootServer.why}`);
    return repeat("preflight", facts, PREFLIGHT_REPEAT_MS);
  },
  draining: ({ chart }, facts) => {
    if (!facts.traffic.off) return repeat("trafficOff", facts);
    const quietMs = Math.min(facts.traffic.quietMs, contextOf(chart).trafficOffMs);
    if (!facts.traffic.idle) return wait(`draining: ${facts.traffic.why}`);
    return wait(`drained, quiet for ${Math.round(quietMs / 1000)} of ${facts.timing.quietForMs / 1000} s`);
  },
  relinking: (_, facts) => repeat("relink", facts),
  poweringOff: nextOff,
  poweringOn: nextOn,
  verifying: (_, facts) => wait(facts.bootServer.ok ? `booting: ${facts.boot.why}` : facts.bootServer.why),
  warming: (_, facts) => {
    if (!facts.traffic.on) return repeat("trafficOn", facts);
    return wait(facts.traffic.up ? "warming up" : facts.traffic.why);
  },
  undoing: ({ fromImage }, facts) => {
    // Traffic comes back even where the link can't be restored: the machine still serves its old role.
    const linkFailed = effectFailure(facts.effects.restoreLink) !== null;
    if (facts.link !== "from" && fromImage !== null && !(linkFailed && !facts.traffic.on)) {
      return repeat("restoreLink", facts);
    }
    return facts.traffic.on ? wait(`restoring the boot link: ${facts.linkWhy}`) : repeat("trafficOn", facts);
  },
  done: () => wait("done"),
  undone: () => wait("undone"),
  quarantined: () => wait("quarantined"),
  stranded: () => wait("stranded"),
};

/**
 * Identity, soft off, and when its deadline has passed, or at once where that is asked, the hard off: each off once in an operation's life. A second one
 * could hit the machine that already boots its new role.
 */
function nextOff({ chart, manner }: Operation, facts: OperationFacts): NextEffect {
  const { softOff, hardOff, identify } = facts.effects;
  if (facts.power === "off") return wait("off, proven twice");
  if (hardOff !== undefined) return wait(`switched off hard: ${facts.powerWhy}`);

  const softDeadline = facts.hangs || contextOf(chart).elapsedMs >= facts.timing.softOffMs;
  const refused = softOff?.state === "failed" && softOff.code === "RTK_BMC_REFUSED";
  if (softOff !== undefined && !softDeadline && !refused) return wait(`switched off softly: ${facts.powerWhy}`);
  if (identify?.state !== "succeeded" || identify.ageMs > IDENTITY_MAX_AGE_MS) return repeat("identify", facts);
  return start(softOff === undefined && manner !== "hard" ? "softOff" : "hardOff");
}

/** Only `on` is ever issued again, and never before a late duplicate of the off could still arrive. */
function nextOn(_: Operation, facts: OperationFacts): NextEffect {
  const { softOff, hardOff, powerOn } = facts.effects;
  const sinceOffMs = Math.min(softOff?.ageMs ?? Number.POSITIVE_INFINITY, hardOff?.ageMs ?? Number.POSITIVE_INFINITY);
  if (sinceOffMs < facts.timing.offSettleMs) return wait("settling after the power-off");
  if (!facts.bootServer.ok) return wait(`off until the boot server answers: ${facts.bootServer.why}`);
  if (powerOn === undefined) return start("powerOn");
  if (powerOn.ageMs < POWER_ON_RETRY_MS || powerOn.attempts >= POWER_ON_ATTEMPTS) {
    return wait(`switched on: ${effectFailure(powerOn) ?? facts.powerWhy}`);
  }
  return start("powerOn");
}

function repeat(effect: EffectKind, facts: OperationFacts, everyMs = REPEAT_MS): NextEffect {
  const last = facts.effects[effect];
  if (last === undefined || last.ageMs >= everyMs || last.state === "lost") return start(effect);
  return wait(`${effect}: ${effectFailure(last) ?? "waiting to see it done"}`);
}

const start = (effect: EffectKind): NextEffect => ({ kind: "start", effect });
const wait = (why: string): NextEffect => ({ kind: "wait", why });
