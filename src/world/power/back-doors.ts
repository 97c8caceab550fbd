/** Ways into a BMC that need no secret: what `retask doctor` tries, once each, and never with a password of the site's. */
import type { Machine } from "../../core/domain/fleet.ts";
import { classifyEnd } from "./classify.ts";
import type { Retries } from "./retransmission.ts";
import type { Ended } from "./run-ipmitool.ts";
import { quoted } from "./safe-text.ts";

/** `suite 0`: no proof of the password at all. `anonymous`: a user without a name and password. */
export type BackDoor = "suite 0" | "anonymous";

export type DoorReply =
  | { readonly kind: "open" | "closed" }
  /** Something else went wrong: it may be either. */
  | { readonly kind: "unsure"; readonly why: string };

/**
 * argv of one try: a login and the reading of the GUID, which changes nothing. Suite 0 is tried as OPERATOR, who may
 * switch power; an anonymous user at the lowest privilege that can log in, for any at all is too much.
 */
export function backDoorArgs(
  door: BackDoor,
  { bmc }: Machine,
  user: string,
  suite: number,
  retries: Retries,
): string[] {
  const login =
    door === "suite 0" ? ["-U", user, "-L", "OPERATOR", "-C", "0"] : ["-U", "", "-L", "USER", "-C", `${suite}`];
  const place = ["-H", bmc.address, "-p", String(bmc.port)];
  const effort = ["-N", String(retries.N), "-R", String(retries.R)];
  return ["-v", "-I", "lanplus", ...place, ...login, ...effort, "-E", "mc", "guid"];
}

/** Asked right after a login that worked: so silence to this one is how some BMCs refuse. */
export function judgeBackDoor(ended: Ended): DoorReply {
  const outcome = classifyEnd(ended);
  if (outcome.ok) return { kind: "open" };
  switch (outcome.code) {
    case "RTK_BMC_AUTH":
    case "RTK_BMC_CIPHER":
    case "RTK_BMC_PRIVILEGE":
    case "RTK_BMC_UNREACHABLE":
      return { kind: "closed" };
    case "RTK_BMC_REFUSED":
      // Only who is logged in is told no to a command.
      return { kind: "open" };
    default:
      return { kind: "unsure", why: `${outcome.code}: ${outcome.what}${quoted(outcome.said, null)}` };
  }
}
