/**
 * Posts JSON to a receiver: bounded in time, without proxy or redirects. The status line alone decides; what follows it is
 * not read, so that an endless answer costs nothing, and none of it, nor of the address beyond its host, is ever logged:
 * the path of a chat's webhook is its password.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Readable } from "node:stream";
import axios, { type AxiosInstance, isAxiosError } from "axios";
import type { Posted, Webhook } from "../ports.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface WebhookSettings {
  readonly url: string;
  /** For connecting, sending, and the status line. */
  readonly deadlineMs: number;
  /** A bearer token, or `null` for none; asked anew for each message, so that it can be rotated. */
  readonly token: (signal: AbortSignal) => Promise<GivenToken>;
}

type GivenToken = { readonly ok: true; readonly token: string | null } | { readonly ok: false; readonly why: string };

/** Of all 4xx these alone say "later" (RFC 9110, 15.5.9; RFC 8470; RFC 6585). */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

export function httpWebhook({ url, deadlineMs, token }: WebhookSettings): Webhook {
  const client = createClient();
  return {
    async post(body, signal): Promise<Posted> {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
      const bearer = await token(deadline);
      if (!bearer.ok) return { kind: "failed", why: bearer.why, retryAfterMs: null };
      const headers = bearer.token === null ? {} : { authorization: `Bearer ${bearer.token}` };
      try {
        const {
          status,
          headers: answered,
          data,
        } = await client.post<Readable>(url, body, { headers, signal: deadline });
        data.destroy();
        return judgeStatus(status, retryAfterMs(answered["retry-after"], Date.now()));
      } catch (error) {
        return { kind: "failed", why: describeFailure(error, deadline, deadlineMs), retryAfterMs: null };
      }
    },
  };
}

function judgeStatus(status: number, askedMs: number | null): Posted {
  if (status >= 200 && status < 300) return { kind: "taken", status };
  const why = `HTTP ${status}`;
  if (status >= 500 || LATER.has(status)) return { kind: "failed", why, retryAfterMs: askedMs };
  if (status >= 300 && status < 400) {
    return { kind: "refused", why: `${why}: it redirects, and redirects are not followed; write the final address` };
  }
  return { kind: "refused", why };
}

function createClient(): AxiosInstance {
  return axios.create({
    // Messages are rare: a kept connection would be dead by the next one.
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
    proxy: false,
    maxRedirects: 0,
    responseType: "stream",
    validateStatus: () => true,
  });
}

function describeFailure(error: unknown, deadline: AbortSignal, deadlineMs: number): string {
  if (deadline.aborted) return `no answer within ${deadlineMs} ms`;
  if (!isAxiosError(error)) throw error;
  switch (error.code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `its name does not resolve (${error.code})`;
    default:
      return `the connection failed (${error.code ?? "no code"})`;
  }
}
