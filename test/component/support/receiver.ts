/** A real HTTP server that takes notifications, and misbehaves as it is told; and one that retask is to be told by. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** Monotonic ms. */
  readonly atMs: number;
}

/** What becomes of one request; `hang`: never answered. */
export type Behaviour = "take" | "hang" | ((response: ServerResponse) => void);

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) => {
    response.writeHead(code, headers).end("whatever it says\n");
  };

export interface TestReceiver {
  readonly url: string;
  /** Every request, also those that were not taken. */
  readonly requests: readonly Taken[];
  /** From now on: one behaviour for each request, the last one for ever. */
  behave(...behaviours: readonly Behaviour[]): void;
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<TestReceiver> {
  const requests: Taken[] = [];
  let coming: readonly Behaviour[] = ["take"];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      requests.push({ path: request.url ?? "", headers: request.headers, body, atMs: performance.now() });
      const [behaviour = "take", ...rest] = coming;
      if (rest.length > 0) coming = rest;
      if (behaviour === "take") response.writeHead(204).end();
      else if (behaviour !== "hang") behaviour(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret-path`,
    requests,
    behave: (...behaviours) => {
      coming = behaviours;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
