/** Errors as RFC 9457 problems: a stable code, what failed, and what to do. */
import type { FastifyReply } from "fastify";

/** One mistake in what was sent. `pointer`: where, as a JSON pointer fragment; `#` is the whole. */
export interface Mistake {
  readonly pointer: string;
  readonly detail: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** All mistakes at once, where the request did not fit. */
  readonly errors?: readonly Mistake[];
  /** Seconds after which another try makes sense. */
  readonly retryAfterS?: number;
}

/** Names the kind of problem; stable, and no address that anybody would fetch. */
const typeOf = (code: string): string => `urn:retask:problem:${code}`;

export function problemBody({ status, code, title, detail, errors }: Problem) {
  return { type: typeOf(code), title, status, code, detail, ...(errors === undefined ? {} : { errors }) };
}

export function sendProblem(reply: FastifyReply, problem: Problem) {
  const { status, retryAfterS } = problem;
  if (retryAfterS !== undefined) reply.header("retry-after", String(retryAfterS));
  // RFC 9110 wants a challenge beside every 401.
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="retask"');
  return reply.code(status).type("application/problem+json").send(problemBody(problem));
}

/** How a refusal is told: what is not there is 404, what was asked wrongly 422, what stands in the way 409. */
const STATUS: Readonly<Record<string, number>> = {
  RTK_NOT_FOUND: 404,
  RTK_UNKNOWN_MACHINE: 404,
  RTK_UNKNOWN_ROLE: 404,
  RTK_UNKNOWN_OVERRIDE: 404,
  RTK_UNKNOWN_TOKEN: 404,
  RTK_UNKNOWN_STORAGE: 404,
  RTK_UNKNOWN_IMAGE: 404,
  RTK_NO_ROLLOUT: 404,
  RTK_NO_VERSION: 404,
  RTK_NO_CHANNEL: 404,
  RTK_CHANGED: 412,
  RTK_UNCONFIRMED: 422,
  RTK_BAD_EXPIRY: 422,
  RTK_BAD_PERIOD: 422,
  RTK_BAD_COUNT: 422,
  RTK_NOT_ELIGIBLE: 422,
  RTK_STARTING: 503,
  RTK_LINKS_UNREADABLE: 503,
  RTK_TOO_MANY_STREAMS: 503,
};

export const statusOf = (code: string): number => STATUS[code] ?? 409;

export const sendRefusal = (reply: FastifyReply, { code, why }: { readonly code: string; readonly why: string }) =>
  sendProblem(reply, { status: statusOf(code), code, title: "refused", detail: why });

export const NO_LINKS = { code: "RTK_NO_LINKS", why: "the boot links are not on a disk here" };

export const notFound = (reply: FastifyReply, title: string, detail: string) =>
  sendProblem(reply, { status: 404, code: "RTK_NOT_FOUND", title, detail });

/** What was not observed yet is not an empty pool. */
export const starting = (reply: FastifyReply) =>
  sendProblem(reply, {
    status: 503,
    code: "RTK_STARTING",
    title: "starting",
    detail: "no tick has ended yet; try again in a few seconds",
    retryAfterS: 5,
  });
