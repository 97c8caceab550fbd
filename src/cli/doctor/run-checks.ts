/** Runs the checks: a few at a time, each within its own deadline, all of them to their end. */
import pLimit from "p-limit";
import { describeDuration } from "../../core/domain/units.ts";
import type { Check, Examined } from "./examined.ts";
import { type Finding, findingsOf, looked, type Outcome } from "./finding.ts";

/** They wait more than they work; BMCs, beacons and TFTP have limits of their own. */
const AT_ONCE = 4;
/** After its deadline a check gets so long to say what it has. */
const GRACE_MS = 3_000;

/** `done`: called with how many of the checks have ended. */
export async function runChecks(
  checks: readonly Check[],
  site: Examined,
  done: (count: number) => void,
): Promise<Finding[]> {
  const limit = pLimit(AT_ONCE);
  let ended = 0;
  const findings = checks.map((check) =>
    limit(async () => {
      const outcome = await runOne(check, site);
      ended += 1;
      done(ended);
      return findingsOf(check.name, outcome);
    }),
  );
  return (await Promise.all(findings)).flat();
}

async function runOne(check: Check, site: Examined): Promise<Outcome> {
  const deadlineMs = check.deadlineMs(site);
  const late = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const given = setTimeout(() => late.abort(), deadlineMs);
  const tooLate = new Promise<Outcome>((resolve) => {
    grace = setTimeout(() => resolve(looked([lateFault(check, deadlineMs)], "")), deadlineMs + GRACE_MS);
  });
  try {
    return await Promise.race([check.run(site, late.signal), tooLate]);
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
