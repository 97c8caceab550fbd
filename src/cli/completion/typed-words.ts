/** A command line that is still being typed, read by the program's own definitions: which command it is, and what comes next. */
import type { Argument, Command, Option } from "commander";

/** What the word under the cursor is: a new one, or the value of an option or of an argument. */
export type Wanted =
  | { readonly kind: "word"; readonly argument: Argument | null }
  | { readonly kind: "value"; readonly option: Option };

export interface Typed {
  readonly command: Command;
  /** The word under the cursor, as far as it is typed. */
  readonly current: string;
  readonly wanted: Wanted;
  /** Those that were given, by their attribute's name. */
  readonly given: ReadonlyMap<string, string | null>;
}

/** `words`: after the program's name; the last is under the cursor, and empty when nothing of it is typed. */
export function readTyped(program: Command, words: readonly string[]): Typed {
  let command = program;
  let operands = 0;
  const given = new Map<string, string | null>();
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  for (let at = 0; at < before.length; at++) {
    const word = before[at] ?? "";
    if (!word.startsWith("-")) {
      const next = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) operands += 1;
      command = next ?? command;
      continue;
    }
    const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
    if (option === undefined) continue;
    given.set(option.attributeName(), null);
    if (!option.required) continue;
    if (at + 1 === before.length) return { command, current, wanted: { kind: "value", option }, given };
    given.set(option.attributeName(), before[at + 1] ?? null);
    at = endOfValue(before, at + 1);
  }
  const all = command.registeredArguments;
  const argument = all[operands] ?? (all.at(-1)?.variadic === true ? all.at(-1) : null) ?? null;
  return { command, current, wanted: { kind: "word", argument }, given };
}

/** Its own and those of the whole program, which may stand anywhere. */
export function optionsOf(command: Command): readonly Option[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

/** A shell hands quotes over as they were typed, and bash a quoted text as several words. */
function endOfValue(words: readonly string[], begin: number): number {
  const quote = /^["']/.exec(words[begin] ?? "")?.[0];
  if (quote === undefined || isClosed(words[begin]?.slice(1) ?? "", quote)) return begin;
  const end = words.findIndex((word, at) => at > begin && isClosed(word, quote));
  return end === -1 ? words.length : end;
}

const isClosed = (text: string, quote: string): boolean => text.endsWith(quote);
