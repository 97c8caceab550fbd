/** The door: who may do what. Every write bears a token, refusals are audited, and no other site's page gets an answer. */
import type { FastifyRequest } from "fastify";
import type { Asker } from "../control/operator-change.ts";
import type { ApiToken } from "../store/store.ts";
import type { ApiOptions } from "./api-options.ts";
import type { Exceeded, FloodLimits } from "./flood-limits.ts";
import { isForeignFetch, isForeignOrigin, isLocal, isOwnHost } from "./own-host.ts";
import { isPageRoute } from "./page-routes.ts";
import { PREVIEW_ROUTE } from "./preview-route.ts";
import type { Problem } from "./problem.ts";
import type { TokenUses } from "./token-uses.ts";
import { bearerOf } from "./tokens.ts";

/** For the record: the author is as they call themselves, the token is what proves anything. */
export const askerOf = (request: FastifyRequest, author: string): Asker => ({
  author,
  from: `http ${request.ip} token ${tokenName(request)}`,
});

/** Tells what a token may, so it is asked for one even where nobody needs one to look. */
export const OWN_TOKEN_ROUTE = "/v1/token";

const OPEN = new Set(["/livez", "/readyz"]);
const READS = new Set(["GET", "HEAD"]);

/** What changes nothing is a read, whatever its method. */
const isReading = ({ method, routeOptions }: FastifyRequest): boolean =>
  READS.has(method) || routeOptions.url === PREVIEW_ROUTE;

const tokenOf = new WeakMap<FastifyRequest, ApiToken>();
/** The name of the token that a write came with. */
const tokenName = (request: FastifyRequest): string => tokenOf.get(request)?.name ?? "none";
/** Null where none was needed. */
export const tokenOfRequest = (request: FastifyRequest): ApiToken | null => tokenOf.get(request) ?? null;

/** Why this request goes no further, or null. Asked before any of its body is read. */
export async function authorise(
  request: FastifyRequest,
  options: ApiOptions,
  limits: FloodLimits,
  uses: TokenUses,
): Promise<Problem | null> {
  const route = request.routeOptions.url ?? "unknown";
  if (OPEN.has(route)) return null;
  const isRead = isReading(request);
  const local = isLocal(request, options.host);
  if (local && !isOwnHost(request, options.host)) return refuse(request, options, limits, WRONG_HOST);

  if (isRead) {
    // Not counted: it would use up what the operator's own browser, at the same address, may ask.
    if (isForeignFetch(request)) return FOREIGN_ORIGIN;
    const exceeded = await limits.reads(request, `${request.ip} ${route}`);
    if (exceeded !== null) return tooMany(request, options, exceeded, "requests");
    if ((local && route !== OWN_TOKEN_ROUTE) || isPageRoute(route)) return null;
  }
  const { store, world } = options.controller;
  const token = await bearerOf(store, request.headers.authorization, world.clock.wallMs());
  if (token === null) return refuse(request, options, limits, NO_TOKEN);
  tokenOf.set(request, token);
  uses.note(token.name, world.clock.wallMs());
  if (isRead) return null;
  if (isForeignOrigin(request)) return refuse(request, options, limits, FOREIGN_ORIGIN);
  if (token.scope !== "write") return refuse(request, options, limits, wrongScope(token));
  const exceeded = await limits.writes(request, token.name);
  return exceeded === null ? null : tooMany(request, options, exceeded, "changes");
}

const WRONG_HOST: Problem = {
  status: 421,
  code: "RTK_WRONG_HOST",
  title: "wrong host",
  detail: "this server answers only to the address that it listens on; ask for 127.0.0.1 or localhost",
};
const NO_TOKEN: Problem = {
  status: 401,
  code: "RTK_NO_TOKEN",
  title: "token required",
  detail:
    "send the header `Authorization: Bearer TOKEN`; the daemon keeps its first token in a file named token beside its store",
};
const FOREIGN_ORIGIN: Problem = {
  status: 403,
  code: "RTK_FOREIGN_ORIGIN",
  title: "another site's page",
  detail: "this request was made by a page of another site",
};
const wrongScope = ({ name }: ApiToken): Problem => ({
  status: 403,
  code: "RTK_WRONG_SCOPE",
  title: "token may only read",
  detail: `token ${name} has no write scope`,
});

/** Told and, where something was to be changed, audited; but no flood of refusals fills the record. */
async function refuse(
  request: FastifyRequest,
  options: ApiOptions,
  limits: FloodLimits,
  problem: Problem,
): Promise<Problem> {
  const exceeded = await limits.refusals(request, "all");
  if (exceeded !== null) return tooMany(request, options, exceeded, "refused requests");
  if (isReading(request)) return problem;
  const { controller } = options;
  await controller.store.audit({
    atMs: controller.world.clock.wallMs(),
    who: `token ${tokenName(request)}`,
    from: `http ${request.ip}`,
    action: actionOf(request),
    why: "",
    before: null,
    after: null,
    refused: `${problem.code}: ${problem.title}`,
  });
  return problem;
}

/** Never the query: somebody may have put a token there. */
const actionOf = ({ method, url }: FastifyRequest): string => `${method} ${(url.split("?")[0] ?? "").slice(0, 200)}`;

function tooMany(
  request: FastifyRequest,
  { controller }: ApiOptions,
  { first, retryAfterS }: Exceeded,
  what: string,
): Problem {
  if (first) {
    const advice = "too many; refused with 429, and not audited, until there are fewer";
    controller.logger.warn({ from: request.ip, action: actionOf(request), what }, advice);
  }
  return {
    status: 429,
    code: "RTK_TOO_MANY",
    title: "too many requests",
    detail: `too many ${what} in a short time; try again in ${retryAfterS} s`,
    retryAfterS,
  };
}
