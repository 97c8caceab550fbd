/** What `retask doctor` found, worst first to the eye: a word, what it is about, why, and what to do. */
import type { Finding } from "../doctor/finding.ts";
import { type Look, type Tone, toned } from "./look.ts";

export interface DoctorResult {
  /** No error was found; warnings may have been. */
  readonly ok: boolean;
  readonly site: string;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

const WORDS: Readonly<Record<Finding["level"], readonly [word: string, tone: Tone]>> = {
  ok: ["ok", "good"],
  warning: ["warning", "warning"],
  error: ["error", "bad"],
  skipped: ["skipped", "faint"],
};
const WIDTH = "skipped".length + 2;
/** A rack of dead BMCs is one sentence, not forty names. */
const MOST_NAMED = 12;

export const doctorResult = (site: string, findings: readonly Finding[]): DoctorResult => {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  return { ok: count("error") === 0, site, errors: count("error"), warnings: count("warning"), findings };
};

export function doctorText({ site, errors, warnings, findings }: DoctorResult, look: Look): string {
  return [headOf(site, errors, warnings, look), ...findings.map((finding) => findingText(finding, look))].join("\n");
}

function headOf(site: string, errors: number, warnings: number, look: Look): string {
  if (errors + warnings === 0) return toned(look, "good", `${site}: nothing was found`);
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter((text) => text !== "");
  return toned(look, errors > 0 ? "bad" : "warning", `${site}: ${counts.join(", ")}`);
}

const counted = (count: number, one: string): string => (count === 0 ? "" : `${count} ${one}${count === 1 ? "" : "s"}`);

function findingText(finding: Finding, look: Look): string {
  const [word, tone] = WORDS[finding.level];
  const head = toned(look, tone, word) + " ".repeat(WIDTH - word.length);
  if (!("name" in finding)) return `${head}${finding.check}: ${finding.what}`;
  const { where, what, name, why, advice } = finding;
  const gap = " ".repeat(WIDTH);
  return [
    `${head}${namesOf(where)}: ${what} ${toned(look, "faint", `(${name})`)}`,
    `${gap}why: ${why}`,
    `${gap}do:  ${advice}`,
  ].join("\n");
}

function namesOf(where: readonly string[]): string {
  const more = where.length - MOST_NAMED;
  const named = where.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}
