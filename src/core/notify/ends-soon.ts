/** When an override's end is near enough to be told: the last tenth of its life, but a quarter of an hour at most. */
import type { Override } from "../domain/override.ts";

const MOST_MS = 900_000;
const SHARE_OF_LIFE = 0.1;

/** `expiresMs` is null for one that lasts until somebody ends it. `nowMs`: Unix ms. */
export function endsSoon(
  { createdMs, expiresMs }: { readonly createdMs: Override["createdMs"]; readonly expiresMs: number | null },
  nowMs: number,
): boolean {
  if (expiresMs === null || expiresMs <= nowMs) return false;
  return expiresMs - nowMs <= Math.min(MOST_MS, SHARE_OF_LIFE * (expiresMs - createdMs));
}
