/** An operator's word in words: what it is about, the same in logs, reasons, terminal and page. */
import type { OverrideAct, OverrideScope, RoleForce } from "./override.ts";

export function describeAct(act: OverrideAct): string {
  switch (act.kind) {
    case "pause":
      return `pause of ${describeScope(act.scope)}${WAYS[act.direction]}`;
    case "pin":
      return `pin of ${act.machine}`;
    case "forceMachine":
      return `force of ${act.machine} to ${act.to}`;
    case "maintain":
      return `maintenance of ${act.machine}, ${act.power === "off" ? "switched off" : "left on"}`;
    case "forceCount":
      return `force of ${act.role} to ${act.count} ${act.count === 1 ? "machine" : "machines"}`;
    case "forceRange":
    case "forceFloor":
      return `force of ${act.role} ${describeForce(act)} machines`;
  }
}

const WAYS = { in: ", none may come in", out: ", none may leave", both: "" } as const;

export function describeScope(scope: OverrideScope): string {
  switch (scope.kind) {
    case "pool":
      return "the whole pool";
    case "role":
      return `role ${scope.role}`;
    case "machine":
      return `machine ${scope.machine}`;
  }
}

/** `to 12`, `to between 8 and 12`, `to a floor of 9`: what a role is forced to, after "forced". */
export function describeForce(force: RoleForce): string {
  switch (force.kind) {
    case "forceCount":
      return `to ${force.count}`;
    case "forceRange":
      return `to between ${force.min} and ${force.max}`;
    case "forceFloor":
      return `to a floor of ${force.floor}`;
  }
}
