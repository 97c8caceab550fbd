/** What a role chart remembers of time and demand: the elapsed holds, and the level of demand that it trusts (S18). */
import { z } from "zod";
import { type RoleEvidence, wantsFewer, wantsMore } from "./role-evidence.ts";

export const holdsSchema = z.object({
  /** Watched ms for which the role has wanted more, or fewer; never above the hold itself. */
  upMs: z.number(),
  downMs: z.number(),
  /** Watched ms for which demand has been unknown. */
  blindMs: z.number(),
  /** Watched ms since the desired count last changed; null when cooling is over, or nothing has changed yet. */
  coolMs: z.number().nullable(),
  /** Smoothed demand and confirming signal, from before any suspicious drop. */
  trustedLevel: z.number().nullable(),
  trustedConfirm: z.number().nullable(),
  /** Watched ms for which demand has lain suspiciously low; 0: it does not. */
  suspectMs: z.number(),
  /** The level to which demand had dropped when it became suspect; null: it is not. */
  suspectLevel: z.number().nullable().default(null),
});

export type Holds = z.output<typeof holdsSchema>;

export const newHolds = (): Holds => ({
  upMs: 0,
  downMs: 0,
  blindMs: 0,
  coolMs: null,
  trustedLevel: null,
  trustedConfirm: null,
  suspectMs: 0,
  suspectLevel: null,
});

/** "A drop of over 50 %": less than this share of the trusted level. */
const SUSPICIOUS_SHARE = 0.5;
/** The other signal shows the drop too when it fell by at least so much of demand's own fall. */
const CONFIRMING_SHARE = 0.8;
/**
 * Half-life of the trusted level. Long enough that a collapse within minutes is seen as one drop however many ticks it
 * takes, and that one wild sample raises it little; short enough that an evening's decline never falls behind by half.
 */
const TRUST_HALF_LIFE_MS = 300_000;

/** The holds after one more tick. Unknown demand stops the hold up and restarts the hold down: less is never assumed. */
export function nextHolds(before: Holds, evidence: RoleEvidence): Holds {
  const { deltaMs, policy } = evidence;
  const trust = nextTrust(before, evidence);
  const cool = before.coolMs === null ? null : before.coolMs + deltaMs;
  const coolMs = cool !== null && cool < policy.coolMs ? cool : null;
  if (evidence.wanted.count === null) {
    const blindMs = Math.min(before.blindMs + deltaMs, policy.holdUpMs);
    return { ...trust, upMs: before.upMs, downMs: 0, blindMs, coolMs };
  }
  const fewer = wantsFewer(evidence) && trust.suspectMs === 0;
  return {
    ...trust,
    upMs: wantsMore(evidence) ? Math.min(before.upMs + deltaMs, policy.holdUpMs) : 0,
    downMs: fewer ? Math.min(before.downMs + deltaMs, policy.holdDownMs) : 0,
    blindMs: 0,
    coolMs,
  };
}

type Trust = Pick<Holds, "trustedLevel" | "trustedConfirm" | "suspectMs" | "suspectLevel">;
const TRUSTED = { suspectMs: 0, suspectLevel: null };

/**
 * While a drop is suspect the trusted level stands still; once it is believed, the level is the new one. What was watched of
 * one drop says nothing of the next, deeper one: that is suspect anew.
 */
function nextTrust(before: Holds, evidence: RoleEvidence): Trust {
  const { trustedLevel, trustedConfirm, suspectMs, suspectLevel } = before;
  const { level, confirm, deltaMs, policy } = evidence;
  if (level === null) return { trustedLevel, trustedConfirm, suspectMs, suspectLevel };

  const believed: Trust = { trustedLevel: level, trustedConfirm: confirm ?? trustedConfirm, ...TRUSTED };
  if (trustedLevel === null) return believed;
  if (level < SUSPICIOUS_SHARE * trustedLevel) {
    const isDeeper = suspectLevel !== null && level < SUSPICIOUS_SHARE * suspectLevel;
    const watchedMs = isDeeper ? deltaMs : suspectMs + deltaMs;
    const over = policy.suspectForMs === null || watchedMs >= policy.suspectForMs;
    if (over || isConfirmed(before, level, confirm)) return believed;
    const droppedTo = isDeeper || suspectLevel === null ? level : suspectLevel;
    return { trustedLevel, trustedConfirm, suspectMs: Math.max(watchedMs, 1), suspectLevel: droppedTo };
  }
  return {
    trustedLevel: smooth(trustedLevel, level, deltaMs),
    trustedConfirm: confirm === null ? trustedConfirm : smooth(trustedConfirm ?? confirm, confirm, deltaMs),
    ...TRUSTED,
  };
}

function isConfirmed({ trustedLevel, trustedConfirm }: Holds, level: number, confirm: number | null): boolean {
  if (trustedLevel === null || trustedConfirm === null || confirm === null || trustedConfirm <= 0) return false;
  return 1 - confirm / trustedConfirm >= CONFIRMING_SHARE * (1 - level / trustedLevel);
}

const smooth = (before: number, now: number, deltaMs: number): number =>
  now + (before - now) * 2 ** (-deltaMs / TRUST_HALF_LIFE_MS);
