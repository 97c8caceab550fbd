/** One question to one HAProxy's runtime API, over a Unix socket or TCP. */
import { connect, type NetConnectOpts } from "node:net";

/** `show stat` takes some 450 bytes a server; more than this is no answer of a proxy in front of a pool. */
const MAX_ANSWER_BYTES = 1_048_576;

export type Answer =
  | { readonly ok: true; readonly text: string }
  /** `why` names no socket: the caller does. */
  | { readonly ok: false; readonly code: "RTK_HAPROXY_UNREACHABLE" | "RTK_HAPROXY_GARBLED"; readonly why: string };

/** `unix:/run/haproxy/admin.sock` or `tcp:10.0.1.7:9999`, as node:net wants it. Throws on any other form: the schema has checked it. */
export function socketOptions(socket: string): NetConnectOpts {
  const unix = /^unix:(\/\S+)$/.exec(socket);
  if (unix?.[1] !== undefined) return { path: unix[1] };
  const tcp = /^tcp:([A-Za-z0-9.-]+):(\d{1,5})$/.exec(socket);
  if (tcp?.[1] !== undefined) return { host: tcp[1], port: Number(tcp[2]) };
  throw new Error(`not a HAProxy socket: ${socket}`);
}

/**
 * Sends one line, several commands joined by `;`, and gives everything that HAProxy says until it closes: without the
 * `prompt` command it serves one line per connection. The signal is the deadline of the whole, connecting included.
 */
export function askHaproxy(socket: string, line: string, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return Promise.resolve(unreachable("the deadline had passed before it was asked"));
  return new Promise((resolve) => {
    const connection = connect(socketOptions(socket));
    const chunks: Buffer[] = [];
    let bytes = 0;

    const finish = (answer: Answer): void => {
      signal.removeEventListener("abort", onDeadline);
      connection.destroy();
      resolve(answer);
    };
    const onDeadline = (): void => finish(unreachable("it did not answer within the deadline"));

    signal.addEventListener("abort", onDeadline, { once: true });
    // Never end() our side first: HAProxy takes a half-closed client as gone and may drop the answer.
    connection.once("connect", () => connection.write(`${line}\n`));
    connection.on("data", (chunk) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MAX_ANSWER_BYTES)
        finish({ ok: false, code: "RTK_HAPROXY_GARBLED", why: "its answer is longer than 1 MiB" });
    });
    connection.once("end", () => finish({ ok: true, text: Buffer.concat(chunks).toString("latin1") }));
    connection.once("close", () => finish(unreachable("it closed the connection without an answer")));
    connection.on("error", (error: NodeJS.ErrnoException) => finish(unreachable(describeError(error))));
  });
}

const unreachable = (why: string): Answer => ({ ok: false, code: "RTK_HAPROXY_UNREACHABLE", why });

const KNOWN_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "connection refused",
  EACCES: "no permission to open the socket",
  ECONNRESET: "it reset the connection",
  ENOTFOUND: "its name does not resolve",
};

const describeError = (error: NodeJS.ErrnoException): string => KNOWN_ERRORS[error.code ?? ""] ?? error.message;
