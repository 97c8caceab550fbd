/** Where a request comes from: this computer itself, a page of another site, or anywhere. */
import { isIPv4, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/** An address or name that reaches nobody but this computer. A name that only begins like one (`127.evil.example`) does not. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || isLoopbackIpv6(host) || (isIPv4(host) && host.startsWith("127."));

const isLoopbackIpv6 = (host: string): boolean => isIPv6(host) && /^(?:0*:)+:?0*1$/.test(host) && !host.includes(".");

const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** Whether whoever asks needs no token to look: the server is loopback's alone, and no proxy passed this on from elsewhere. */
export const isLocal = (request: FastifyRequest, listensOn: string): boolean =>
  isLoopback(listensOn) && FORWARDED.every((header) => request.headers[header] === undefined);

/**
 * A page of another site can make a browser send requests here under its own name (DNS rebinding), so where nobody needs a
 * token to look, the name must be ours. Without a Host there is no telling: refused.
 */
export function isOwnHost(request: FastifyRequest, listensOn: string): boolean {
  const named = hostOf(request.headers.host);
  return named !== null && (isLoopback(named) || named === listensOn);
}

/** Another site's page names itself as the origin of what it sends; our own page names us. Programs name none. */
export function isForeignOrigin({ headers: { origin, host } }: FastifyRequest): boolean {
  if (origin === undefined) return false;
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match?.[1] === undefined || match[1].toLowerCase() !== host?.toLowerCase();
}

/**
 * A page of another site can't read an answer, but could ask so often that the operator gets none. Browsers say so by
 * themselves (Fetch Metadata), and a page can't keep them from it. To follow a link to here is nobody's attack.
 */
export const isForeignFetch = ({ headers }: FastifyRequest): boolean =>
  ["cross-site", "same-site"].includes(String(headers["sec-fetch-site"])) && headers["sec-fetch-mode"] !== "navigate";

/** `127.0.0.1:9420`, `[::1]:9420` and `localhost` without port and brackets; null for what is no host. */
function hostOf(header: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "");
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}
