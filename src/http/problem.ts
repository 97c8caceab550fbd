/** Errors as RFC 9457 problems: a stable code, what failed, and what to do. */
import type { FastifyReply } from "fastify";

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export const problemBody = (status: number, code: string, title: string, detail: string): ProblemBody => ({
  type: `urn:retask:problem:${code}`,
  title,
  status,
  code,
  detail,
});

export function sendProblem(reply: FastifyReply, status: number, code: string, title: string, detail: string) {
  return reply
    .code(status)
    .type("application/problem+json")
    .send(problemBody(status, code, title, detail));
}

/** How a refused action is told: what is not there is 404, everything else that an operator can mend is 409 or 422. */
const STATUS: Readonly<Record<string, number>> = {
  RTK_UNKNOWN_MACHINE: 404,
  RTK_UNKNOWN_ROLE: 404,
  RTK_UNKNOWN_OVERRIDE: 404,
  RTK_BAD_EXPIRY: 422,
  RTK_BAD_COUNT: 422,
  RTK_NOT_ELIGIBLE: 422,
};

export const sendRefusal = (reply: FastifyReply, refusal: { readonly code: string; readonly why: string }) =>
  sendProblem(reply, STATUS[refusal.code] ?? 409, refusal.code, "refused", refusal.why);
