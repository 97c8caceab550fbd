/** Node's HTTP server with limits: what comes too slowly, too big or too often is cut off outside of everything else. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { type Problem, problemBody } from "./problem.ts";

/** More than a page, a Prometheus and a few operators at once; a flood waits outside, and file descriptors stay for ipmitool. */
const MAX_CONNECTIONS = 256;
const HEADERS_MS = 5_000;
/** From the first byte to the last of one request, so that a byte a second gets nowhere. */
const REQUEST_MS = 10_000;
/** Node looks for late requests every 30 s unless told otherwise, whatever the limits above say. */
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;
/** A reader that takes nothing for so long is gone. Longer than any answer takes: adopting waits for the slowest BMC, minutes. */
const SILENT_MS = 660_000;

export function createNodeServer(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(SILENT_MS);
  return server;
}

const PROBLEMS: Readonly<Record<string, Pick<Problem, "status" | "code" | "title" | "detail">>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "RTK_TOO_SLOW",
    title: "Request Timeout",
    detail: `the headers must arrive within ${HEADERS_MS / 1_000} s, the whole request within ${REQUEST_MS / 1_000} s`,
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "RTK_HEADERS_TOO_LARGE",
    title: "Request Header Fields Too Large",
    detail: "the headers are too large",
  },
};
const GARBLED = { status: 400, code: "RTK_NOT_HTTP", title: "Bad Request", detail: "this is no valid HTTP request" };

/** Answers what never became a request. Nothing of what was sent is repeated. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = PROBLEMS[error.code ?? ""] ?? GARBLED;
  const body = JSON.stringify(problemBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
