/** One role explained: its numbers, and every reason in the order in which it was decided. */

import type { Override } from "../../core/domain/override.ts";
import type { NotDone } from "../../core/domain/plan.ts";
import type { RoleAnswer } from "../answers.ts";
import { factsText } from "./facts-text.ts";
import { type Look, toned } from "./look.ts";
import { notDoneText } from "./not-done-text.ts";
import { overrideText } from "./override-text.ts";
import { firstFew, section, sections } from "./table.ts";

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
    section(look, "reasons, in the order of deciding", reasons),
    section(
      look,
      "overrides",
      firstFew(overrides, Number.POSITIVE_INFINITY, (one) => overrideText(one, atMs, look)),
    ),
    section(look, "not done", notDoneText(notDone, look)),
  ]);
}
