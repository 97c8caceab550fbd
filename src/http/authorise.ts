/** Who may do what: every write bears a token, and no other site's page gets an answer. */
import type { FastifyRequest } from "fastify";
import type { ApiToken } from "../store/store.ts";
import type { ApiOptions } from "./api-options.ts";
import { bearerOf } from "./tokens.ts";

export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

const OPEN = new Set(["/livez", "/readyz"]);
const READS = new Set(["GET", "HEAD"]);

/** Every write bears a token; reads do too, where the server can be reached from elsewhere. */
export async function authorise(request: FastifyRequest, options: ApiOptions): Promise<Refused | null> {
  const path = request.url.split("?")[0] ?? "";
  if (OPEN.has(path)) return null;
  const isRead = READS.has(request.method);
  if (isRead && isLoopback(options.host)) return null;
  const token = await bearerOf(options.controller.store, request.headers.authorization);
  if (token === null) {
    const detail =
      "send the header `Authorization: Bearer TOKEN`; the daemon keeps its first token in a file named token beside its store";
    await auditRefusal(options, request, "RTK_NO_TOKEN");
    return { status: 401, code: "RTK_NO_TOKEN", title: "token required", detail };
  }
  if (!isRead && token.scope !== "write") {
    await auditRefusal(options, request, "RTK_WRONG_SCOPE");
    return {
      status: 403,
      code: "RTK_WRONG_SCOPE",
      title: "token may only read",
      detail: `token ${token.name} has no write scope`,
    };
  }
  tokenOf.set(request, token);
  return null;
}

const tokenOf = new WeakMap<FastifyRequest, ApiToken>();
/** The name of the token that a write came with. */
export const tokenName = (request: FastifyRequest): string => tokenOf.get(request)?.name ?? "none";

async function auditRefusal({ controller }: ApiOptions, request: FastifyRequest, code: string): Promise<void> {
  if (READS.has(request.method)) return;
  await controller.store.audit({
    atMs: controller.world.clock.wallMs(),
    who: "unknown",
    from: `http ${request.ip}`,
    action: `${request.method} ${(request.url.split("?")[0] ?? "").slice(0, 200)}`,
    why: "",
    before: null,
    after: null,
    refused: code,
  });
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || host.startsWith("127.");

/** A page of another site can make a browser send requests here under its own name (DNS rebinding): names must be ours. */
export function isOwnHost(request: FastifyRequest, host: string): boolean {
  const named = (request.headers.host ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return !isLoopback(host) || named === host || named === "localhost" || named === "::1" || named.startsWith("127.");
}
