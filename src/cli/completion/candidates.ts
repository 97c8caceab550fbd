/** What may stand under the cursor: commands and options from the program itself, names from whoever knows them. */
import type { Argument, Option } from "commander";
import { asPlacement } from "../arguments.ts";
import { optionsOf, type Typed } from "./typed-words.ts";

export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Names that only the daemon knows, or files, which the shell finds by itself. */
export type NameKind = "machine" | "role" | "placement" | "roleOrMachine" | "plan" | "digest";
type Lookup = (kind: NameKind) => Promise<readonly string[]>;

/** As each command's help calls what it takes. */
const NAMES: Readonly<Record<string, NameKind>> = {
  machine: "machine",
  machines: "machine",
  role: "role",
  name: "roleOrMachine",
  plan: "plan",
  digest: "digest",
};
const FILES = new Set(["file", "dir"]);

/** "files": the shell shall offer files. */
export async function candidatesFor(typed: Typed, lookUp: Lookup): Promise<readonly Candidate[] | "files"> {
  const { wanted, current } = typed;
  if (wanted.kind === "value") return valuesOf(wanted.option, valueNameOf(wanted.option), lookUp, current);
  if (current.startsWith("-")) return starting(current, optionCandidates(typed));
  const commands = commandCandidates(typed);
  if (commands.length > 0) return starting(current, commands);
  return wanted.argument === null ? [] : valuesOf(wanted.argument, wanted.argument.name(), lookUp, current);
}

const starting = (current: string, all: readonly Candidate[]): readonly Candidate[] =>
  all.filter(({ value }) => value.startsWith(current));

const commandCandidates = ({ command }: Typed): readonly Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() }));

/** Each once: a second one would only take the place of the first. */
function optionCandidates({ command, given }: Typed): readonly Candidate[] {
  return optionsOf(command)
    .filter((option) => !given.has(option.attributeName()))
    .flatMap(({ long, description }) => (long == null ? [] : [{ value: long, about: description }]));
}

const valueNameOf = ({ flags }: Option): string => /<(.+?)>/.exec(flags)?.[1] ?? "";

async function valuesOf(
  { argChoices, parseArg }: Pick<Option | Argument, "argChoices" | "parseArg">,
  name: string,
  lookUp: Lookup,
  current: string,
): Promise<readonly Candidate[] | "files"> {
  if (argChoices !== undefined) return starting(current, named(argChoices));
  if (FILES.has(name)) return "files";
  const kind = parseArg === asPlacement ? "placement" : NAMES[name];
  return kind === undefined ? [] : starting(current, named(await lookUp(kind)));
}

const named = (values: readonly string[]): readonly Candidate[] => values.map((value) => ({ value, about: "" }));
