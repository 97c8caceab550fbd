/** Asking the daemon: JSON in and out, its problems as errors that say what it said. */
import { token } from "./session.ts";

export interface ProblemBody {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The daemon answered, and refused. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, problem: ProblemBody) {
    const mistakes = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
    super([problem.detail ?? problem.title ?? `HTTP ${status}`, ...mistakes].join("; "));
    this.status = status;
    this.code = problem.code ?? "";
  }
}

const TIMEOUT_MS = 20_000;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Throws `Refused`, or what fetch throws when there is nobody to answer. Paths are relative: a proxy may add its own. */
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { ...bearer() };
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(path.replace(/^\//, ""), {
    method,
    headers,
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const said: unknown = text === "" ? null : JSON.parse(text);
  if (!answer.ok) throw new Refused(answer.status, said ?? {});
  return said as T;
}

/** Without a token no header at all: on loopback nobody needs one to look. */
export const bearer = (): Record<string, string> =>
  token.value === "" ? {} : { authorization: `Bearer ${token.value}` };

export function saidBy(error: unknown): string {
  if (!(error instanceof Refused)) return "no answer from retask: the connection is lost";
  if (error.code !== "RTK_NO_TOKEN" || token.value === "") return error.message;
  return "retask does not know this token, or it has ended: enter another one";
}
