/** All files of a site at once: each against its schema, then against each other; every problem, or a configuration. */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { resolveFleet, retiredMachines } from "../../core/domain/fleet.ts";
import { defaultLimits, type Limits } from "../../core/domain/limits.ts";
import { roleNameSchema } from "../../core/domain/names.ts";
import type { Policy } from "../../core/domain/policy.ts";
import type { Settings } from "../../core/domain/settings.ts";
import type { Site } from "../../core/domain/site.ts";
import { checkDhcp } from "./check-dhcp.ts";
import { checkFleet } from "./check-fleet.ts";
import { checkFloors } from "./check-floors.ts";
import { checkNotify } from "./check-notify.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkSchedules } from "./check-schedules.ts";
import { checkSupported } from "./check-supported.ts";
import { checkSurroundings } from "./check-surroundings.ts";
import type { ParsedConfiguration } from "./configuration.ts";
import type { Checked, Draft, FleetFile } from "./draft.ts";
import { explainIssues } from "./explain-issues.ts";
import { fileSchemas, type SchemaName } from "./json-schemas.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";
import { fileProblem, type Problem, sortProblems } from "./problem.ts";

export const SETTINGS_FILE = "retask.yaml";
export const FLEET_FILE = "fleet.yaml";
export const LIMITS_FILE = "policies/limits.yaml";
const POLICY_FILE = /^policies\/(.+)\.yaml$/;

/** An ipmitool may retransmit until it is killed at 15 s, and a slow BMC executes late; 5 s more for it to settle. */
const OFF_SETTLE_MS = 20_000;
/** Big servers test their memory for minutes; a machine's own boots soon teach a better value. */
const BOOT_DEADLINE_MS = 900_000;

/**
 * `files`: path below the site's directory → text; `unreadable`: files that are there, but could not be read. Pure:
 * restoring the stored configuration calls it too. `parse`: for who has parsed some of the files already.
 */
export function parseConfiguration(
  files: ReadonlyMap<string, string>,
  unreadable: readonly string[] = [],
  parse: (file: string, text: string) => ParsedYaml = parseYaml,
): ParsedConfiguration {
  const problems: Problem[] = [];
  const written = new Map<string, unknown>();

  const read = <Schema extends z.ZodType>(
    file: string,
    kind: SchemaName,
    schema: Schema,
  ): Checked<z.output<Schema>> | null => {
    const text = files.get(file);
    if (text === undefined) return null;
    const parsed = parse(file, text);
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      return null;
    }
    written.set(file, parsed.yaml.value);
    const result = schema.safeParse(parsed.yaml.value);
    if (result.success) return { yaml: parsed.yaml, value: result.data };
    problems.push(...explainIssues(parsed.yaml, kind, result.error.issues));
    return null;
  };

  const present = new Set([...files.keys(), ...unreadable]);
  const policyFiles = [...present].filter((file) => POLICY_FILE.test(file) && file !== LIMITS_FILE).sort();
  problems.push(...missingFiles(present, policyFiles), ...badNames(policyFiles));
  const policies = policyFiles.flatMap((file) => read(file, "policy", fileSchemas.policy) ?? []);
  const draft: Draft = {
    settings: read(SETTINGS_FILE, "retask", fileSchemas.retask),
    fleet: read(FLEET_FILE, "fleet", fileSchemas.fleet),
    limits: readLimits(files, read(LIMITS_FILE, "limits", fileSchemas.limits)),
    policies,
    roles: new Set(policyFiles.map(roleOf)),
    complete: policies.length === policyFiles.length && policies.length > 0,
  };
  problems.push(...checksOf(draft));
  if (problems.length > 0 || unreadable.length > 0) return { ok: false, problems: sortProblems(problems) };
  return assemble(draft, files, written);
}

const roleOf = (file: string): string => POLICY_FILE.exec(file)?.[1] ?? file;

const checksOf = (draft: Draft): Problem[] => {
  const ofFleet = checkFleet(draft);
  return [
    ...ofFleet,
    ...checkPolicies(draft),
    // A mistyped role in the fleet leaves the right one without machines, which is not worth a line of its own.
    ...(ofFleet.length > 0 ? [] : checkFloors(draft)),
    ...checkSchedules(draft),
    ...checkSurroundings(draft),
    ...checkNotify(draft),
    ...checkDhcp(draft),
    ...checkSupported(draft),
  ];
};

function missingFiles(present: ReadonlySet<string>, policyFiles: readonly string[]): Problem[] {
  const missing = [SETTINGS_FILE, FLEET_FILE].filter((file) => !present.has(file));
  const problems = missing.map((file) => fileProblem(file, "the file is missing"));
  if (policyFiles.length === 0)
    problems.push(fileProblem("policies/", "no role: write one file for each, named <role>.yaml"));
  return problems;
}

function badNames(policyFiles: readonly string[]): Problem[] {
  return policyFiles.flatMap((file) => {
    const name = roleNameSchema.safeParse(roleOf(file));
    if (name.success) return [];
    return [
      fileProblem(file, `a policy's file is named after its role: ${name.error.issues[0]?.message ?? "not a name"}`),
    ];
  });
}

function readLimits(files: ReadonlyMap<string, string>, checked: Checked<{ limits: Limits }> | null): Draft["limits"] {
  if (!files.has(LIMITS_FILE)) return { yaml: null, value: defaultLimits() };
  return checked === null ? null : { yaml: checked.yaml, value: checked.value.limits };
}

function assemble(
  draft: Draft,
  files: ReadonlyMap<string, string>,
  written: ReadonlyMap<string, unknown>,
): ParsedConfiguration {
  const { settings, fleet, limits, policies } = draft;
  if (settings === null || fleet === null || limits === null)
    throw new Error("a file is missing, and no problem says so");
  const digest = digestOf(files);
  const site = siteOf(digest, settings.value, fleet.value, limits.value, policies);
  return { ok: true, configuration: { digest, settings: settings.value, site, files, written } };
}

function siteOf(
  digest: string,
  settings: Settings,
  fleet: FleetFile,
  limits: Limits,
  policies: readonly Checked<Policy>[],
): Site {
  const roles = policies.map(({ value }) => value.role);
  return {
    digest,
    machines: new Map(resolveFleet(fleet, roles).map((machine) => [machine.name, machine])),
    retired: retiredMachines(fleet, roles),
    policies: new Map(policies.map(({ value }) => [value.role, value])),
    limits,
    storage: settings.storage,
    timing: {
      beaconMaxAgeMs: settings.beacon.maxAge,
      softOffMs: settings.bmc.softOff,
      tickMs: settings.tick,
      offSettleMs: OFF_SETTLE_MS,
      bootDeadlineMs: BOOT_DEADLINE_MS,
    },
  };
}

/** Over names, lengths and texts, so that no text can pass for two files. */
function digestOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${file}\n${Buffer.byteLength(text)}\n`);
    hash.update(text);
  }
  return hash.digest("hex");
}
