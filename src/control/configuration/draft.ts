/** The files that could be read, before they are known to fit together. */
import type { z } from "zod";
import type { fleetFileSchema } from "../../core/domain/fleet.ts";
import type { Limits } from "../../core/domain/limits.ts";
import type { RoleName } from "../../core/domain/names.ts";
import type { Policy } from "../../core/domain/policy.ts";
import type { Settings } from "../../core/domain/settings.ts";
import type { YamlFile } from "./parse-yaml.ts";
import type { Problem } from "./problem.ts";
import { showPath } from "./show-value.ts";

export type FleetFile = z.output<typeof fleetFileSchema>;

/** A file that its schema accepts, and where its keys stand. */
export interface Checked<T> {
  readonly yaml: YamlFile;
  readonly value: T;
}

/** `null`: the file has problems of its own, or is missing. What depends on it is then not checked. */
export interface Draft {
  readonly settings: Checked<Settings> | null;
  readonly fleet: Checked<FleetFile> | null;
  /** The defaults where there is no file. */
  readonly limits: { readonly yaml: YamlFile | null; readonly value: Limits } | null;
  readonly policies: readonly Checked<Policy>[];
  /** By the files' names, those with problems of their own included: a typo there makes no role unknown. */
  readonly roles: ReadonlySet<string>;
  /** Whether every policy file could be read. */
  readonly complete: boolean;
}

/** A problem at the value of a key. */
export const problemAt = (yaml: YamlFile, path: readonly PropertyKey[], message: string): Problem => ({
  file: yaml.file,
  ...yaml.placeOf(path),
  path: showPath(path),
  message,
});

export const policyFileOf = (role: RoleName | string): string => `policies/${role}.yaml`;
