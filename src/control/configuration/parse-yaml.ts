/** One YAML file as plain data, with the place of every key and value; what is dangerous in YAML is refused here. */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  visit,
} from "yaml";
import type { Problem } from "./problem.ts";
import { showKey } from "./show-value.ts";

/** Aliases are handy for a schedule used twice; thousands of them are an attack on memory. */
const MOST_ALIASES = 100;
const MOST_PROBLEMS = 50;
/** No file of a site needs ten levels. Composing thousands overflows the stack, which may end the process: V8 aborts there. */
const MOST_LEVELS = 100;
/** The key that would reach into every object of the program. */
const FORBIDDEN_KEY = "__proto__";

/** Where the parser's message speaks to a programmer. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key is there twice",
};

type Path = readonly PropertyKey[];
interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  readonly document: Document;
  /** Where the value stands; where it is missing, the nearest block that should hold it. */
  placeOf(path: Path): Place;
  /** Where the last key of the path stands. */
  placeOfKey(path: Path): Place;
  /** How the file writes the value; `undefined` for lists, blocks and what is missing. */
  sourceOf(path: Path): string | undefined;
}

export type ParsedYaml =
  | { readonly ok: true; readonly yaml: YamlFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Never throws: whatever the text is, the answer is data, or problems with their places. `keepSourceTokens`: the document
 * knows where each dash and comma stands.
 */
export function parseYaml(file: string, text: string, keepSourceTokens = false): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, message: string): Problem => ({ file, ...place(offset), path: "", message });

  try {
    const composer = new Composer({ uniqueKeys: true, keepSourceTokens });
    const [document, second] = composer.compose(tokensOf(text, lines), true, text.length);
    if (document === undefined) throw new Error("no document");
    const problems = [...document.errors, ...document.warnings]
      .slice(0, MOST_PROBLEMS)
      .map((error) => problem(error.pos[0], `not valid YAML: ${OWN_WORDS[error.code] ?? error.message}`));
    if (second !== undefined)
      problems.push(problem(second.range[0], "not valid YAML: a second document begins here; expected one"));
    if (problems.length === 0) problems.push(...refusals(document, problem));
    if (problems.length > 0) return { ok: false, problems };
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    if (value === null) return { ok: false, problems: [problem(0, "the file is empty")] };
    return { ok: true, yaml: yamlFile(file, value, document, place) };
  } catch (error) {
    // Too many levels, and aliases that multiply, are stopped by an exception.
    const why = error instanceof RangeError ? "nested too deeply" : String(error);
    return { ok: false, problems: [problem(0, `not readable as YAML: ${why}`)] };
  }
}

/** Throws a RangeError where the text is nested too deeply. */
function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MOST_LEVELS) throw new RangeError("nested too deeply");
  }
  yield* parser.end();
}

function refusals(document: Document, problem: (offset: number, message: string) => Problem): Problem[] {
  const found: Problem[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_, node) {
      aliases += 1;
      if (aliases !== MOST_ALIASES + 1) return undefined;
      found.push(problem(start(node), `more than ${MOST_ALIASES} aliases`));
      return visit.BREAK;
    },
    Pair(_, pair) {
      const { key } = pair;
      if (!isScalar(key) || typeof key.value !== "string")
        found.push(problem(start(key as Node), "expected a word as the key"));
      else if (key.value === FORBIDDEN_KEY) found.push(problem(start(key), `${showKey(key.value)}: a forbidden key`));
      return undefined;
    },
  });
  return found.slice(0, MOST_PROBLEMS);
}

function yamlFile(file: string, value: unknown, document: Document, place: (offset: number) => Place): YamlFile {
  const walk = (path: Path) => descend(document, path);
  return {
    file,
    value,
    document,
    placeOf: (path) => place(walk(path).valueOffset),
    placeOfKey: (path) => place(walk(path).keyOffset),
    sourceOf: (path) => {
      const { node } = walk(path);
      return isScalar(node) ? (node.source ?? undefined) : undefined;
    },
  };
}

interface Step {
  readonly node: Node | null;
  readonly keyOffset: number;
  readonly valueOffset: number;
}

/** Follows a path as far as the file goes; aliases lead to what they stand for. */
function descend(document: Document, path: Path): Step {
  const root: Node | null = document.contents;
  let step: Step = { node: root, keyOffset: start(root), valueOffset: start(root) };
  for (const key of path) {
    const next = child(document, step.node, key);
    if (next === null) return { ...step, node: null, valueOffset: step.keyOffset };
    step = next;
  }
  return step;
}

function child(document: Document, parent: Node | null, key: PropertyKey): Step | null {
  const node = isAlias(parent) ? (parent.resolve(document) ?? null) : parent;
  if (!isCollection(node)) return null;
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(key)) as
      | Pair<Scalar, Node | null>
      | undefined;
    if (pair === undefined) return null;
    const keyOffset = start(pair.key);
    return { node: pair.value, keyOffset, valueOffset: pair.value === null ? keyOffset : start(pair.value) };
  }
  const item = node.items[Number(key)] as Node | undefined;
  return item === undefined ? null : { node: item, keyOffset: start(item), valueOffset: start(item) };
}

const start = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;
