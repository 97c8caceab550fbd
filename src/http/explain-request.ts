/** Turns what the schemas found into mistakes that a caller can mend: where, what was expected, and what is there. */
import type { FastifyError, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { showKey } from "../control/configuration/show-value.ts";
import { suggestKey } from "../control/configuration/suggest-key.ts";
import type { Mistake, Problem } from "./problem.ts";

type Issue = NonNullable<FastifyError["validation"]>[number];
type Part = "body" | "params" | "querystring";

const MOST_MISTAKES = 20;
const MOST_CHARACTERS = 64;

/** Null: the request did fit, and something else failed. */
export function explainRequest(error: FastifyError, request: FastifyRequest): Problem | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const part = (error.validationContext ?? "body") as Part;
  const found = (error.validation as readonly Issue[]).flatMap((issue) => explain(issue, part, request));
  return {
    status: 422,
    code: "RTK_INVALID_REQUEST",
    title: `the ${PART_NAMES[part]} does not fit`,
    detail: `nothing was done; ${found.length === 1 ? "the mistake is" : `${found.length} mistakes are`} named under errors`,
    errors: found.slice(0, MOST_MISTAKES),
  };
}

const PART_NAMES: Readonly<Record<Part, string>> = { body: "body", params: "path", querystring: "query" };

function explain(issue: Issue, part: Part, request: FastifyRequest): Mistake[] {
  const path = issue.instancePath.split("/").filter((step) => step !== "");
  const { keys } = issue.params;
  if (Array.isArray(keys)) {
    const known = knownKeys(part, request, path);
    return keys.map((key: string) => mistake([...path, key], unknownKey(key, known)));
  }
  const value = valueAt(part === "body" ? request.body : part === "params" ? request.params : request.query, path);
  if (path.length === 0) return [mistake(path, "a JSON object is expected")];
  const expected = expectation(issue);
  return [mistake(path, value === undefined ? `missing; ${expected}` : expected)];
}

/** The path as a JSON pointer, without what a terminal would obey: a key may be any text. */
const mistake = (path: readonly string[], detail: string): Mistake => ({
  pointer: `#${path.map((step) => `/${encodeURIComponent(wellFormed(shorten(step)))}`).join("")}`,
  detail,
});

/** Half a character, as JSON allows it and UTF-8 does not, becomes a question mark. */
const wellFormed = (text: string): string => Buffer.from(text, "utf8").toString("utf8");
const shorten = (text: string): string => text.slice(0, MOST_CHARACTERS);

function unknownKey(key: string, known: readonly string[]): string {
  const meant = suggestKey(shorten(key), known);
  if (meant !== null) return `unknown key; did you mean ${meant}?`;
  return known.length === 0 ? "unknown key" : `unknown key; known are ${known.map(showKey).join(", ")}`;
}

/** Only the top level: deeper keys are few, and the message of their union lists them. */
function knownKeys(part: Part, request: FastifyRequest, path: readonly string[]): string[] {
  const schema = request.routeOptions.schema?.[part] as { readonly shape?: object } | undefined;
  return path.length === 0 ? Object.keys(schema?.shape ?? {}) : [];
}

/** The schemas' own messages begin with "expected" or say what to do; zod's are put into the same form. */
function expectation({ message, params }: Issue): string {
  if (typeof params.expected === "string" && message?.startsWith("Invalid")) {
    return `expected ${TYPES[params.expected] ?? params.expected}`;
  }
  return message ?? "does not fit";
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function valueAt(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}
