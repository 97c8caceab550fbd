/** What may go wrong between the CLI and whatever answers at the daemon's address. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ask, daemonClient } from "../../../src/cli/daemon-client.ts";
import type { DaemonPlace, FoundToken } from "../../../src/cli/find-daemon.ts";

const token: FoundToken = { ok: true, token: "rtk_0123456789abcdefghijklmnop" };
const servers: Server[] = [];

async function placeOf(listener: RequestListener, found: FoundToken = token): Promise<DaemonPlace> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: found };
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const status = { method: "GET", path: "/v1/status" } as const;
const pause = { method: "POST", path: "/v1/pause", body: { scope: "pool" } } as const;

test("the token goes along, and the body as JSON", async () => {
  const heard: unknown[] = [];
  const place = await placeOf((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      heard.push(request.headers.authorization, request.headers["content-type"], body);
      response.end('{"done":true}');
    });
  });
  expect(await ask(place, pause)).toEqual({ ok: true, value: { done: true } });
  expect(heard).toEqual(["Bearer rtk_0123456789abcdefghijklmnop", "application/json", '{"scope":"pool"}']);
});

describe("a failure says what it was, and what to do", () => {
  test("nobody is there", async () => {
    const place = await placeOf(() => {});
    const gone = servers.splice(0);
    await Promise.all(gone.map((server) => new Promise((resolve) => server.close(resolve))));
    const answer = await ask(place, status);
    expect(answer).toMatchObject({ ok: false, code: null });
    expect(answer.ok ? "" : answer.why).toMatch(
      /no retask answers at .* \(connection refused\)\n.*systemctl status retask/,
    );
  });

  test("it hangs", async () => {
    const place = await placeOf(() => {});
    const answer = await ask(place, { ...status, deadlineMs: 100 });
    expect(answer.ok ? "" : answer.why).toMatch(/did not answer within .*\n.*`retask stop`/);
  });

  test("it sends a byte now and then: the deadline is for the whole", async () => {
    const place = await placeOf((_, response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    expect(await ask(place, { ...status, deadlineMs: 200 })).toMatchObject({
      why: expect.stringContaining("did not answer"),
    });
  });

  test.each([
    ["a page", 200, "<html>", {}],
    ["a redirect", 302, "", { location: "http://127.0.0.1:1/" }],
    ["an error page", 502, "Bad Gateway", {}],
  ])("it is no retask but %s", async (_, code, body, headers) => {
    const place = await placeOf((_, response) => void response.writeHead(code, headers).end(body));
    expect(await ask(place, status)).toMatchObject({
      code: null,
      why: expect.stringContaining(`is no retask (HTTP ${code})`),
    });
  });

  test("the daemon refuses: its reason, its code and every mistake", async () => {
    const problem = {
      code: "RTK_BAD_REQUEST",
      title: "request does not fit",
      detail: "2 mistakes",
      errors: [{ pointer: "#/for", detail: "expected a duration" }],
    };
    const place = await placeOf((_, response) => void response.writeHead(400).end(JSON.stringify(problem)));
    expect(await ask(place, pause)).toEqual({
      ok: false,
      code: "RTK_BAD_REQUEST",
      why: "request does not fit: 2 mistakes (RTK_BAD_REQUEST)\n  #/for: expected a duration",
    });
    await expect(daemonClient(place).send("POST", "/v1/pause", {})).rejects.toThrow("#/for: expected a duration");
  });

  test("no token, for a write: it is not even sent", async () => {
    let asked = 0;
    const place = await placeOf(
      (_, response) => {
        asked += 1;
        response.end("{}");
      },
      { ok: false, why: "the token file can't be read" },
    );
    expect(await ask(place, pause)).toEqual({ ok: false, code: "RTK_NO_TOKEN", why: "the token file can't be read" });
    expect(asked).toBe(0);
    expect(await ask(place, status)).toEqual({ ok: true, value: {} });
  });
});
