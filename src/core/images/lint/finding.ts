/** What `retask image lint` finds: one thing that is wrong or doubtful in an image, where it is, and what to do about it. */

/** Every rule's name: stable, for scripts and for docs/how-to/update-an-image.md. */
export const RULES = [
  "boot-file",
  "boot-words",
  "kernel-missing",
  "initrd-missing",
  "kernel-modules",
  "snapshot-argument",
  "root-missing",
  "unreadable",
  "fstab-root",
  "fstab-snapshot",
  "beacon-missing",
  "beacon-not-started",
  "ifcfg-hwaddr",
  "ifcfg-onboot",
  "mtab",
  "readonly-root",
  "device-nodes",
  "volatile-root",
  "machine-id",
  "network-shutdown",
] as const;

export type Rule = (typeof RULES)[number];

export interface LintFinding {
  readonly rule: Rule;
  /** `error`: it does not boot, is not verified, hangs as it shuts down, or harms others. */
  readonly level: "error" | "warning";
  /** One clause, as in `is no link`. */
  readonly what: string;
  /** A file, with the line where there is one: `/srv/images/web/etc/fstab:3`. */
  readonly where: string;
  readonly why: string;
  /** What to do. */
  readonly advice: string;
}

/** `line` is null where the whole file is meant. */
export const at = (file: string, line: number | null = null): string => (line === null ? file : `${file}:${line}`);

export const error = (rule: Rule, where: string, said: Omit<LintFinding, "rule" | "level" | "where">): LintFinding => ({
  rule,
  level: "error",
  where,
  ...said,
});

export const warning = (
  rule: Rule,
  where: string,
  said: Omit<LintFinding, "rule" | "level" | "where">,
): LintFinding => ({ rule, level: "warning", where, ...said });
