/** Talks to the daemon's API: bounded in time and size, no proxy, no redirects, and every failure with what to do about it. */
import { Agent } from "node:http";
import axios, { isAxiosError } from "axios";
import { z } from "zod";
import { describeDuration } from "../core/domain/units.ts";
import { CommandFailed } from "./command-failed.ts";
import { hintFor } from "./did-you-mean.ts";
import type { DaemonPlace } from "./find-daemon.ts";
import { whileWaiting } from "./waiting.ts";

/** The boot links of 20,000 machines have some 5 MB. */
const MOST_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 10_000;
/** It is sent as a write, and changes nothing. */
const PREVIEW = "/v1/overrides/preview";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Question {
  readonly method: Method;
  /** As in `/v1/status`; names within it have been checked to be names. */
  readonly path: string;
  readonly body?: object;
  readonly deadlineMs?: number;
}

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  /** `code`: the API's own; `null` where no retask answered. */
  | { readonly ok: false; readonly code: string | null; readonly why: string };

/** RFC 9457, as the API answers; `errors`: every mistake of a request, each with its place. */
const problemSchema = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});
type Problem = z.output<typeof problemSchema>;

/** One exchange; what failed comes back as a value. */
export async function ask(place: DaemonPlace, question: Question): Promise<Answer> {
  const { method, path, body, deadlineMs = DEADLINE_MS } = question;
  const reads = method === "GET" || path === PREVIEW;
  if (!reads && !place.token.ok) return { ok: false, code: "RTK_NO_TOKEN", why: place.token.why };
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const exchange = axios.request<string>({
      method,
      url: `${place.url}${path}`,
      data: body,
      headers: place.token.ok ? { authorization: `Bearer ${place.token.token}` } : {},
      signal,
      // A kept connection would keep the command from ending.
      httpAgent: new Agent({ keepAlive: false }),
      proxy: false,
      maxRedirects: 0,
      maxContentLength: MOST_BYTES,
      responseType: "text",
      // Left as text: axios turns broken JSON silently into a string.
      transformResponse: (text: string) => text,
      validateStatus: () => true,
    });
    const { status, data } = await whileWaiting(`waiting for ${place.url}`, exchange);
    return read(place, status, data);
  } catch (error) {
    return { ok: false, code: null, why: describeFailure(place, error, signal.aborted ? deadlineMs : null) };
  }
}

function read(place: DaemonPlace, status: number, text: string): Answer {
  const value = parseJson(text);
  if (status >= 200 && status < 300 && value !== undefined) return { ok: true, value };
  const problem = problemSchema.safeParse(value);
  if (problem.success) return refusal(place, problem.data);
  return { ok: false, code: null, why: `what answers at ${place.url} is no retask (HTTP ${status}); is --url right?` };
}

function refusal({ token }: DaemonPlace, { code, title, detail, errors }: Problem): Answer {
  const mistakes = errors.map((mistake) => `\n  ${mistake.pointer}: ${mistake.detail}`).join("");
  if (code !== "RTK_NO_TOKEN") return { ok: false, code, why: `${title}: ${detail} (${code})${mistakes}` };
  const why = token.ok
    ? "the daemon does not know this token; its own is in the file named token beside its store"
    : token.why;
  return { ok: false, code, why: `${why} (${code})` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function describeFailure({ url }: DaemonPlace, error: unknown, deadlineMs: number | null): string {
  if (deadlineMs !== null) {
    const after = `${url} did not answer within ${describeDuration(deadlineMs)}`;
    return `${after}\n  it may hang; \`retask stop\` keeps it from starting anything all the same, and its log says more`;
  }
  if (!isAxiosError(error)) throw error;
  if (error.message.includes("maxContentLength")) return `${url} sent more than ${MOST_BYTES} bytes: it is no retask`;
  const reason = error.code === "ECONNREFUSED" ? "connection refused" : (error.code ?? error.message);
  return [
    `no retask answers at ${url} (${reason})`,
    "  does it run?       systemctl status retask, or: retask serve --site DIR",
    "  runs it elsewhere? --site DIR names its site, --url URL its address",
  ].join("\n");
}

/** The API as commands use it: an answer, or the end of the command. */
export interface DaemonClient {
  readonly place: DaemonPlace;
  readonly ask: (question: Question) => Promise<Answer>;
  get<T>(path: string): Promise<T>;
  send<T>(method: Exclude<Method, "GET">, path: string, body: object, deadlineMs?: number): Promise<T>;
}

export function daemonClient(place: DaemonPlace): DaemonClient {
  const tryGet = async <T>(path: string): Promise<T | null> => {
    const answer = await ask(place, { method: "GET", path });
    return answer.ok ? (answer.value as T) : null;
  };
  const insist = async <T>(question: Question): Promise<T> => {
    const answer = await ask(place, question);
    if (!answer.ok) throw new CommandFailed(`${answer.why}${await hintFor(answer.code, question, tryGet)}`);
    // The daemon and this command are one program, of one version; its answers have the types that it gave them.
    return answer.value as T;
  };
  return {
    place,
    ask: (question) => ask(place, question),
    get: (path) => insist({ method: "GET", path }),
    send: (method, path, body, deadlineMs) =>
      insist({ method, path, body, ...(deadlineMs === undefined ? {} : { deadlineMs }) }),
  };
}
