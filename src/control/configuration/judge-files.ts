/** What the files, as they were just read, mean beside the configuration in force. */
import type { MachineName } from "../../core/domain/names.ts";
import { compareConfigurations } from "./compare-configurations.ts";
import type { Configuration, ParsedConfiguration } from "./configuration.ts";
import type { PendingConfiguration } from "./keeper.ts";
import type { Problem } from "./problem.ts";

export type JudgedFiles =
  /** They may come into force; or are, where the digest is the same. */
  | { readonly kind: "acceptable"; readonly configuration: Configuration; readonly changes: readonly string[] }
  /** `waitsForMachines`: the problems pass by themselves once some machine is off. */
  | { readonly kind: "rejected"; readonly problems: readonly Problem[]; readonly waitsForMachines: boolean }
  | { readonly kind: "waiting"; readonly configuration: Configuration; readonly pending: PendingConfiguration };

export function judgeFiles(
  files: ParsedConfiguration,
  inForce: Configuration,
  offMachines: ReadonlySet<MachineName>,
): JudgedFiles {
  if (!files.ok) return { kind: "rejected", problems: files.problems, waitsForMachines: false };
  const { configuration } = files;
  const { digest } = configuration;
  if (digest === inForce.digest) return { kind: "acceptable", configuration: inForce, changes: [] };

  const { refused, needsAcceptance, changes } = compareConfigurations(inForce, configuration, offMachines);
  if (refused.length > 0) return { kind: "rejected", problems: refused, waitsForMachines: true };
  if (needsAcceptance.length === 0) return { kind: "acceptable", configuration, changes };
  return { kind: "waiting", configuration, pending: { digest, reasons: needsAcceptance, changes } };
}
