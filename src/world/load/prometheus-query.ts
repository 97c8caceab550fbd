/** Queries to Prometheus: POST, form-encoded, bounded in time and size, without proxy or redirects. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosInstance, isAxiosError } from "axios";
import type { Token } from "./bearer-token.ts";
import { type Answer, parseAnswer, parseRange, type RangeAnswer } from "./prometheus-answer.ts";

const MAX_ANSWER_BYTES = 1_048_576;

export interface QueryEndpoint {
  /** One value, now. */
  query(promql: string, token: Token, signal: AbortSignal): Promise<Answer>;
  /** One series over time. Prometheus refuses more than 11,000 points at once. */
  range(promql: string, range: Range, token: Token, signal: AbortSignal): Promise<RangeAnswer>;
}

/** Moments in seconds since 1970, both ends included. */
export interface Range {
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
}

type Refusal = { readonly ok: false; readonly why: string };

/** `url`: Prometheus' address, with a path prefix if it has one. Nothing returned or thrown holds its credentials. */
export function queryEndpoint(url: string): QueryEndpoint {
  const client = createClient();
  const ask = async <T extends { readonly ok: true } | Refusal>(
    path: string,
    form: Record<string, string>,
    parse: (httpStatus: number, body: string) => T,
    token: Token,
    signal: AbortSignal,
  ): Promise<T | Refusal> => {
    if (!token.ok) return token;
    const endpoint = new URL(url);
    endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, "")}/api/v1/${path}`;
    const shown = describeUrl(endpoint);
    const headers = token.token === null ? {} : { Authorization: `Bearer ${token.token}` };
    try {
      const { status, data } = await client.post<string>(endpoint.href, new URLSearchParams(form), { headers, signal });
      const answer = parse(status, data);
      return answer.ok ? answer : { ok: false, why: `${answer.why} (${shown})` };
    } catch (error) {
      return { ok: false, why: `${describeFailure(error, signal)} (${shown})` };
    }
  };
  return {
    query: (promql, token, signal) => ask("query", { query: promql }, parseAnswer, token, signal),
    range: (promql, { startS, endS, stepS }, token, signal) => {
      const form = { query: promql, start: String(startS), end: String(endS), step: String(stepS) };
      return ask("query_range", form, parseRange, token, signal);
    },
  };
}

function createClient(): AxiosInstance {
  return axios.create({
    // A kept connection that Prometheus closed meanwhile would fail the first query after its restart.
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    responseType: "text",
    transformResponse: (data: unknown) => data,
    validateStatus: () => true,
  });
}

/** Scheme, host and path alone: a URL may hold a password, and an axios error holds the token. */
const describeUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

function describeFailure(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer within the deadline";
  if (!isAxiosError(error)) throw error;
  if (error.message.includes("maxContentLength")) return `an answer of more than ${MAX_ANSWER_BYTES} bytes`;
  switch (error.code) {
    case "ECONNREFUSED":
      return "connection refused: is Prometheus running?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `its name does not resolve (${error.code})`;
    case "ERR_BAD_RESPONSE":
      return "the answer was cut off";
    default:
      return `the connection failed (${error.code ?? "no code"})`;
  }
}
