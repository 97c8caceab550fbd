/** Orders in force, a line each, with how to end them. */

import { describeAct } from "../../core/domain/describe-override.ts";
import type { Action } from "../actions/action.ts";
import { openAction } from "../actions/open-actions.ts";
import type { OverrideAnswer } from "../data/answers.ts";
import { duration, moment } from "../words.ts";

interface OverrideLinesProps {
  readonly overrides: readonly OverrideAnswer[];
  readonly nowMs: number;
}

export function OverrideLines({ overrides, nowMs }: OverrideLinesProps) {
  if (overrides.length === 0) return null;
  return (
    <ul class="override-lines">
      {overrides.map((override) => (
        <li key={override.id}>
          <span class="override-mark">{describeAct(override.act)}</span> by {override.author},{" "}
          {untilWords(override, nowMs)}: {override.reason}{" "}
          <button type="button" onClick={() => openAction.set(endOf(override.act))}>
            {endWords(override.act)}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function untilWords({ expiresMs }: OverrideAnswer, nowMs: number): string {
  if (expiresMs === null) return "until somebody resumes it";
  return `until ${moment(expiresMs, nowMs)} (${duration(expiresMs - nowMs)} left)`;
}

export function endWords({ kind }: OverrideAnswer["act"]): string {
  if (kind === "pause") return "Resume";
  if (kind === "maintain") return "End maintenance";
  return kind === "pin" ? "Unpin" : "End force";
}

export function endOf(act: OverrideAnswer["act"]): Action {
  switch (act.kind) {
    case "pause":
      return { kind: "resume", scope: act.scope };
    case "pin":
      return { kind: "unpin", machine: act.machine };
    case "forceMachine":
      return { kind: "unforceMachine", machine: act.machine };
    case "maintain":
      return { kind: "endMaintenance", machine: act.machine };
    case "forceCount":
    case "forceRange":
    case "forceFloor":
      return { kind: "unforceRole", role: act.role };
  }
}
