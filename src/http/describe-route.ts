/** What the published document says of a route: its request as it is checked, its answers, and the codes that refuse it. */
import type { FastifySchema, FastifyTypeProvider } from "fastify";
import { z } from "zod";
import { problem } from "./answers/shared.ts";
import { statusOf } from "./problem.ts";

/** Requests have the types of their schemas. Answers are held against theirs by the contract test, not at every request. */
export interface RequestTypes extends FastifyTypeProvider {
  readonly validator: this["schema"] extends z.ZodType ? z.output<this["schema"]> : unknown;
  readonly serializer: unknown;
}

export const TAGS = {
  pool: "The pool as the last tick saw it.",
  record: "What was decided and done.",
  overrides: "What an operator orders.",
  rollouts: "A role's machines into another image, or rebooted, in phases.",
  fleet: "Adoption, quarantine, configuration, boot links.",
  tokens: "Who may ask, and who may change.",
  health: "For probes, Prometheus, and those who build on this.",
} as const;

export interface About {
  /** Unique; clients that are generated name their functions by it. */
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  /** By status; a text instead of a schema where the answer is no JSON: its media type. */
  readonly answers: Readonly<Record<number, z.ZodType | MediaType>>;
  /** Codes of this route's own refusals; those that any route may answer are said once, in the document's introduction. */
  readonly refuses?: readonly string[];
  /** Its body is a question: it changes nothing, and needs a token only where reads do. */
  readonly reads?: boolean;
  /** Needs a token even where looking needs none. */
  readonly bearsToken?: boolean;
}

interface MediaType {
  readonly type: string;
  readonly description: string;
}

interface Checked {
  readonly params?: z.ZodType;
  readonly querystring?: z.ZodType;
  readonly body?: z.ZodType;
}

/** The route's schema: `request` as it is checked, with all else that the document says. */
export function described<const Request extends Checked>(about: About, request = {} as Request): Request {
  const { id, tag, summary, description, answers, refuses = [] } = about;
  const schema: FastifySchema = {
    ...request,
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(about, request),
    response: { ...answersOf(answers), ...refusalsOf(refuses) },
  };
  return schema as Request;
}

/** `{}` is "none": reads need no token on the machine itself, probes nowhere. */
function securityOf(
  { tag, answers, reads = false, bearsToken = false }: About,
  { body }: Checked,
): Record<string, string[]>[] {
  if (bearsToken || (body !== undefined && !reads)) return [{ token: [] }];
  const isProbe = tag === "health" && 503 in answers;
  return isProbe ? [] : [{}, { token: [] }];
}

function answersOf(answers: About["answers"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const isJson = answer instanceof z.ZodType;
      const schema = isJson ? answer : z.string();
      const description = (isJson ? answer.description : answer.description) ?? MEANINGS[status] ?? "The answer.";
      return [status, { description, content: { [isJson ? "application/json" : answer.type]: { schema } } }];
    }),
  );
}

const MEANINGS: Readonly<Record<string, string>> = {
  200: "Done, or found.",
  201: "Made.",
  202: "Begun; the operations tell how it goes on.",
};

function refusalsOf(codes: readonly string[]): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  const refusals = [...byStatus].map(([status, named]) => [String(status), refusal(named.join(", "))] as const);
  return { ...Object.fromEntries<object>(refusals), default: refusal("Refused; see the introduction.") };
}

const refusal = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problem } },
});
