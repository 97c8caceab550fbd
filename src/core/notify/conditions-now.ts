/** Every condition that holds in this tick and that somebody may want to be told of. */
import { assignMachines } from "../decide/assignment.ts";
import { breakerOpen, trialsOf } from "../decide/breaker.ts";
import { poolHolds } from "../decide/held.ts";
import type { Hold } from "../decide/mode.statechart.ts";
import type { Decision, RoleDecision } from "../domain/decision.ts";
import { describeAct } from "../domain/describe-override.ts";
import type { Observation } from "../domain/observation.ts";
import { endsSoon, isInForce, type Override } from "../domain/override.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Rollout } from "../domain/rollout.ts";
import type { Site } from "../domain/site.ts";
import { isWaiting, stoppedByItself } from "../rollout/stopped-by-itself.ts";
import { type Condition, condition } from "./condition.ts";
import { storageConditions } from "./storage-conditions.ts";

/** What waits for `retask accept`, and why. */
export interface WaitingConfiguration {
  readonly digest: string;
  readonly reasons: readonly string[];
}

export interface Premises {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
  readonly decision: Decision;
  readonly waiting: WaitingConfiguration | null;
}

export function conditionsNow({ site, state, observation, decision, waiting }: Premises): Condition[] {
  const holds = poolHolds(site, state, observation, assignMachines(site, state, observation));
  return [
    ...holds.flatMap(heldCondition),
    ...breakerConditions(site, state),
    ...quarantineConditions(state),
    ...storageConditions(site, state, observation),
    ...[...decision.roles.values()].flatMap((role) => [
      ...blindCondition(role),
      ...(countsCanBeTrusted(state, holds) ? floorCondition(role) : []),
    ]),
    ...rolloutConditions(state.rollouts, observation.wallMs),
    ...expiryConditions(state.overrides, observation.wallMs),
    ...(waiting === null ? [] : [acceptanceCondition(waiting)]),
  ];
}

/** What a restart of Prometheus or of the boot server takes is told by nobody. */
const SOON_MS = 120_000;
/** A machine that is on its way comes meanwhile; what lasts longer lacks one. */
const A_BOOT_MS = 600_000;

const HOLD_ADVICE: Readonly<Record<Exclude<Hold["cause"], "breaker">, string>> = {
  stopped: "`retask stop --clear` lets it go on",
  paused: "`retask resume --pool` ends the pause",
  recovering: "machines that do not answer keep it waiting: `retask status` names them",
  blind: "look at the network between retask and the machines first; `retask status` says what is unknown",
  bootServer: "mend the TFTP server; machines in operation wait for it",
};

/** The pool's breaker is told as a breaker, and not once more as the hold that it is. */
function heldCondition({ cause, why }: Hold): Condition[] {
  if (cause === "breaker") return [];
  const summary = `retask holds, nothing new starts: ${why}`;
  const found = { kind: "hold", key: cause, subject: "pool", severity: "warning", summary } as const;
  return [condition({ ...found, next: HOLD_ADVICE[cause] }, SOON_MS)];
}

function blindCondition({ role, demand }: RoleDecision): Condition[] {
  if (demand.kind !== "unknown") return [];
  const summary = `${role} holds its machines: its demand is unknown (${demand.why})`;
  const next = `\`retask explain ${role}\` says which reading is missing; until it is back the role never shrinks`;
  const found = { kind: "hold", key: `demand:${role}`, subject: role, severity: "warning", summary, next } as const;
  return [condition(found, SOON_MS)];
}

function breakerConditions(site: Site, state: PoolState): Condition[] {
  const { pool, racks, images } = breakerOpen(state.failures, site.limits, trialsOf(state, site));
  const next = "mend what they have in common; `retask status` names the machines";
  const open = (key: string, subject: string, what: string, why: string) =>
    condition({ kind: "breaker", key, subject, severity: "critical", summary: `${what}: ${why}`, next }, 0);
  return [
    ...(pool === null ? [] : [open("pool", "pool", "the pool's breaker is open, nothing new starts", pool)]),
    ...[...racks].map(([rack, why]) => open(`rack:${rack}`, rack, `rack ${rack}: its breaker is open`, why)),
    ...[...images].map(([image, why]) => open(`image:${image}`, image, `image ${image}: its breaker is open`, why)),
  ];
}

function quarantineConditions({ machines }: PoolState): Condition[] {
  return [...machines].flatMap(([machine, { quarantine }]) => {
    if (quarantine === null) return [];
    const summary = `${machine} is in quarantine: ${quarantine.why}`;
    const next = `look at it, then: \`retask unquarantine ${machine}\`; it is released by itself when it comes back late`;
    // With its time: a machine that is quarantined again is a second one, however soon.
    const key = `${machine}:${quarantine.sinceMs}`;
    return [condition({ kind: "quarantine", key, subject: machine, severity: "warning", summary, next })];
  });
}

/** While most machines are unknown, so is every count: the hold is told, and not a floor that nobody can see. */
const countsCanBeTrusted = ({ adopted }: PoolState, holds: readonly Hold[]): boolean =>
  adopted && !holds.some(({ cause }) => cause === "recovering" || cause === "blind");

/**
 * Below the floor, or at it against the role's will. A role that wants no more than its floor stands there every night, and
 * that is what the floor is for; one that wants more and does not get it has lost its margin.
 */
function floorCondition({ role, counts, floor, wanted }: RoleDecision): Condition[] {
  const { forFloor } = counts;
  const next = `\`retask explain ${role}\` says what keeps machines from it`;
  const base = { kind: "floorMargin", subject: role, next } as const;
  if (forFloor < floor) {
    const summary = `${role} is below its floor: ${forFloor} healthy machines, the floor is ${floor}`;
    return [condition({ ...base, key: `${role}:below`, severity: "critical", summary }, SOON_MS)];
  }
  if (floor === 0 || forFloor > floor || wanted.count === null || wanted.count <= floor) return [];
  const summary = `${role} has no margin left: it wants ${wanted.count} machines, and has the ${floor} of its floor`;
  return [condition({ ...base, key: `${role}:none`, severity: "warning", summary }, A_BOOT_MS)];
}

function rolloutConditions(rollouts: readonly Rollout[], nowMs: number): Condition[] {
  return rollouts.flatMap((rollout) => {
    const summary = stoppedByItself(rollout, nowMs);
    if (summary === null) return [];
    const { role, startedMs } = rollout;
    const next = `\`retask rollout status ${role}\` says where it stands${isWaiting(rollout) ? "; resume it, or abort it" : ""}`;
    const key = `${role}:${startedMs}`;
    return [condition({ kind: "rollout", key, subject: role, severity: "warning", summary, next })];
  });
}

function expiryConditions(overrides: readonly Override[], nowMs: number): Condition[] {
  const ending = overrides.filter((one) => isInForce(one, nowMs) && endsSoon(one, nowMs));
  return ending.map(({ act, author, reason, id }) =>
    condition({
      kind: "expiry",
      key: id,
      subject: subjectOf(act),
      severity: "info",
      summary: `the ${describeAct(act)} by ${author} ends soon: ${reason}`,
      next: "set it again, with a new end, should it go on; else retask decides again when it ends",
    }),
  );
}

function subjectOf(act: Override["act"]): string {
  if (act.kind !== "pause") return "machine" in act ? act.machine : act.role;
  const { scope } = act;
  if (scope.kind === "pool") return "pool";
  return scope.kind === "role" ? scope.role : scope.machine;
}

function acceptanceCondition({ digest, reasons }: WaitingConfiguration): Condition {
  const short = digest.slice(0, 12);
  return condition({
    kind: "acceptance",
    key: short,
    subject: "pool",
    severity: "warning",
    summary: `a changed configuration waits, the previous one stays in force: ${reasons.join("; ")}`,
    next: `\`retask accept ${short}\` puts it into force`,
  });
}
