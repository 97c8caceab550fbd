/** Turns what zod found into problems that an operator can act on: the place, what was expected, what stands there. */
import type { z } from "zod";
import { knownKeys, type SchemaName } from "./json-schemas.ts";
import type { YamlFile } from "./parse-yaml.ts";
import type { Problem } from "./problem.ts";
import { showKey, showPath, showValue } from "./show-value.ts";
import { suggestKey } from "./suggest-key.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One problem for each issue; `kind` names the schema, for the suggestions. */
export function explainIssues(yaml: YamlFile, kind: SchemaName, issues: readonly Issue[]): Problem[] {
  return issues.flatMap((issue) => explain(yaml, kind, issue, []));
}

function explain(yaml: YamlFile, kind: SchemaName, issue: Issue, above: Path): Problem[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(yaml, kind, path, key));
    case "invalid_union": {
      const branch = meantBranch(issue.errors);
      if (branch === null) return [wrongValue(yaml, path, issue)];
      return branch.flatMap((inner) => explain(yaml, kind, inner, path));
    }
    case "invalid_key": {
      const key = path.at(-1) ?? "";
      const why = issue.issues[0]?.message ?? issue.message;
      return [{ file: yaml.file, ...yaml.placeOfKey(path), path: showPath(path), message: gotKey(why, key) }];
    }
    default:
      return [wrongValue(yaml, path, issue)];
  }
}

function unknownKey(yaml: YamlFile, kind: SchemaName, parent: Path, key: string): Problem {
  const path = [...parent, key];
  const meant = suggestKey(key, knownKeys(kind, parent));
  const hint = meant === null ? "" : `; did you mean ${meant}?`;
  return { file: yaml.file, ...yaml.placeOfKey(path), path: showPath(path), message: `unknown key${hint}` };
}

/**
 * The alternative that the operator meant: of those of the right kind (a word, a list, a block), the one that fits but
 * for the fewest keys. `null` when none is of the right kind, and then the union's own message lists them all.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const ranked = branches
    .filter((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys"))
    .map((issues) => ({ issues, misfits: issues.reduce((sum, issue) => sum + misfit(issue), 0) }))
    .sort((a, b) => a.misfits - b.misfits);
  return ranked[0]?.issues ?? null;
}

/** A key that the alternative does not know says more against it than one that it misses, or a wrong value. */
const misfit = (issue: Issue): number => (issue.code === "unrecognized_keys" ? 3 * issue.keys.length : 1);

function wrongValue(yaml: YamlFile, path: Path, issue: Issue): Problem {
  const value = valueAt(yaml.value, path);
  const expected = expectation(issue);
  const message =
    value === undefined ? `missing; ${expected}` : `${expected}, got ${showValue(value, yaml.sourceOf(path))}`;
  return { file: yaml.file, ...yaml.placeOf(path), path: showPath(path), message };
}

/** The schemas' own messages begin with "expected"; zod's are put into the same form. */
function expectation(issue: Issue): string {
  if (!issue.message.startsWith("Invalid") && !issue.message.startsWith("Too")) return issue.message;
  switch (issue.code) {
    case "invalid_value":
      return `expected ${oneOf(issue.values.map(String))}`;
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case "too_big":
      return `expected at most ${issue.maximum} ${issue.origin === "string" ? "characters" : "entries"}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

const oneOf = (words: readonly string[]): string =>
  words.length === 1 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

const gotKey = (message: string, key: PropertyKey): string => `${message}, got ${showKey(key)}`;

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}
