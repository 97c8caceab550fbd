/** The breaker: repeated failures stop what they have in common, a rack or an image, and the whole pool when nothing is. */
import type { Limits } from "../domain/limits.ts";
import type { ImageName } from "../domain/names.ts";
import type { EffectKind } from "../domain/observation.ts";
import type { Failure } from "../domain/pool-state.ts";

export interface Breakers {
  /** Why the pool's breaker is open, or null. The mode chart gets it as `tripped`. */
  readonly pool: string | null;
  /** Images that nothing new may boot, and why. */
  readonly images: ReadonlyMap<ImageName, string>;
  /** Racks in which nothing new may start, and why. */
  readonly racks: ReadonlyMap<string, string>;
}

/** What fails before the machine boots is no image's fault. */
const BEFORE_BOOT: ReadonlySet<EffectKind> = new Set(["preflight", "trafficOff", "identify", "softOff", "hardOff"]);
/** However well racks and images explain them, so many times the limit in all is a fault of the whole. */
const POOL_FACTOR = 2;

/**
 * Each failure spends the limits of its own domain: k in one rack open that rack's breaker, k of one image in more than
 * one rack that image's. The pool's opens for k failures that neither explains, or for 2 k in all; so a rack that lost its
 * power does not stop the healthy rest, and a fault that is everywhere still stops everything (S5, S11).
 */
export function breakerOpen(failures: readonly Failure[], limits: Limits): Breakers {
  const { failures: most, within } = limits.breaker;
  const recent = failures.filter((failure) => failure.ageMs < within);
  const racks = new Map<string, string>();
  for (const [rack, failed] of groupBy(recent, (failure) => failure.rack))
    if (failed.length >= most)
      racks.set(rack, `${failed.length} failures in rack ${rack}, the last: ${lastWhy(failed)}`);

  const images = new Map<ImageName, string>();
  for (const [image, failed] of groupBy(recent, imageToBlame))
    if (failed.length >= most && !inOneRack(failed))
      images.set(image, `${failed.length} failures of image ${image}, the last: ${lastWhy(failed)}`);

  const unexplained = recent.filter((failure) => !isExplained(failure, racks, images));
  const counted = unexplained.length >= most ? unexplained : recent;
  const open = unexplained.length >= most || recent.length >= POOL_FACTOR * most;
  return { pool: open ? `${counted.length} failures, the last: ${lastWhy(counted)}` : null, images, racks };
}

const imageToBlame = ({ effect, image }: Failure): ImageName | null =>
  effect !== null && BEFORE_BOOT.has(effect) ? null : image;

/** All in one known rack: the rack is the likelier cause, and the next failure elsewhere tells. */
const inOneRack = (failures: readonly Failure[]): boolean =>
  failures.every(({ rack }) => rack !== null && rack === failures[0]?.rack);

function isExplained(
  failure: Failure,
  racks: ReadonlyMap<string, string>,
  images: ReadonlyMap<ImageName, string>,
): boolean {
  const image = imageToBlame(failure);
  return (failure.rack !== null && racks.has(failure.rack)) || (image !== null && images.has(image));
}

const lastWhy = (failures: readonly Failure[]): string => {
  const last = failures.reduce((a, b) => (b.ageMs <= a.ageMs ? b : a));
  return `${last.machine} ${last.why}`;
};

function groupBy<Key extends string>(
  failures: readonly Failure[],
  keyOf: (failure: Failure) => Key | null,
): Map<Key, Failure[]> {
  const groups = new Map<Key, Failure[]>();
  for (const failure of failures) {
    const key = keyOf(failure);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  return groups;
}
