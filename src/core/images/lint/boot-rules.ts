/** Rules of the boot file: what it loads is there, its kernel has its modules, and the machine can say what it runs. */
import type { Era } from "./era.ts";
import { type BootFacts, lineOf, namesAt, type RootFacts } from "./facts.ts";
import { at, error, type LintFinding, warning } from "./finding.ts";

export function bootRules(boot: BootFacts, root: RootFacts | null, era: Era | null): LintFinding[] {
  return [
    ...unclear(boot),
    ...missingParts(boot),
    ...missingWords(boot),
    ...missingModules(boot, root),
    ...(era === "systemd" ? [] : snapshotArgument(boot)),
  ];
}

function unclear({ path, unclear: why }: BootFacts): LintFinding[] {
  if (why === null) return [];
  return [error("boot-file", at(path), { what: why, why: "nothing would be booted", advice: "correct the file" })];
}

function missingParts({ path, text, parts }: BootFacts): LintFinding[] {
  return parts.flatMap(({ kind, name, path: found }) => {
    if (found !== null) return [];
    return [
      error(`${kind}-missing`, at(path, lineNaming(text, name)), {
        what: `${name} is missing, or empty`,
        why: "the boot loader stops there, and the machine does not come back",
        advice: `put the ${kind} there, world-readable; or correct the name`,
      }),
    ];
  });
}

const lineNaming = (text: string, name: string): number | null =>
  text.split("\n").findIndex((line) => line.includes(name)) + 1 || null;

const COMMAND_LINE = /^\s*(?:append|linux(?:16|efi)?)\s/i;

function missingWords({ path, text }: BootFacts): LintFinding[] {
  const line = lineOf(text, COMMAND_LINE);
  return ["retask.role", "retask.image"].flatMap((word) => {
    if (new RegExp(String.raw`^\s*(?:append|linux(?:16|efi)?)\s.*${word}=`, "im").test(text)) return [];
    return [
      error("boot-words", at(path, line), {
        what: `the kernel command line has no ${word}=`,
        why: "the beacon reports what stands there, and a machine that reports another role or image is not verified",
        advice: `add ${word}=… to it`,
      }),
    ];
  });
}

function missingModules({ path, text, parts }: BootFacts, root: RootFacts | null): LintFinding[] {
  if (root === null) return [];
  const versions = namesAt(root, "lib/modules");
  return parts.flatMap(({ kind, name, version }) => {
    if (kind !== "kernel" || version === null || versions.includes(version)) return [];
    const said = {
      what: `its kernel is ${version}, and ${root.path}/lib/modules has ${versions.join(", ") || "none"}`,
      why: "the kernel can load no module of another version: no driver, no file system that the initrd does not bring",
      advice: `put the kernel of the root's own package there, or the modules of ${version} into the root`,
    };
    const where = at(path, lineNaming(text, name));
    // Without any modules it may be a kernel that needs none.
    return [versions.length === 0 ? warning("kernel-modules", where, said) : error("kernel-modules", where, said)];
  });
}

function snapshotArgument({ path, text }: BootFacts): LintFinding[] {
  const line = lineOf(text, /^\s*append\s(?:.*\s)?snapshot=/i);
  if (line === null) return [];
  return [
    error("snapshot-argument", at(path, line), {
      what: "the append line has a snapshot argument",
      why: "every machine that boots it would take the same snapshot; without it each takes the one of its host name",
      advice: "remove the argument",
    }),
  ];
}
