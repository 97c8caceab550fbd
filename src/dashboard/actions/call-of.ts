/** The request that an action becomes, and the act that is previewed before it. */
import { type Action, type Call, type Given, holds, type PauseScope } from "./action.ts";

type Overriding = Exclude<Action, { readonly kind: "apply" }>;

export function callOf(action: Action, given: Given): Call {
  const because = { author: given.author.trim(), reason: given.reason.trim() };
  if (action.kind === "apply") return applyCall(action, because, given);
  const order = { ...because, ...expiryOf(action, given) };
  const forced = { ...order, ...(given.overrideFloor ? { overrideFloor: true } : {}) };
  switch (action.kind) {
    case "pause":
      return call("POST", "pause", { ...order, scope: scopeBody(action.scope), ...directionOf(action.scope, given) });
    case "resume":
      return call("DELETE", "pause", { ...because, scope: scopeBody(action.scope) });
    case "pin":
      return call("PUT", `overrides/pins/${action.machine}`, order);
    case "unpin":
      return call("DELETE", `overrides/pins/${action.machine}`, because);
    case "forceMachine":
      return call("PUT", `overrides/machines/${action.machine}`, { ...forced, to: given.to });
    case "unforceMachine":
      return call("DELETE", `overrides/machines/${action.machine}`, because);
    case "endMaintenance":
      return call("DELETE", `overrides/maintenance/${action.machine}`, because);
    case "forceRole":
      return call("PUT", `overrides/roles/${action.role}`, { ...forced, ...amountOf(given) });
    case "unforceRole":
      return call("DELETE", `overrides/roles/${action.role}`, because);
    case "pauseRollout":
      return call("POST", `rollouts/${action.role}/pause`, because);
    case "resumeRollout":
      return call("POST", `rollouts/${action.role}/resume`, because);
    case "abortRollout":
      return call("POST", `rollouts/${action.role}/abort`, { ...because, keep: given.keep });
    case "failOver":
      return call("POST", `storage/${action.server}/fail-over`, because);
    case "failBack":
      return call("POST", `storage/${action.server}/fail-back`, because);
    case "unquarantine":
      return call("POST", `machines/${action.machine}/unquarantine`, because);
  }
}

const call = (method: Call["method"], path: string, body: Call["body"]): Call => ({ method, path: `v1/${path}`, body });

function applyCall({ planId, moves }: Extract<Action, { kind: "apply" }>, because: object, { confirm }: Given): Call {
  const counted = confirm === "" ? {} : { confirm: confirm.trim() };
  const machines = moves.map(({ machine }) => machine);
  return call("POST", `plan/${encodeURIComponent(planId)}/apply`, { ...because, machines, ...counted });
}

/** As the preview names it. */
export function actOf(action: Overriding, given: Given): object {
  switch (action.kind) {
    case "pause":
      return { kind: "pause", scope: scopeBody(action.scope), ...directionOf(action.scope, given) };
    case "resume":
      return { kind: "resume", scope: scopeBody(action.scope) };
    case "forceMachine":
      return { kind: "forceMachine", machine: action.machine, to: given.to };
    case "forceRole":
      return { role: action.role, ...forceOf(given) };
    case "abortRollout":
      return { kind: "abortRollout", role: action.role, keep: given.keep };
    default:
      return action;
  }
}

function scopeBody(scope: PauseScope): unknown {
  if (scope.kind === "pool") return "pool";
  return scope.kind === "role" ? { role: scope.role } : { machine: scope.machine };
}

/** A pause in one direction only makes sense for a role. */
const directionOf = (scope: PauseScope, { direction }: Given): object =>
  scope.kind === "role" && direction !== "both" ? { direction } : {};

export function expiryOf(action: Action, { hold, until }: Given): object {
  if (!holds(action)) return {};
  if (hold === "untilResumed") return { untilResumed: true };
  if (hold !== "until") return { for: hold };
  const at = new Date(until);
  return { until: Number.isNaN(at.getTime()) ? until : at.toISOString() };
}

function amountOf({ how, count, most }: Given): object {
  if (how === "range") return { range: { min: Number(count), max: Number(most) } };
  return how === "floor" ? { floor: Number(count) } : { count: Number(count) };
}

function forceOf({ how, count, most }: Given): object {
  if (how === "range") return { kind: "forceRange", min: Number(count), max: Number(most) };
  if (how === "floor") return { kind: "forceFloor", floor: Number(count) };
  return { kind: "forceCount", count: Number(count) };
}
