/** The API on a real socket, under those who send too slowly, too much, nonsense, or all at once. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Bench, FOR_AN_HOUR, startBench, WRITE_TOKEN } from "../unit/http/support/bench.ts";
import { freePort } from "./support/ports.ts";

const PAUSE = { ...FOR_AN_HOUR, scope: "pool" };
const open: { bench: Bench; sockets: Socket[] }[] = [];

afterEach(async () => {
  for (const { bench, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await bench.api.close();
  }
});

interface Listening {
  readonly bench: Bench;
  readonly url: string;
  /** A raw connection, with all that came back over it and when it ended. */
  connection(): Promise<Raw>;
}

interface Raw {
  readonly socket: Socket;
  readonly received: () => string;
  readonly ended: Promise<void>;
}

async function listen(): Promise<Listening> {
  const bench = await startBench();
  const port = await freePort();
  await bench.api.listen({ host: "127.0.0.1", port });
  const sockets: Socket[] = [];
  open.push({ bench, sockets });
  const connection = async (): Promise<Raw> => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => {});
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()).once("close", () => resolve()));
    return { socket, received: () => text, ended };
  };
  return { bench, url: `http://127.0.0.1:${port}`, connection };
}

const isLive = async (url: string): Promise<boolean> => (await fetch(`${url}/livez`)).status === 200;

/** The problem of a raw answer. */
function problemIn(answer: string): { status: number; code: string } {
  expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
  expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { status: number; code: string };
}

// Node by itself would look for late requests every 30 s only: the deadlines of these tests are shorter than that.
describe("who sends too slowly is cut off with 408, and everyone else is served meanwhile", () => {
  test("headers, a byte a second", async () => {
    const { url, connection } = await listen();
    const slow = await Promise.all(Array.from({ length: 20 }, connection));
    const dribble = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write("x");
    }, 500);
    for (const { socket } of slow) socket.write("GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    await sleep(1_000);
    expect(await isLive(url)).toBe(true);
    await Promise.all(slow.map(({ ended }) => ended));
    clearInterval(dribble);
    for (const { received } of slow) expect(problemIn(received())).toMatchObject({ status: 408, code: "RTK_TOO_SLOW" });
    expect(await isLive(url)).toBe(true);
  }, 25_000);

  test("a body, a byte a second", async () => {
    const { bench, connection } = await listen();
    const { socket, received, ended } = await connection();
    const head = ["POST /v1/pause HTTP/1.1", "Host: 127.0.0.1", `Authorization: Bearer ${WRITE_TOKEN}`];
    socket.write(`${[...head, "Content-Type: application/json", "Content-Length: 5000"].join("\r\n")}\r\n\r\n{`);
    const dribble = setInterval(() => {
      if (socket.writable) socket.write(" ");
    }, 500);
    await ended;
    clearInterval(dribble);
    expect(problemIn(received())).toMatchObject({ status: 408, code: "RTK_TOO_SLOW" });
    expect(bench.controller.state.overrides).toEqual([]);
  }, 25_000);

  test("nothing at all", async () => {
    const { connection } = await listen();
    const { received, ended } = await connection();
    await ended;
    expect(received()).toMatch(/^$|^HTTP\/1\.1 408 /);
  }, 25_000);
});

describe("nonsense", () => {
  test.each([
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"],
    ["no Host", "GET /v1/status HTTP/1.1\r\n\r\n"],
    ["a line break in a header", "GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\rb\r\n\r\n"],
    ["two lengths", "POST /v1/pause HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    [
      "a length and chunks",
      "POST /v1/pause HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    ],
    ["a NUL in the path", "GET /v1/\u0000status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ])(
    "%s is answered 400, or not at all",
    async (_, text) => {
      const { url, connection } = await listen();
      const { socket, received, ended } = await connection();
      socket.write(text, "latin1");
      await ended;
      if (received() !== "") expect(received()).toMatch(/^HTTP\/1\.1 400 /);
      expect(received()).not.toContain("\u0000");
      expect(await isLive(url)).toBe(true);
    },
    30_000,
  );

  test("HTTP/1.0 without a Host is 421: it may come from anywhere", async () => {
    const { connection } = await listen();
    const { socket, received, ended } = await connection();
    socket.write("GET /v1/status HTTP/1.0\r\n\r\n");
    await ended;
    expect(problemIn(received())).toMatchObject({ status: 421, code: "RTK_WRONG_HOST" });
  }, 30_000);

  test("headers without end are 431", async () => {
    const { connection } = await listen();
    const { socket, received, ended } = await connection();
    socket.write(`GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(100_000)}`);
    await ended;
    expect(problemIn(received())).toMatchObject({ status: 431, code: "RTK_HEADERS_TOO_LARGE" });
  }, 30_000);

  test("an absolute address is no way around the Host or the token", async () => {
    const { connection } = await listen();
    const asked = await connection();
    asked.socket.write("GET http://evil.example/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    await asked.ended;
    expect(problemIn(asked.received())).toMatchObject({ status: 421 });
  }, 30_000);

  test("CONNECT and upgrades get nowhere", async () => {
    const { url, connection } = await listen();
    for (const text of [
      "CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      "GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n",
    ]) {
      const { socket, received, ended } = await connection();
      socket.write(text);
      await ended;
      expect(received()).not.toMatch(/^HTTP\/1\.1 [12]/);
    }
    expect(await isLive(url)).toBe(true);
  }, 30_000);
});

test("a body of hundreds of megabytes is refused without being read", async () => {
  const { bench, connection } = await listen();
  const { socket, received, ended } = await connection();
  const head = ["POST /v1/pause HTTP/1.1", "Host: 127.0.0.1", `Authorization: Bearer ${WRITE_TOKEN}`];
  socket.write(`${[...head, "Content-Type: application/json", "Content-Length: 500000000"].join("\r\n")}\r\n\r\n{`);
  for (let i = 0; i < 200 && received() === ""; i++) await sleep(50);
  socket.end();
  await ended;
  expect(received()).toMatch(/^HTTP\/1\.1 413 /);
  expect(received()).toContain("RTK_BODY_TOO_LARGE");
  expect(bench.controller.state.overrides).toEqual([]);
}, 30_000);

test("of 400 connections only 256 are kept, and once they have been cut off it serves again", async () => {
  const { url, connection } = await listen();
  const raw = await Promise.all(Array.from({ length: 400 }, connection));
  await sleep(500);
  const kept = raw.filter(({ socket }) => !socket.destroyed && socket.readyState === "open");
  expect(kept.length).toBeLessThanOrEqual(256);
  expect(kept.length).toBeGreaterThan(200);
  await Promise.all(raw.map(({ ended }) => ended));
  expect(await isLive(url)).toBe(true);
}, 60_000);

test("an API flood slows no tick", async () => {
  const { bench, url } = await listen();
  const tickMs = async (): Promise<number> => {
    const beganMs = performance.now();
    await bench.simulation.turn();
    return performance.now() - beganMs;
  };
  const wrong = { method: "POST", body: JSON.stringify(PAUSE), headers: { "content-type": "application/json" } };
  let stop = false;
  const statuses = new Map<number, number>();
  const flood = Array.from({ length: 32 }, async (_, index) => {
    while (!stop) {
      const answer = await (index % 2 === 0 ? fetch(`${url}/v1/pause`, wrong) : fetch(`${url}/v1/status`));
      await answer.arrayBuffer();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  });
  const ticks: number[] = [];
  for (let i = 0; i < 40; i++) {
    ticks.push(await tickMs());
    await sleep(50);
  }
  const headers = { authorization: `Bearer ${WRITE_TOKEN}`, "content-type": "application/json" };
  const operator = await fetch(`${url}/v1/pause`, { method: "POST", body: JSON.stringify(PAUSE), headers });
  expect(operator.status).toBe(201);
  expect(await isLive(url)).toBe(true);
  stop = true;
  await Promise.all(flood);
  expect(statuses.get(429) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(401)).toBeLessThanOrEqual(31);
  expect(statuses.get(200)).toBeLessThanOrEqual(201);
  // The flood itself runs in this very process, so this only says that no tick waits for it to end.
  expect(Math.max(...ticks)).toBeLessThan(2_000);
}, 60_000);

test("closing does not wait for whoever holds a connection open", async () => {
  const { bench, connection } = await listen();
  const { socket, ended } = await connection();
  socket.write("GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
  await sleep(100);
  await bench.api.close();
  await ended;
  expect(bench.api.server.listening).toBe(false);
}, 20_000);

test("on a host name each address has the same limits: none is a way around the others", async () => {
  const bench = await startBench({ host: "localhost" });
  const sockets: Socket[] = [];
  open.push({ bench, sockets });
  const address = await bench.api.listen({ host: "localhost", port: await freePort() });
  expect(await isLive(address.replace("[::1]", "localhost"))).toBe(true);
  expect(bench.api.addresses()).toHaveLength(1);
}, 20_000);
