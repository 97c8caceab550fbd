/** One role explained: its numbers, and every reason in the order in which it was decided. */

import { describeMarginal, describeTossUp } from "../../core/decide/marginal-machines.ts";
import type { Ahead } from "../../core/domain/decision.ts";
import type { Override } from "../../core/domain/override.ts";
import type { NotDone } from "../../core/domain/plan.ts";
import type { RoleAnswer } from "../answers.ts";
import { factsText } from "./facts-text.ts";
import { type Look, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { overrideText } from "./override-text.ts";
import { firstFew, section, sections } from "./table.ts";

/** Of a great wave those in the middle say nothing new. */
const MOST_MACHINES = 12;

export interface RoleExplained {
  readonly role: RoleAnswer;
  readonly overrides: readonly Override[];
  readonly notDone: readonly NotDone[];
  /** The daemon's clock. */
  readonly atMs: number;
}

export function roleText({ role, overrides, notDone, atMs }: RoleExplained, look: Look): string {
  const { counts, wanted, permitted } = role;
  const numbers = factsText([
    ["demand", role.demandText],
    ["wanted", `${wanted.hungry ? "the rest" : (wanted.count ?? "unknown")}: ${wanted.reason}`],
    ["permitted", `${permitted.min} to ${permitted.max} machines`],
    ["desired", String(role.desired)],
    ["floor", String(role.floor)],
    [
      "serving",
      `${counts.forFloor} for the floor, ${counts.capacity} as capacity (${counts.capacityUnits} usual machines)`,
    ],
    ["on the way", `${counts.arriving} arriving, ${counts.leaving} leaving`],
  ]);
  const reasons = role.reasons.map((reason, index) => `${index + 1}. ${reason}`).join("\n");
  return sections([
    `${toned(look, "strong", `role ${role.role}`)}: ${role.state}, ${role.desired} desired`,
    numbers,
    section(look, "machines in question", aheadText(wanted.ahead, atMs, look)),
    section(look, "reasons, in the order of deciding", reasons),
    section(
      look,
      "overrides",
      firstFew(overrides, Number.POSITIVE_INFINITY, (one) => overrideText(one, atMs, look)),
    ),
    section(look, "not done", notDoneText(notDone, look)),
  ]);
}

/** Each machine's sentence, what was decided of it, and of the runner-up what would have to change. */
function aheadText(ahead: Ahead | undefined, atMs: number, look: Look): string {
  if (ahead === undefined) return "";
  const { machines, prices, leastGain } = ahead;
  return firstFew(machines, MOST_MACHINES, (one) => {
    const at = `at ${clockTime(atMs + one.inMinutes * 60_000, look).slice(11, 16)}`;
    const toss = describeTossUp(one, prices.shortage);
    const little = !one.chosen && one.advantage > 0 ? `, ${leastGain.toFixed(2)} must be gained at least` : "";
    const done = `${one.chosen ? "" : "does not "}${one.move}${one.chosen ? "s" : ""} now${little}`;
    return `${describeMarginal(one, prices, at)}: ${done}${toss === "" ? "" : `; ${toss}`}`;
  });
}
