/** The request that an action becomes, and the one that asks beforehand what it would do. */
import type { Action, Call, Given, PauseScope } from "./action.ts";

const scopeBody = (scope: PauseScope): unknown => {
  if (scope.kind === "pool") return "pool";
  return scope.kind === "role" ? { role: scope.role } : { machine: scope.machine };
};

export function callOf(action: Action, given: Given): Call {
  const because = { author: given.author.trim(), reason: given.reason.trim() };
  const order = { ...because, ...expiryOf(given) };
  const floor = given.overrideFloor ? { overrideFloor: true } : {};
  switch (action.kind) {
    case "pause":
      return {
        method: "POST",
        path: "v1/pause",
        body: { ...order, scope: scopeBody(action.scope), ...directionOf(action.scope, given) },
      };
    case "resume":
      return { method: "DELETE", path: "v1/pause", body: { ...because, scope: scopeBody(action.scope) } };
    case "pin":
      return { method: "PUT", path: `v1/overrides/pins/${action.machine}`, body: order };
    case "unpin":
      return { method: "DELETE", path: `v1/overrides/pins/${action.machine}`, body: because };
    case "forceMachine":
      return {
        method: "PUT",
        path: `v1/overrides/machines/${action.machine}`,
        body: { ...order, ...floor, to: given.to },
      };
    case "unforceMachine":
      return { method: "DELETE", path: `v1/overrides/machines/${action.machine}`, body: because };
    case "forceRole":
      return {
        method: "PUT",
        path: `v1/overrides/roles/${action.role}`,
        body: { ...order, ...floor, ...amountOf(given) },
      };
    case "unforceRole":
      return { method: "DELETE", path: `v1/overrides/roles/${action.role}`, body: because };
    case "unquarantine":
      return { method: "POST", path: `v1/machines/${action.machine}/unquarantine`, body: because };
    case "apply":
      return {
        method: "POST",
        path: `v1/plan/${encodeURIComponent(action.planId)}/apply`,
        body: { ...because, machines: action.machines },
      };
  }
}

/** A pause in one direction only makes sense for a role. */
const directionOf = (scope: PauseScope, { direction }: Given): object =>
  scope.kind === "role" && direction !== "both" ? { direction } : {};

function expiryOf({ hold, until }: Given): object {
  if (hold === "untilResumed") return { untilResumed: true };
  if (hold !== "until") return { for: hold };
  const at = new Date(until);
  return { until: Number.isNaN(at.getTime()) ? until : at.toISOString() };
}

function amountOf({ how, count, most }: Given): object {
  if (how === "range") return { range: { min: Number(count), max: Number(most) } };
  return how === "floor" ? { floor: Number(count) } : { count: Number(count) };
}
