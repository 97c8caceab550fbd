/** The event stream over a real socket: what is told, resuming, readers that stall, tokens that end, and the server's end. */
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { EventRing } from "../../src/http/event-ring.ts";
import { EventStreams } from "../../src/http/event-streams.ts";
import { hashToken } from "../../src/http/tokens.ts";
import { type Bench, type BenchOptions, BY, FOR_AN_HOUR, READ_TOKEN, startBench } from "../unit/http/support/bench.ts";
import { freePort } from "./support/ports.ts";

interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Reading {
  readonly events: SentEvent[];
  /** The id that a browser would come back with. */
  readonly lastId: () => string;
  /** Once the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

const open: { api: Bench["api"]; closing: (() => void)[] }[] = [];
afterEach(async () => {
  for (const { api, closing } of open.splice(0)) {
    for (const close of closing) close();
    await api.close();
  }
});

async function listen(options: BenchOptions = {}) {
  const bench = await startBench(options);
  const port = await freePort();
  await bench.api.listen({ host: "127.0.0.1", port });
  const closing: (() => void)[] = [];
  open.push({ api: bench.api, closing });
  const url = `http://127.0.0.1:${port}`;
  const read = async (headers: Record<string, string> = {}): Promise<Reading> => {
    const reading = await readEvents(`${url}/v1/events`, headers);
    closing.push(reading.close);
    return reading;
  };
  const raw = (): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    closing.push(() => socket.destroy());
    return socket;
  };
  return { ...bench, url, read, raw };
}

async function readEvents(url: string, headers: Record<string, string>): Promise<Reading> {
  const aborter = new AbortController();
  const response = await fetch(url, { headers, signal: aborter.signal });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const events: SentEvent[] = [];
  let lastId = "";
  let text = "";
  const take = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString("utf8");
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        lastId = fields.get("id") ?? lastId;
        const data = fields.get("data");
        if (data !== undefined) events.push({ id: lastId, event: fields.get("event") ?? "", data: JSON.parse(data) });
      }
    }
  };
  return { events, lastId: () => lastId, ended: take().catch(() => {}), close: () => aborter.abort() };
}

const named = ({ events }: Reading, event: string): SentEvent[] => events.filter((one) => one.event === event);

test("each tick, each phase of an operation and each change is told, in order and with an id", async () => {
  const { read, send, simulation, controller } = await listen();
  const reading = await read();
  await send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
  await vi.waitFor(() => expect(named(reading, "change")).toMatchObject([{ data: { what: "override" } }]));
  await simulation.runFor(420_000, 5_000);
  await vi.waitFor(() => expect(named(reading, "operation").at(-1)?.data).toMatchObject({ outcome: "done" }));

  const phases = named(reading, "operation").map(({ data }) => data.phase);
  expect(phases[0]).toBe("preflight");
  expect(phases).toEqual(expect.arrayContaining(["draining", "relinking", "poweringOff", "verifying", "done"]));
  const { observation, plan } = controller.last ?? {};
  await vi.waitFor(() =>
    expect(named(reading, "tick").at(-1)?.data).toEqual({
      atMs: observation?.wallMs,
      planId: plan?.id,
      health: "healthy",
    }),
  );
  const numbers = reading.events.map(({ id }) => Number(id.split("-")[1]));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("who comes back with Last-Event-ID gets exactly what was missed", async () => {
  const { read, simulation } = await listen();
  const first = await read();
  await simulation.turn();
  await vi.waitFor(() => expect(first.events).toHaveLength(1));
  first.close();
  await simulation.turn();
  await simulation.turn();
  const again = await read({ "last-event-id": first.lastId() });
  await vi.waitFor(() => expect(again.events).toHaveLength(2));
  const number = (reading: Reading, index: number): number => Number(reading.events[index]?.id.split("-")[1]);
  expect([number(again, 0), number(again, 1)]).toEqual([number(first, 0) + 1, number(first, 0) + 2]);
});

test("an id from before anything happened resumes too: it is sent with the first bytes", async () => {
  const { read, simulation } = await listen();
  const first = await read();
  await vi.waitFor(() => expect(first.lastId()).toMatch(/^[0-9a-f]{8}-\d+$/));
  first.close();
  await simulation.turn();
  const again = await read({ "last-event-id": first.lastId() });
  await vi.waitFor(() => expect(again.events).toMatchObject([{ event: "tick" }]));
});

test.each(["1234abcd-5", "nonsense", ""])(
  "after another process's id (%j) it says that all must be read anew",
  async (id) => {
    const { read, simulation } = await listen();
    await simulation.turn();
    const reading = await read({ "last-event-id": id });
    if (id === "") return expect(reading.events).toEqual([]);
    await vi.waitFor(() => expect(reading.events).toMatchObject([{ event: "reset" }]));
    await simulation.turn();
    await vi.waitFor(() => expect(reading.events.map(({ event }) => event)).toEqual(["reset", "tick"]));
  },
);

test("a reader that takes nothing costs no memory, and one that reads on is told that it missed too much", async () => {
  const { raw, read, simulation, controller } = await listen();
  const idle = raw();
  idle.pause();
  idle.write("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const quick = await read();
  await simulation.turn();
  await vi.waitFor(() => expect(quick.events).toHaveLength(1));
  const tick = controller.last;
  // Far more than the ring and both sockets' buffers hold, as a day of ticks would be.
  for (let i = 0; i < 80_000 && tick !== null; i++) {
    for (const watcher of controller.watchers)
      if (watcher.constructor.name === "PoolEvents") watcher.onTick?.(tick, controller);
    if (i % 500 === 0) await new Promise(setImmediate);
  }
  let late = "";
  idle.on("data", (chunk) => (late += String(chunk))).resume();
  await vi.waitFor(() => expect(late).toContain("event: reset"));
  await vi.waitFor(() => expect(quick.events.length).toBeGreaterThan(1_000));
  const ids = [...late.matchAll(/^id: \w+-(\d+)$/gm)].map((match) => Number(match[1]));
  expect(ids.length).toBeLessThan(80_000);
});

test("elsewhere a stream needs a token, and ends at once when that is revoked", async () => {
  const { read, send, url, store } = await listen({ host: "10.0.1.5" });
  expect((await fetch(`${url}/v1/events`)).status).toBe(401);
  await store.saveToken({
    name: "page",
    hash: hashToken(`${READ_TOKEN}2`),
    scope: "read",
    createdMs: 0,
    expiresMs: null,
  });
  const kept = await read({ authorization: `Bearer ${READ_TOKEN}` });
  const revoked = await read({ authorization: `Bearer ${READ_TOKEN}2` });
  let ended = "";
  void kept.ended.then(() => (ended += "kept"));
  void revoked.ended.then(() => (ended += "revoked"));
  expect((await send("DELETE", "/v1/tokens/page", BY)).status).toBe(200);
  await revoked.ended;
  expect(ended).toBe("revoked");
});

/** The streams alone, with a heart that beats ten times a second. */
async function quickStreams() {
  const ring = new EventRing("abcd1234");
  const streams = new EventStreams(ring, () => 0, 100);
  const server = createServer((_, raw) => {
    if (streams.isFull) raw.writeHead(503).end();
    else streams.open(raw, {}, { lastEventId: null, token: null });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    streams.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const connections = promisify(server.getConnections.bind(server));
  return { ring, streams, port, url: `http://127.0.0.1:${port}`, connections, close };
}

test("so many at once and no more; who leaves makes room", async () => {
  const { url, streams, close } = await quickStreams();
  const readings = await Promise.all(Array.from({ length: 100 }, () => readEvents(url, {})));
  expect((await fetch(url)).status).toBe(503);
  readings[0]?.close();
  await vi.waitFor(() => expect(streams.isFull).toBe(false));
  expect((await readEvents(url, {})).events).toEqual([]);
  await close();
});

test("a quiet stream beats; a reader that takes nothing between two beats is cut off", async () => {
  const { ring, port, connections, close } = await quickStreams();
  const [idle, quick] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  let heard = "";
  quick.on("data", (chunk) => (heard += String(chunk)));
  idle.pause();
  for (const socket of [idle, quick]) {
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  await vi.waitFor(() => expect(heard).toContain("\n:\n\n"), { timeout: 5_000 });
  const cut = new Promise<void>((resolve) => idle.once("close", () => resolve()));
  const filling = setInterval(() => {
    for (let i = 0; i < 200; i++) ring.add("tick", { text: "x".repeat(2_000) });
  }, 5);
  await vi.waitFor(async () => expect(await connections()).toBe(1), { timeout: 10_000 });
  clearInterval(filling);
  // A paused socket sees its end only once it is read again.
  idle.resume();
  await cut;
  expect(quick.destroyed).toBe(false);
  quick.destroy();
  await close();
});

test("the server's end ends every stream, and waits for no reader", async () => {
  const { read, raw, api } = await listen();
  const reading = await read();
  const idle = raw();
  idle.pause();
  idle.write("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await api.close();
  await expect(reading.ended).resolves.toBeUndefined();
});
