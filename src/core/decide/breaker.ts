/**
 * The breaker: repeated failures stop what they have in common, a rack or an image, and the whole pool when nothing is. What
 * goes on failing is tried ever more rarely, one machine at a time (a circuit breaker that is half open: Nygard, "Release It!").
 */
import type { Limits } from "../domain/limits.ts";
import { baseOf, type ImageName, sameVersion } from "../domain/names.ts";
import type { EffectKind } from "../domain/observation.ts";
import type { Failure, PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeDuration } from "../domain/units.ts";

export interface Breakers {
  /** Why the pool's breaker is open, or null. The mode chart gets it as `tripped`. */
  readonly pool: string | null;
  /** Images that nothing new may boot from any file server, and why; by the name that an image and its copies share. */
  readonly images: ReadonlyMap<ImageName, string>;
  /** Racks in which nothing new may start, and why. */
  readonly racks: ReadonlyMap<string, string>;
}

/** A re-tasking that is under way, or that a plan is about to begin. */
export interface Trial {
  readonly image: ImageName | null;
  readonly rack: string | null;
}

/** What fails before the machine boots is no image's fault. */
const BEFORE_BOOT: ReadonlySet<EffectKind> = new Set(["preflight", "trafficOff", "identify", "softOff", "hardOff"]);
/** However well racks and images explain them, so many times the limit in all is a fault of the whole. */
const POOL_FACTOR = 2;
const LONGEST_PAUSE_MS = 86_400_000;

export function trialsOf({ operations }: PoolState, site: Site): Trial[] {
  return [...operations.values()].map(({ machine, toImage }) => ({
    image: toImage,
    rack: site.machines.get(machine)?.domains.rack ?? null,
  }));
}

/**
 * Each failure spends the limits of its own domain: k in one rack open that rack's breaker, k of one image in more than
 * one rack that image's. The pool's opens for k failures that neither explains, or for 2 k in all; so a rack that lost its
 * power does not stop the healthy rest, and a fault that is everywhere still stops everything (S5, S11).
 *
 * `underWay`: what is being tried now. A breaker that opened for failures that nothing has overcome since closes for one
 * trial at a time, each time after twice as long.
 */
export function breakerOpen(failures: readonly Failure[], limits: Limits, underWay: readonly Trial[]): Breakers {
  if (failures.length === 0) return { pool: null, images: new Map(), racks: new Map() };
  const { failures: most } = limits.breaker;
  const racks = new Map<string, string>();
  const images = new Map<ImageName, string>();
  const explained = new Set<Failure>();

  for (const [rack, failed] of groupBy(failures, (failure) => failure.rack)) {
    if (!isRepeated(failed, most, limits)) continue;
    for (const failure of failed) explained.add(failure);
    const why = refusal(
      failed,
      most,
      limits,
      underWay.some((trial) => trial.rack === rack),
    );
    if (why !== null) racks.set(rack, `${why.count} in rack ${rack}, ${why.rest}`);
  }
  for (const [image, failed] of groupBy(failures, imageToBlame)) {
    if (!isRepeated(failed, most, limits) || inOneRack(failed)) continue;
    for (const failure of failed) explained.add(failure);
    const why = refusal(
      failed,
      most,
      limits,
      underWay.some((trial) => sameVersion(trial.image, image)),
    );
    if (why !== null) images.set(image, `${why.count} of image ${image}, ${why.rest}`);
  }

  const unexplained = failures.filter((failure) => !explained.has(failure));
  const isTrying = underWay.length > 0;
  const why = refusal(unexplained, most, limits, isTrying) ?? refusal(failures, POOL_FACTOR * most, limits, isTrying);
  return { pool: why === null ? null : `${why.count}, ${why.rest}`, images, racks };
}

/** What is no longer needed: too old to count as recent, and overcome or older than any pause. */
export const isForgotten = ({ ageMs, overcome }: Failure, { breaker }: Limits): boolean =>
  ageMs >= breaker.within && (overcome || ageMs >= FORGOTTEN_MS);
const FORGOTTEN_MS = 7 * LONGEST_PAUSE_MS;

/** Its copies on other file servers failed for the same reason, more likely than not. */
const imageToBlame = ({ effect, image }: Failure): ImageName | null =>
  image === null || (effect !== null && BEFORE_BOOT.has(effect)) ? null : baseOf(image);

/** All in one known rack: the rack is the likelier cause, and the next failure elsewhere tells. */
const inOneRack = (failures: readonly Failure[]): boolean =>
  failures.every(({ rack }) => rack !== null && rack === failures[0]?.rack);

const recentOf = (failures: readonly Failure[], { breaker }: Limits) =>
  failures.filter(({ ageMs }) => ageMs < breaker.within);
const lastingOf = (failures: readonly Failure[]) => failures.filter(({ overcome }) => !overcome);

const isRepeated = (failures: readonly Failure[], most: number, limits: Limits): boolean =>
  recentOf(failures, limits).length >= most || lastingOf(failures).length >= most;

/** Why nothing may be tried now with what these failures have in common; null: it may. */
function refusal(failures: readonly Failure[], most: number, limits: Limits, isTrying: boolean) {
  const recent = recentOf(failures, limits);
  const lasting = lastingOf(failures);
  const last = `the last: ${lastWhy(failures)}`;
  if (lasting.length >= most) {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, limits.breaker.within * 2 ** (lasting.length - most));
    const count = `${lasting.length} failures`;
    const leftMs = pauseMs - Math.min(...lasting.map(({ ageMs }) => ageMs));
    if (leftMs > 0) return { count, rest: `${last}; one is tried again after a pause of ${describeDuration(pauseMs)}` };
    if (isTrying) return { count, rest: `${last}; one is being tried` };
  }
  return recent.length >= most ? { count: `${recent.length} failures`, rest: last } : null;
}

const lastWhy = (failures: readonly Failure[]): string => {
  const last = failures.reduce<Failure | null>((a, b) => (a === null || b.ageMs <= a.ageMs ? b : a), null);
  return last === null ? "" : `${last.machine} ${last.why}`;
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
