/** What `retask image lint` found: a word, where, what, why, and what to do. */
import type { LintFinding } from "../../core/images/lint/finding.ts";
import type { LintResult } from "../image/lint.ts";
import { type Look, type Tone, toned } from "./look.ts";

const TONES: Readonly<Record<LintFinding["level"], Tone>> = { error: "bad", warning: "warning" };
const WIDTH = "warning".length + 2;

export function lintText(result: LintResult, look: Look): string {
  const { findings, notLookedAt } = result;
  const skipped = notLookedAt === null ? [] : [`its root was not looked at: ${notLookedAt}`];
  return [headOf(result, look), ...skipped, ...findings.map((finding) => findingText(finding, look))].join("\n");
}

function headOf({ image, root, era, errors, warnings }: LintResult, look: Look): string {
  const kind = era === null ? "" : era === "plain" ? ", a plain root" : `, a root of the ${KINDS[era]}`;
  const what = `${image ?? root}${image === null || root === null ? "" : ` (${root})`}${kind}`;
  if (errors + warnings === 0) return `${what}: ${toned(look, "good", "nothing was found")}`;
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter((text) => text !== "").join(", ");
  return `${what}: ${toned(look, errors > 0 ? "bad" : "warning", counts)}`;
}

const KINDS = { "red hat": "Red Hat kind, with init scripts", systemd: "systemd kind" } as const;

const counted = (count: number, one: string): string => (count === 0 ? "" : `${count} ${one}${count === 1 ? "" : "s"}`);

function findingText({ rule, level, what, where, why, advice }: LintFinding, look: Look): string {
  const gap = " ".repeat(WIDTH);
  return [
    `${toned(look, TONES[level], level)}${" ".repeat(WIDTH - level.length)}${where}: ${what} ${toned(look, "faint", `(${rule})`)}`,
    `${gap}why: ${why}`,
    `${gap}do:  ${advice}`,
  ].join("\n");
}
