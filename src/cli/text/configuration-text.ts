/** The configuration in force, what is wrong with the files, and what waits for acceptance. */
import type { ConfigurationStatus } from "../../control/configuration/keeper.ts";
import type { Problem } from "../../control/configuration/problem.ts";
import { type Look, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { firstFew } from "./table.ts";

/** So many digits name a configuration: for `retask accept`, too. */
export const shortDigest = (digest: string): string => digest.slice(0, 12);

export function configurationText(
  status: ConfigurationStatus | null,
  look: Look,
  most = Number.POSITIVE_INFINITY,
): string {
  if (status === null) return "";
  const { inForceDigest, acceptedMs, problems, pending, source, restartNeeded } = status;
  const from = source === "files" ? "as the files say" : "stored; the files are not in force";
  const lines = [`in force: ${shortDigest(inForceDigest)}, accepted ${clockTime(acceptedMs, look)}, ${from}`];
  if (problems.length > 0) lines.push(toned(look, "bad", "rejected:"), firstFew(problems, most, problemLine));
  if (pending !== null) {
    lines.push(`waits for: retask accept ${shortDigest(pending.digest)}`);
    lines.push(firstFew(pending.reasons, most, (reason) => `  because ${reason}`));
  }
  if (restartNeeded.length > 0) lines.push(`at the next start only: ${restartNeeded.join(", ")}`);
  return lines.join("\n");
}

/** `policies/web.yaml:4:15  demand.perMachine: expected a number above 0`. */
export function problemLine({ file, line, column, path, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(":");
  return `  ${place}  ${path === "" ? "" : `${path}: `}${message}`;
}
