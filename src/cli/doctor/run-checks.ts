/** Runs the checks: a few at a time, each within its own deadline, all of them to their end. */
import { setMaxListeners } from "node:events";
import pLimit from "p-limit";
import { describeDuration } from "../../core/domain/units.ts";
import type { Check, Examined } from "./examined.ts";
import { type Finding, findingsOf, looked, type Outcome } from "./finding.ts";

/** They wait more than they work; BMCs, beacons and TFTP have limits of their own. */
const AT_ONCE = 4;
/** After its deadline a check gets so long to say what it has. */
const GRACE_MS = 3_000;

/** `tell`: called with the share of all the work that is done, 0 to 1. A check weighs what its deadline is. */
export async function runChecks(
  checks: readonly Check[],
  site: Examined,
  tell: (share: number) => void,
): Promise<Finding[]> {
  const limit = pLimit(AT_ONCE);
  const weights = checks.map((check) => check.deadlineMs(site));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = checks.map(() => 0);
  const findings = checks.map((check, index) => {
    const done = (share: number): void => {
      shares[index] = share;
      tell(shares.reduce((sum, one, at) => sum + one * (weights[at] ?? 0), 0) / all);
    };
    return limit(async () => {
      const outcome = await runOne(check, site, weights[index] ?? 0, done);
      done(1);
      return findingsOf(check.name, outcome);
    });
  });
  return (await Promise.all(findings)).flat();
}

async function runOne(
  check: Check,
  site: Examined,
  deadlineMs: number,
  tell: (share: number) => void,
): Promise<Outcome> {
  const late = new AbortController();
  // Hundreds of machines listen to it, and that is no leak.
  setMaxListeners(0, late.signal);
  let grace: NodeJS.Timeout | undefined;
  const given = setTimeout(() => late.abort(), deadlineMs);
  const tooLate = new Promise<Outcome>((resolve) => {
    grace = setTimeout(() => resolve(looked([lateFault(check, deadlineMs)], "")), deadlineMs + GRACE_MS);
  });
  try {
    return await Promise.race([check.run(site, late.signal, tell), tooLate]);
  } finally {
    clearTimeout(given);
    clearTimeout(grace);
  }
}

const lateFault = ({ name }: Check, deadlineMs: number) =>
  ({
    name: "check-late",
    level: "error",
    what: "the check did not end in time",
    where: [name],
    why: `it had ${describeDuration(deadlineMs)}; a disk, a mount or a server hangs`,
    advice: `run it alone, or for one machine: retask doctor --only ${name}`,
  }) as const;
