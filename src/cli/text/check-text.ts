/** What `retask check` found: the problems with their places, or what the files amount to and whether they are in force. */
import type { ConfigurationStatus } from "../../control/configuration/keeper.ts";
import type { Problem } from "../../control/configuration/problem.ts";
import type { IpmitoolCheck } from "../../world/power/check-ipmitool.ts";
import { problemLine, shortDigest } from "./configuration-text.ts";
import { type Look, toned } from "./look.ts";

export interface CheckResult {
  readonly ok: boolean;
  readonly site: string;
  readonly digest: string | null;
  readonly machines: number;
  readonly roles: readonly string[];
  readonly problems: readonly Problem[];
  readonly ipmitool: IpmitoolCheck;
  /** What the running daemon says of its own files; null: none answers. */
  readonly daemon: ConfigurationStatus | null;
}

export function checkText(result: CheckResult, look: Look): string {
  const { ok, site, problems, digest, machines, roles } = result;
  if (!ok || digest === null) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const head = toned(look, "bad", `${site}: ${count}`);
    return [`${head}; a daemon keeps what it accepted last until they are gone`, ...problems.map(problemLine)].join(
      "\n",
    );
  }
  const fine = toned(look, "good", `${site}: fine`);
  const head = `${fine}, ${machines} machines, roles ${roles.join(", ")}, digest ${shortDigest(digest)}`;
  return [head, ...standingOf(result, digest)].join("\n");
}

/** How these files stand to what the daemon runs by. */
function standingOf({ daemon }: CheckResult, digest: string): string[] {
  if (daemon === null) return [];
  if (daemon.inForceDigest === digest) return ["the daemon runs by these files"];
  if (daemon.pending?.digest === digest) {
    const reasons = daemon.pending.reasons.map((reason) => `  ${reason}`);
    return [`they wait for: retask accept ${shortDigest(digest)}`, ...reasons];
  }
  return [`the daemon runs by others (${shortDigest(daemon.inForceDigest)})`];
}
