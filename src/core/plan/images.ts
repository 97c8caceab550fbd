/** Which image a machine would boot in a place: its own pin, what a roll-out says, or what the role's channel means now. */
import type { Machine } from "../domain/fleet.ts";
import { type ImageName, isRole, type Placement } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { imageForNewcomer } from "../rollout/rollout-renewals.ts";

export type ResolvedImage =
  /** `null`: it is switched off and boots nothing. */
  { readonly ok: true; readonly image: ImageName | null } | { readonly ok: false; readonly why: string };

export function resolveImage(
  machine: Machine,
  to: Placement,
  site: Site,
  observation: Observation,
  state: PoolState,
): ResolvedImage {
  const { reserve } = site.limits;
  if (!isRole(to)) {
    if (reserve.power === "off" || reserve.image === undefined) return { ok: true, image: null };
    return lookUp(reserve.image, null, observation);
  }
  const named = machine.image[to] ?? imageForNewcomer(to, state) ?? site.policies.get(to)?.images.production;
  return named === undefined ? { ok: false, why: `role ${to} has no policy` } : lookUp(named, to, observation);
}

/** A boot link always names an immutable image, never a channel; and never an image that says it is another role's. */
export function lookUp(named: ImageName, role: string | null, { channels, images }: Observation): ResolvedImage {
  const image = channels.get(named) ?? (images.has(named) ? named : null);
  if (image === null) return { ok: false, why: `no image: ${named} is missing or broken` };
  const states = images.get(image) ?? null;
  if (role !== null && states !== null && states !== role)
    return { ok: false, why: `image ${image} says that it is for ${states}, not ${role}` };
  return { ok: true, image };
}
