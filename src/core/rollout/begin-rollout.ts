/** A roll-out as it begins: which machines, in which order, and what they go back to. Pure. */
import { baseOf, type ImageName, type RoleName, sameVersion } from "../domain/names.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Rollout, RolloutAim } from "../domain/rollout.ts";
import { standingsOf } from "../domain/standing.ts";
import { lookUp } from "../plan/images.ts";
import { runningPrototypes } from "./prototypes.ts";
import { newRolloutChart } from "./rollout.statechart.ts";
import { spreadOut } from "./spread.ts";
import { type RolloutPremises, survey } from "./survey.ts";

export interface RolloutRequest {
  readonly role: RoleName;
  /** An image or a channel; null: each machine boots its own image again. */
  readonly image: ImageName | null;
  readonly canaries: number;
  readonly wavesPercent: readonly number[];
  readonly soakMs: number;
  readonly author: string;
  readonly reason: string;
}

export type BegunRollout =
  | { readonly ok: true; readonly rollout: Rollout }
  | {
      readonly ok: false;
      readonly code:
        | "RTK_CHANNEL_FILE"
        | "RTK_UNKNOWN_ROLE"
        | "RTK_UNKNOWN_IMAGE"
        | "RTK_ROLLOUT_UNDER_WAY"
        | "RTK_NOTHING_TO_ROLL_OUT";
      readonly why: string;
    };

export function beginRollout(request: RolloutRequest, premises: RolloutPremises): BegunRollout {
  const { role } = request;
  const { site, state, observation } = premises;
  const policy = site.policies.get(role);
  if (policy === undefined)
    return { ok: false, code: "RTK_UNKNOWN_ROLE", why: `there is no role ${role} in the policies` };
  if (state.rollouts.some((rollout) => rollout.role === role && rollout.endedMs === null)) {
    const why = `a roll-out of ${role} is under way: abort it, or let it end`;
    return { ok: false, code: "RTK_ROLLOUT_UNDER_WAY", why };
  }
  const aimed = aimOf(request, premises);
  if (!aimed.ok) return aimed;
  const { canaries, wavesPercent, soakMs, author, reason } = request;
  const rollout: Rollout = {
    role,
    aim: aimed.aim,
    canaries,
    wavesPercent,
    soakMs,
    ...crewOf(role, aimed.aim, premises),
    author,
    reason,
    startedMs: observation.wallMs,
    endedMs: null,
    chart: newRolloutChart({
      stage: canaries === 0 ? 1 : 0,
      lastStage: wavesPercent.length,
      soakMs,
      hasWayBack: aimed.aim.kind === "image",
    }),
  };
  if (survey(rollout, premises).old.length > 0) return { ok: true, rollout };
  const why = aimed.aim.kind === "image" ? `runs anything but ${aimed.aim.image}` : "serves";
  return { ok: false, code: "RTK_NOTHING_TO_ROLL_OUT", why: `no machine of ${role} that may be rebooted ${why}` };
}

type Aimed = { readonly ok: true; readonly aim: RolloutAim } | Extract<BegunRollout, { ok: false }>;

/** Back means what production means; where somebody has promoted the new image already, what most machines run. */
function aimOf({ role, image: named }: RolloutRequest, { site, state, observation }: RolloutPremises): Aimed {
  if (named === null) return { ok: true, aim: { kind: "reboot" } };
  const found = lookUp(named, role, observation);
  if (!found.ok || found.image === null) {
    return { ok: false, code: "RTK_UNKNOWN_IMAGE", why: found.ok ? `${named} boots nothing` : found.why };
  }
  const { image } = found;
  const production = site.policies.get(role)?.images.production;
  const means = production === undefined ? undefined : observation.channels.get(production);
  if (production !== undefined && means === production) {
    const why = `${production} is an image of its own, and no channel that could mean ${image} in the end`;
    return { ok: false, code: "RTK_CHANNEL_FILE", why };
  }
  const previous = means === undefined || means === image ? commonestOther(role, image, state) : means;
  if (previous !== null) return { ok: true, aim: { kind: "image", image, previous } };
  return { ok: false, code: "RTK_NOTHING_TO_ROLL_OUT", why: `every machine of ${role} runs ${image} already` };
}

function commonestOther(role: RoleName, image: ImageName, { machines }: PoolState): ImageName | null {
  const counts = new Map<ImageName, number>();
  for (const record of machines.values()) {
    if (record.placement !== role || record.image === null || sameVersion(record.image, image)) continue;
    const version = baseOf(record.image);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return first?.[0] ?? null;
}

/** Machines that serve now, spread over the failure domains; the others of the role join in the last wave. */
function crewOf(role: RoleName, aim: RolloutAim, premises: RolloutPremises): Pick<Rollout, "order" | "left"> {
  const { site, state, observation } = premises;
  const standings = standingsOf(site, state, observation);
  const left = leftOut(role, aim, premises);
  const untouched = new Set(left.map(({ machine }) => machine));
  const serving = [...site.machines.values()].filter(({ name }) => {
    const standing = standings.get(name);
    return standing?.placement === role && standing.asCapacity && !untouched.has(name);
  });
  const order = spreadOut(serving).flatMap(({ name }) => {
    const bootId = state.machines.get(name)?.bootId ?? null;
    return bootId === null ? [] : [{ machine: name, bootId }];
  });
  return { order, left };
}

function leftOut(role: RoleName, aim: RolloutAim, premises: RolloutPremises): Rollout["left"] {
  if (aim.kind !== "image") return [];
  const { site, state } = premises;
  const prototypes = new Set(runningPrototypes(role, premises));
  return [...site.machines.values()].flatMap(({ name: machine, image: own }) => {
    const record = state.machines.get(machine);
    const expected = record?.quarantine?.expected;
    if (expected?.placement === role && sameVersion(expected.image, aim.image))
      return [{ machine, why: `in quarantine since it failed with ${aim.image} before` }];
    if (record?.placement !== role) return [];
    if (own[role] !== undefined) return [{ machine, why: `fleet.yaml gives it an image of its own, ${own[role]}` }];
    return prototypes.has(machine) ? [{ machine, why: "it is one of the prototype machines" }] : [];
  });
}
