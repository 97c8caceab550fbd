/** After the last fault everything comes right again: what can serve serves, nothing is stuck, current is what is desired. */
import { unquarantine } from "../../control/operator-actions.ts";
import { startRollout } from "../../control/rollout-actions.ts";
import { isRole, type RoleName, sameVersion } from "../../core/domain/names.ts";
import { rolloutContext, rolloutState } from "../../core/rollout/rollout.statechart.ts";
import { storageStateOf } from "../../core/storage/storage.statechart.ts";
import type { MemoryBootLinks } from "../memory-boot-links.ts";
import { attend } from "./attentive-operator.ts";
import type { FaultyFarm } from "./faulty-farm.ts";
import { kindOf } from "./planned-works.ts";
import type { Witness } from "./witness.ts";

const ASKER = { author: "ada", from: "the simulator" };
const STEP_MS = 5_000;
/** For machines that the operator has just let out of quarantine to find a role, one boot after the other. */
const PATIENCE_MS = 4 * 3_600_000;

/** What has not come right; null when all has. */
export async function stillSick(farm: FaultyFarm, witness: Witness): Promise<string | null> {
  const untilMs = witness.nowMs() + PATIENCE_MS;
  let why = await wrong(farm);
  while (why !== null && witness.nowMs() < untilMs && witness.violations.length === 0) {
    await attend(farm);
    await mendByHand(farm);
    for (let turns = 0; turns < 60; turns++) await farm.turn(STEP_MS);
    why = await wrong(farm);
  }
  return witness.violations[0] === undefined ? why : `${witness.violations[0].invariant}: ${witness.violations[0].why}`;
}

/**
 * What an operator does with machines that were left in quarantine, or run what they should not: power-cycles these, so that
 * they boot what their link names; switches on what is off, looks, and lets it out.
 */
async function mendByHand(farm: FaultyFarm): Promise<void> {
  const controller = farm.controller();
  const { links } = farm.world.links as MemoryBootLinks;
  for (const [name, { quarantine, image }] of controller.state.machines) {
    const machine = farm.world.machines.get(name);
    // What can never boot was left in a link that nobody could write when the roll-out was taken back: `links --repair`.
    if (image !== null && kindOf(links.get(name) ?? image) === "unbootable") links.set(name, image);
    const link = links.get(name);
    const isMisled = quarantine !== null && machine?.running != null && machine.running.image !== link;
    const isWrong = farm.misbooted.has(name) || isMisled;
    if (quarantine === null && !isWrong) continue;
    if (isWrong) machine?.switchOff();
    if (machine?.power === "off") machine.switchOn();
    if (quarantine === null) continue;
    await unquarantine(controller, ASKER, name, "looked at, and mended");
  }
  for (const role of rolesOfSeveralImages(farm)) await renewTheRest(farm, role);
}

/** Whom a roll-out passed over, for it was pinned, in quarantine or with a dead BMC, it leaves on what it ran. */
async function renewTheRest(farm: FaultyFarm, role: RoleName): Promise<void> {
  const image = farm.site.policies.get(role)?.images.production ?? null;
  const request = {
    role,
    image,
    canaries: 0,
    wavesPercent: [100],
    soakMs: 0,
    author: ASKER.author,
    reason: "the rest",
  };
  await startRollout(farm.controller(), ASKER, request);
}

async function wrong(farm: FaultyFarm): Promise<string | null> {
  const { state, last } = farm.controller();
  if (last === null) return "no tick was ever finished";
  if (last.decision.held.length > 0) return `still held: ${last.decision.held.join("; ")}`;
  for (const [name, { quarantine, unmanageable }] of state.machines) {
    if (quarantine !== null) return `${name} is still quarantined: ${quarantine.why}`;
    if (unmanageable !== null) return `${name} is still unmanageable: ${unmanageable}`;
  }
  for (const [role, { desired, counts }] of last.decision.roles) {
    const serving = [...farm.world.machines.keys()].filter((name) => farm.world.traffic.isServing(role, name)).length;
    if (counts.forFloor > serving) return `${counts.forFloor} machines count for ${role}, ${serving} serve`;
    // One on its way is how a load that still changes is followed.
    if (Math.abs(serving - desired) > state.operations.size) return `${role}: ${serving} serve, ${desired} are desired`;
  }
  const ofWorks = unfinishedWorks(farm);
  if (ofWorks !== null) return ofWorks;
  for (const [name, machine] of farm.world.machines) {
    const { placement } = state.machines.get(name) ?? {};
    const busy = [...state.operations.values()].some((operation) => operation.machine === name);
    if (!busy && placement != null && isRole(placement) && !farm.world.traffic.isServing(placement, name))
      return `${name} is ${machine.phase}, and does not serve as ${placement}`;
  }
  return null;
}

/** Every roll-out came to its end, every machine runs what its role's production channel means, each file server is in use. */
function unfinishedWorks(farm: FaultyFarm): string | null {
  const { state } = farm.controller();
  for (const { role, chart, endedMs } of state.rollouts)
    if (endedMs === null)
      return `the roll-out of ${role} is still ${rolloutState(chart)}: ${rolloutContext(chart).why}`;
  for (const [server, chart] of state.storage) {
    if (storageStateOf(chart) !== "well") return `file server ${server} is still ${storageStateOf(chart)}`;
  }
  const [mixed] = rolesOfSeveralImages(farm);
  return mixed === undefined ? null : `not all ${mixed} machines run what production means`;
}

/** Roles in which some machine runs another image than what the role's production channel means. */
function rolesOfSeveralImages(farm: FaultyFarm): RoleName[] {
  const { state, last } = farm.controller();
  return [...farm.site.policies.values()].flatMap(({ role, images: { production } }) => {
    const means = last?.observation.channels.get(production);
    const others = [...farm.world.machines].filter(([name, { running }]) => {
      return state.machines.get(name)?.placement === role && running !== null && !sameVersion(running.image, means);
    });
    return others.length === 0 ? [] : [role];
  });
}
