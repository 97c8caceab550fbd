/** An operator's word, as it is shown: what it is about, whose it is, and until when. */
import { describeForce, type Override, type OverrideAct } from "../../core/domain/override.ts";
import type { OverrideSet } from "../answers.ts";
import type { Look } from "./look.ts";
import { clockTime, relativeTo } from "./moments.ts";

export function describeAct(act: OverrideAct): string {
  switch (act.kind) {
    case "pause":
      return `pause of ${describeScope(act)}${WAYS[act.direction]}`;
    case "pin":
      return `pin of ${act.machine}`;
    case "forceMachine":
      return `force of ${act.machine} to ${act.to}`;
    case "forceCount":
    case "forceRange":
    case "forceFloor":
      return `force of ${act.role} ${describeForce(act)}${act.kind === "forceCount" && act.count === 1 ? " machine" : " machines"}`;
  }
}

const WAYS = { in: ", none may come in", out: ", none may leave", both: "" } as const;

function describeScope({ scope }: OverrideAct & { kind: "pause" }): string {
  switch (scope.kind) {
    case "pool":
      return "the whole pool";
    case "role":
      return `role ${scope.role}`;
    case "machine":
      return `machine ${scope.machine}`;
  }
}

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
