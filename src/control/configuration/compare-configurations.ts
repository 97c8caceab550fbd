/**
 * What a changed configuration would take away, compared with the one in force (S14): `min: 10` cut to `min: 1` by a
 * truncated write is valid YAML, so such a cut waits until somebody has accepted it.
 */
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName, RoleName } from "../../core/domain/names.ts";
import type { Policy } from "../../core/domain/policy.ts";
import type { Configuration } from "./configuration.ts";
import { describeChanges } from "./describe-changes.ts";
import { FLEET_FILE } from "./parse-configuration.ts";
import { fileProblem, type Problem } from "./problem.ts";

export interface Comparison {
  /** What no acceptance allows: entries of machines that may still be running. */
  readonly refused: readonly Problem[];
  /** Why the change waits for `retask accept`; empty: it need not. */
  readonly needsAcceptance: readonly string[];
  /** Every changed key, as written: `policies/web.yaml machines.floor: 4 → 3`. */
  readonly changes: readonly string[];
}

/** `offMachines`: those that are powered off for certain, by the last observation. */
export function compareConfigurations(
  inForce: Configuration,
  candidate: Configuration,
  offMachines: ReadonlySet<MachineName>,
): Comparison {
  return {
    refused: deletedTooEarly(inForce, candidate, offMachines),
    needsAcceptance: [
      ...rolesCut(inForce, candidate),
      ...fleetCut(inForce, candidate),
      ...looserAcceptance(inForce, candidate),
    ],
    changes: describeChanges(inForce.written, candidate.written),
  };
}

/**
 * A name is the identity: once its entry is gone, retask can neither drain the machine nor power it off. A retired one's is
 * kept, but no longer followed; off for certain is enough there, for nothing that is off needs to be drained.
 */
function deletedTooEarly(
  { site }: Configuration,
  candidate: Configuration,
  offMachines: ReadonlySet<MachineName>,
): Problem[] {
  return [...site.machines.values()].flatMap(({ name, status }) => {
    if (candidate.site.machines.has(name)) return [];
    const isRetired = candidate.site.retired.has(name);
    if (status !== "retiring" && !isRetired)
      return [
        fileProblem(
          FLEET_FILE,
          `${name} is gone; first give it \`status: retiring\`, and delete its entry once it is off`,
        ),
      ];
    if (!offMachines.has(name)) {
      const what = isRetired ? "is retired" : "is gone";
      const until = isRetired ? "leave it active or retiring until it is" : "keep its entry until it is";
      return [fileProblem(FLEET_FILE, `${name} ${what}, but it is not known to be off yet; ${until}`)];
    }
    return [];
  });
}

function rolesCut(inForce: Configuration, candidate: Configuration): string[] {
  return [...inForce.site.policies].flatMap(([role, policy]) => {
    const next = candidate.site.policies.get(role);
    if (next === undefined) return [`the role ${role} is gone`];
    return [...lowerFloors(role, policy, next), ...machinesCut(inForce, candidate, policy, next)];
  });
}

function lowerFloors(role: RoleName, policy: Policy, next: Policy): string[] {
  const found: string[] = [];
  const floor = next.machines.floor;
  if (floor < policy.machines.floor) found.push(`${role}: floor ${policy.machines.floor} → ${floor}`);
  for (const raised of policy.machines.raiseFloor) {
    const kept = next.machines.raiseFloor.filter(
      ({ opens, timezone, for: lasts }) =>
        opens === raised.opens && timezone === raised.timezone && lasts >= raised.for,
    );
    const after = Math.max(floor, ...kept.map((one) => one.floor));
    if (after < raised.floor) found.push(`${role}: floor raised at "${raised.opens}" ${raised.floor} → ${after}`);
  }
  return found;
}

/** Machines that the role could have, counted by name: a new machine does not make good for one that is serving. */
function machinesCut(inForce: Configuration, candidate: Configuration, policy: Policy, next: Policy): string[] {
  const before = eligible(inForce, policy.role);
  const kept = eligible(candidate, policy.role);
  const stay = [...before].filter((name) => kept.has(name)).length;
  const most = Math.min(before.size, policy.machines.max ?? before.size);
  const left = Math.min(stay, most, next.machines.max ?? stay);
  return tooMuch(inForce, `${policy.role}: machines it may have`, most, left);
}

function fleetCut(inForce: Configuration, candidate: Configuration): string[] {
  const before = [...inForce.site.machines.values()].filter(isActive);
  const left = before.filter(({ name }) => {
    const next = candidate.site.machines.get(name);
    return next !== undefined && isActive(next);
  });
  return tooMuch(inForce, "active machines of the fleet", before.length, left.length);
}

/** The share in force judges, not the one that comes with the change. */
function tooMuch(inForce: Configuration, what: string, before: number, left: number): string[] {
  const mostShare = inForce.site.limits.acceptance.removedShare;
  const cutShare = before === 0 ? 0 : ((before - left) * 100) / before;
  return cutShare > mostShare ? [`${what} ${before} → ${left}, more than ${mostShare}% of them at once`] : [];
}

function looserAcceptance(inForce: Configuration, candidate: Configuration): string[] {
  const before = inForce.site.limits.acceptance.removedShare;
  const after = candidate.site.limits.acceptance.removedShare;
  return after > before ? [`limits: acceptance.removedShare ${before}% → ${after}%`] : [];
}

const isActive = ({ status }: Machine): boolean => status === "active";

const eligible = ({ site }: Configuration, role: RoleName): ReadonlySet<MachineName> =>
  new Set(
    [...site.machines.values()]
      .filter((machine) => isActive(machine) && machine.roles.includes(role))
      .map(({ name }) => name),
  );
