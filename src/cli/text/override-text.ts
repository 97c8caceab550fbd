/** An operator's word, as it is shown: what it is about, whose it is, and until when. */
import { describeAct } from "../../core/domain/describe-override.ts";
import type { Override } from "../../core/domain/override.ts";
import type { OverrideSet } from "../answers.ts";
import type { Look } from "./look.ts";
import { clockTime, relativeTo } from "./moments.ts";

/** One line. `nowMs`: the daemon's clock. */
export function overrideText(override: Override, nowMs: number, look: Look): string {
  const { act, author, reason, createdMs, expiresMs, overrideFloor } = override;
  const floor = overrideFloor ? ", below the floor if need be" : "";
  const until =
    expiresMs === null
      ? `until resumed (set ${relativeTo(nowMs, createdMs)})`
      : `until ${clockTime(expiresMs, look)} (${relativeTo(nowMs, expiresMs)})`;
  return `${describeAct(act)}${floor}, by ${author}, ${until}: ${reason}`;
}

/** What was set, and at once what keeps it from being done. */
export function setText(set: OverrideSet, look: Look): string {
  const held = set.heldBack.map(({ what, why }) => `held back: ${what}, because ${why}`);
  const conflicts = set.conflicts.map((sentence) => `conflict: ${sentence}`);
  return [`set: ${overrideText(set, set.createdMs, look)}`, ...conflicts, ...held].join("\n");
}

export const endedText = (ended: readonly Override[]): string =>
  ended.map(({ act, author, reason }) => `ended: ${describeAct(act)}, by ${author}: ${reason}`).join("\n");
