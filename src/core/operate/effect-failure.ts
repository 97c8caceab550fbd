/** What the outcome of an effect proves: only ever that nothing was done, never that something was. */
import type { EffectFact } from "../domain/observation.ts";

/** With these the BMC never got as far as a session, or the command never left this machine. */
const NEVER_SENT = new Set([
  "RTK_BMC_AUTH",
  "RTK_BMC_UNREACHABLE",
  "RTK_BMC_CIPHER",
  "RTK_BMC_PRIVILEGE",
  "RTK_BMC_BUSY",
  "RTK_BMC_PASSWORD_FILE",
  "RTK_BMC_WRONG_GUID",
  "RTK_BMC_NOT_ENROLLED",
  "RTK_IPMITOOL_MISSING",
  "RTK_IPMITOOL_BROKEN",
  "RTK_DRY_RUN",
  "RTK_NOT_OWNER",
  "RTK_STOPPED",
  "RTK_STALE",
]);

/** The effect failed, and the failure proves that nothing reached the machine. */
export function certainlyNotDone(effect: EffectFact): boolean {
  return effect.state === "failed" && effect.code !== null && NEVER_SENT.has(effect.code);
}

/** The failure in words, with its code; null unless the last attempt failed. */
export function effectFailure(effect: EffectFact | undefined): string | null {
  if (effect?.state !== "failed") return null;
  return effect.code === null ? (effect.detail ?? "failed") : `${effect.code}: ${effect.detail ?? "failed"}`;
}
