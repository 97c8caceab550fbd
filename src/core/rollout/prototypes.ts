/** The machines of a role that try the prototype: as many as the policy says, spread out, and the same ones as long as it can be. */
import { type ImageName, type MachineName, type RoleName, sameVersion } from "../domain/names.ts";
import type { Renewal } from "../domain/renewal.ts";
import type { Rollout } from "../domain/rollout.ts";
import { rolloutState } from "./rollout.statechart.ts";
import { spreadOut } from "./spread.ts";
import type { RolloutPremises } from "./survey.ts";

interface Versions {
  readonly prototype: ImageName;
  readonly production: ImageName;
}

/** What the two channels mean; null where they mean the same, or the policy asks for no prototypes. */
function versionsOf(role: RoleName, { site, observation: { channels } }: RolloutPremises): Versions | null {
  const policy = site.policies.get(role);
  if (policy === undefined || policy.prototypeMachines === 0 || policy.images.prototype === undefined) return null;
  const prototype = channels.get(policy.images.prototype);
  const production = channels.get(policy.images.production);
  if (prototype === undefined || production === undefined || prototype === production) return null;
  return { prototype, production };
}

/** Those that run it first, then those on some other trial, then the rest. */
function chosenFor(
  role: RoleName,
  { prototype, production }: Versions,
  { site, state }: RolloutPremises,
): MachineName[] {
  const imageOf = (name: MachineName) => state.machines.get(name)?.image ?? null;
  const rank = (name: MachineName): number => (imageOf(name) === prototype ? 0 : imageOf(name) === production ? 2 : 1);
  const able = [...site.machines.values()].filter(({ name, image, status }) => {
    const record = state.machines.get(name);
    return record?.placement === role && record.quarantine === null && image[role] === undefined && status === "active";
  });
  const chosen: MachineName[] = [];
  for (const wanted of [0, 1, 2])
    chosen.push(...spreadOut(able.filter(({ name }) => rank(name) === wanted)).map(({ name }) => name));
  return chosen.slice(0, site.policies.get(role)?.prototypeMachines ?? 0);
}

/** Chosen, and on it by now: a roll-out passes them over. */
export function runningPrototypes(role: RoleName, premises: RolloutPremises): MachineName[] {
  const versions = versionsOf(role, premises);
  if (versions === null) return [];
  const { machines } = premises.state;
  return chosenFor(role, versions, premises).filter((name) =>
    sameVersion(machines.get(name)?.image, versions.prototype),
  );
}

/** While a roll-out of the role is under way, it alone says who boots what. */
export function prototypeRenewals(premises: RolloutPremises): Renewal[] {
  const { site, state } = premises;
  return [...site.policies.keys()].flatMap((role) => {
    const versions = versionsOf(role, premises);
    const rollout = state.rollouts.find((one) => one.role === role);
    if (versions === null || (rollout !== undefined && rollout.endedMs === null)) return [];
    const { prototype, production } = versions;
    const chosen = new Set(chosenFor(role, versions, premises));
    const from = wasKept(rollout, prototype)
      ? []
      : [...state.machines].filter(([, { image }]) => sameVersion(image, prototype));
    const tooMany = from.filter(([name, { placement }]) => placement === role && isFree(name) && !chosen.has(name));
    return [
      ...[...chosen]
        .filter((name) => !sameVersion(state.machines.get(name)?.image, prototype))
        .map((name) => renewal(name, prototype, `prototype of ${role}: ${prototype}`)),
      ...tooMany.map(([name]) => renewal(name, production, `no longer a prototype of ${role}: back to ${production}`)),
    ];
    function isFree(name: MachineName): boolean {
      return site.machines.get(name)?.image[role] === undefined;
    }
  });
}

/** An operator left it half-way on purpose. */
const wasKept = (rollout: Rollout | undefined, prototype: ImageName): boolean =>
  rollout?.aim.kind === "image" && rollout.aim.image === prototype && rolloutState(rollout.chart) === "stopped";

const renewal = (machine: MachineName, image: ImageName, cause: string): Renewal => ({
  machine,
  image,
  cause,
  manner: "usual",
  orderedMs: null,
});
