/** Everything that an operator can do here: its words, what it asks for, and the request that it becomes. */

import { describeScope } from "../../core/domain/describe-override.ts";
import type { OverrideAnswer, PlanAnswer } from "../data/answers.ts";
import type { Method } from "../data/request.ts";

export type PauseScope = Extract<OverrideAnswer["act"], { readonly kind: "pause" }>["scope"];

export type Action =
  | { readonly kind: "pause"; readonly scope: PauseScope }
  | { readonly kind: "resume"; readonly scope: PauseScope }
  | { readonly kind: "pin"; readonly machine: string }
  | { readonly kind: "unpin"; readonly machine: string }
  | { readonly kind: "forceMachine"; readonly machine: string; readonly roles: readonly string[] }
  | { readonly kind: "unforceMachine"; readonly machine: string }
  | { readonly kind: "endMaintenance"; readonly machine: string }
  | { readonly kind: "forceRole"; readonly role: string; readonly count: number }
  | { readonly kind: "unforceRole"; readonly role: string }
  | { readonly kind: "unquarantine"; readonly machine: string }
  | { readonly kind: "pauseRollout" | "resumeRollout"; readonly role: string }
  /** `hasWayBack`: false of a rolling reboot, whose machines have nothing to go back to. */
  | { readonly kind: "abortRollout"; readonly role: string; readonly hasWayBack: boolean }
  | { readonly kind: "failOver" | "failBack"; readonly server: string }
  | { readonly kind: "apply"; readonly planId: string; readonly moves: PlanAnswer["moves"] };

/** What the dialog's fields hold, as they were typed. */
export interface Given {
  readonly author: string;
  readonly reason: string;
  /** `1h`, …, `until` or `untilResumed`. */
  readonly hold: string;
  /** As `datetime-local` gives it, by this computer's clock. */
  readonly until: string;
  readonly direction: string;
  readonly to: string;
  readonly how: string;
  readonly count: string;
  readonly most: string;
  readonly overrideFloor: boolean;
  /** Of a roll-out that is aborted: every machine stays on what it runs. */
  readonly keep: boolean;
  readonly confirm: string;
}

export interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Ends what was set, or happens once: it asks for no expiry. */
export const holds = ({ kind }: Action): boolean =>
  kind === "pause" || kind === "pin" || kind === "forceMachine" || kind === "forceRole";

export function titleOf(action: Action): string {
  switch (action.kind) {
    case "pause":
      return `Pause ${describeScope(action.scope)}`;
    case "resume":
      return `Resume ${describeScope(action.scope)}`;
    case "pin":
      return `Pin ${action.machine}`;
    case "unpin":
      return `Unpin ${action.machine}`;
    case "forceMachine":
      return `Force ${action.machine}`;
    case "unforceMachine":
      return `End the force of ${action.machine}`;
    case "endMaintenance":
      return `End the maintenance of ${action.machine}`;
    case "forceRole":
      return `Force role ${action.role}`;
    case "unforceRole":
      return `End the force of role ${action.role}`;
    case "unquarantine":
      return `Release ${action.machine} from quarantine`;
    case "pauseRollout":
      return `Pause the roll-out of ${action.role}`;
    case "resumeRollout":
      return `Resume the roll-out of ${action.role}`;
    case "abortRollout":
      return `Abort the roll-out of ${action.role}`;
    case "failOver":
      return `Fail ${action.server} over`;
    case "failBack":
      return `Fail ${action.server} back`;
    case "apply":
      return action.moves.length === 1
        ? `Re-task ${action.moves[0]?.machine}`
        : `Re-task ${action.moves.length} machines`;
  }
}

/** One line of what it does, for whoever does it for the first time. */
export function meaningOf(action: Action, { hold, keep }: Given): string {
  switch (action.kind) {
    case "pause":
      return `Nothing new is started there; what is under way comes to a safe state. ${
        hold === "untilResumed" ? "It does not end by itself." : "It ends by itself."
      }`;
    case "pin":
      return "The machine stays as it is, whatever the plan wants.";
    case "forceMachine":
      return "The machine goes to this role as soon as floors and limits allow, and stays there.";
    case "forceRole":
      return "The role gets this, whatever its demand says, as far as floors and limits allow.";
    case "unquarantine":
      return "The machine is taken for what it now is, and may be used again. Refused while it is nothing to count on.";
    case "apply":
      return "Starts these moves of the plan that is shown; refused when the plan has changed since.";
    case "pauseRollout":
      return "No further machine is rebooted by it, and none goes back. It stays so until somebody resumes it.";
    case "resumeRollout":
      return "It goes on where it stood; a soak keeps the time that it has.";
    case "abortRollout":
      return action.hasWayBack && !keep
        ? "It ends, and every machine that it reached boots the previous image again, within all limits."
        : "It ends, and every machine stays on what it runs.";
    case "failOver":
      return "Its machines boot from its mirror; those that hang are cut off hard, for they can shut down no more.";
    case "failBack":
      return "Its machines come home from its mirror, drained, within all limits.";
    case "resume":
    case "unpin":
    case "unforceMachine":
    case "endMaintenance":
    case "unforceRole":
      return "retask decides again from the next tick on.";
  }
}
