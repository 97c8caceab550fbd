/** What failed, as a problem: the caller's mistakes in full, retask's own only to the log. */
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { explainRequest } from "./explain-request.ts";
import { type Problem, sendProblem } from "./problem.ts";

const MEANT: Readonly<Record<string, Omit<Problem, "status">>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "RTK_BODY_TOO_LARGE", title: "body too large", detail: "the body is too large" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "RTK_NOT_JSON",
    title: "not JSON",
    detail: "a body must be JSON, and say so: content-type: application/json",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: "RTK_BAD_JSON", title: "no JSON", detail: "the body is empty" },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "RTK_BAD_JSON", title: "no JSON", detail: "the body is not valid JSON" },
};

export function handleFailures(api: FastifyInstance, logger: Logger): void {
  api.setNotFoundHandler((request, reply) => {
    const detail = `${request.method} ${(request.url.split("?")[0] ?? "").slice(0, 200)}: there is nothing of this name`;
    return sendProblem(reply, { status: 404, code: "RTK_NO_SUCH_ROUTE", title: "no such route", detail });
  });
  api.setErrorHandler((error: FastifyError, request, reply) => sendProblem(reply, problemOf(error, request, logger)));
}

export function problemOf(error: FastifyError, request: FastifyRequest, logger: Logger): Problem {
  const misfit = explainRequest(error, request);
  if (misfit !== null) return misfit;
  const meant = MEANT[error.code];
  if (meant !== undefined) return { status: error.statusCode ?? 400, ...meant };
  const status = error.statusCode ?? 500;
  // fastify's own words about a request that it could not take; what an internal error says is for the log alone.
  if (status < 500)
    return { status, code: "RTK_BAD_REQUEST", title: "bad request", detail: error.message.slice(0, 200) };

  logger.error({ err: error.message, code: error.code, route: request.routeOptions.url }, "API request failed");
  if (STORE_CODE.test(error.code)) {
    const detail = "the record can't be read or written, so nothing was changed; the daemon's log says why";
    return { status: 503, code: error.code, title: "no record", detail };
  }
  return { status: 500, code: "RTK_INTERNAL", title: "internal error", detail: "see the daemon's log" };
}

const STORE_CODE = /^RTK_STORE_/;
