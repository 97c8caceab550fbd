/** Looks an image over: what every rule that fits its root finds. */
import { bootRules } from "./boot-rules.ts";
import { eraOf } from "./era.ts";
import type { BootFacts, RootFacts } from "./facts.ts";
import type { LintFinding } from "./finding.ts";
import { networkRule } from "./network-rule.ts";
import { redHatRules } from "./red-hat-rules.ts";
import { sharedRules } from "./shared-rules.ts";
import { systemdRules } from "./systemd-rules.ts";

/** `boots`: the boot file of each loader. `root`: null where the image has none, or none was found. */
export function lintImage(boots: readonly BootFacts[], root: RootFacts | null): LintFinding[] {
  const era = root === null ? null : eraOf(root);
  const ofBoots = boots.flatMap((boot) => bootRules(boot, root, era));
  if (root === null) return ofBoots;
  const ofEra = {
    "red hat": () => redHatRules(root),
    systemd: () => [...systemdRules(root, boots), ...networkRule(root)],
    plain: () => [],
  }[era ?? "plain"]();
  return [...ofBoots, ...sharedRules(root), ...ofEra];
}
