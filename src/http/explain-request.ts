/** Turns what the schemas found into mistakes that a caller can mend: where, what was expected, and what is there. */
import type { FastifyError, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { showKey, showPath } from "../control/configuration/show-value.ts";
import { suggestKey } from "../control/configuration/suggest-key.ts";
import type { Mistake, Problem } from "./problem.ts";

type Issue = NonNullable<FastifyError["validation"]>[number];
type Part = "body" | "params" | "querystring";

const MOST_MISTAKES = 20;

/** Null: the request did fit, and something else failed. */
export function explainRequest(error: FastifyError, request: FastifyRequest): Problem | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const part = (error.validationContext ?? "body") as Part;
  const found = (error.validation as readonly Issue[]).flatMap((issue) => explain(issue, part, request));
  const mistakes = found.slice(0, MOST_MISTAKES);
  return {
    status: 422,
    code: "RTK_BAD_REQUEST",
    title: `the ${PART_NAMES[part]} does not fit`,
    detail: mistakes.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`)).join("; "),
    errors: mistakes.map(({ pointer, detail }) => ({ pointer, detail })),
  };
}

const PART_NAMES: Readonly<Record<Part, string>> = { body: "body", params: "path", querystring: "query" };

interface Found extends Mistake {
  readonly path: string;
}

function explain(issue: Issue, part: Part, request: FastifyRequest): Found[] {
  const path = issue.instancePath.split("/").filter((step) => step !== "");
  const { keys } = issue.params;
  if (Array.isArray(keys)) {
    const known = knownKeys(part, request, path);
    return keys.map((key: string) => found([...path, key], unknownKey(key, known)));
  }
  const value = valueAt(part === "body" ? request.body : part === "params" ? request.params : request.query, path);
  if (path.length === 0) return [found(path, "a JSON object is expected")];
  const expected = expectation(issue);
  return [found(path, value === undefined ? `missing; ${expected}` : expected)];
}

const found = (path: readonly string[], detail: string): Found => ({
  pointer: `#${path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1").slice(0, 64)}`).join("")}`,
  path: showPath(path.map((step) => (/^\d+$/.test(step) ? Number(step) : step.slice(0, 64)))),
  detail,
});

function unknownKey(key: string, known: readonly string[]): string {
  const meant = suggestKey(key.slice(0, 64), known);
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
