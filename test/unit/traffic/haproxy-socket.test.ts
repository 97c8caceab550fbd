/** Proxies that misbehave on their socket: every one ends within the deadline, with a code. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { askHaproxy, socketOptions } from "../../../src/world/traffic/haproxy-socket.ts";

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A proxy that does this once it is asked. */
async function proxyThat(behaves: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => behaves(socket));
  });
  await new Promise((resolve) => server?.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return `tcp:127.0.0.1:${address.port}`;
}

const ask = (socket: string, deadlineMs = 10_000) => askHaproxy(socket, "show info", AbortSignal.timeout(deadlineMs));

test("the answer is everything until the proxy closes", async () => {
  const socket = await proxyThat((one) => {
    one.write("Name: ");
    setTimeout(() => one.end("HAProxy\n\n"), 20);
  });
  expect(await ask(socket)).toEqual({ ok: true, text: "Name: HAProxy\n\n" });
});

test("one byte now and then does not hold up the deadline", async () => {
  const socket = await proxyThat((one) => {
    const timer = setInterval(() => one.write("x"), 10);
    one.once("close", () => clearInterval(timer));
  });
  expect(await ask(socket, 200)).toMatchObject({ ok: false, code: "RTK_HAPROXY_UNREACHABLE" });
});

test("an endless answer is cut off at 1 MiB", async () => {
  const socket = await proxyThat((one) => {
    const pour = (): void => {
      while (one.writable && one.write(Buffer.alloc(65_536, "x")));
    };
    one.on("drain", pour);
    pour();
  });
  expect(await ask(socket)).toMatchObject({ ok: false, code: "RTK_HAPROXY_GARBLED" });
});

test("silence ends at the deadline", async () => {
  const socket = await proxyThat(() => undefined);
  const why = "it did not answer within the deadline";
  expect(await ask(socket, 100)).toEqual({ ok: false, code: "RTK_HAPROXY_UNREACHABLE", why });
});

test("a deadline that has passed asks nothing", async () => {
  let asked = false;
  const socket = await proxyThat(() => {
    asked = true;
  });
  expect(await askHaproxy(socket, "show info", AbortSignal.abort())).toMatchObject({ ok: false });
  expect(asked).toBe(false);
});

test("a missing socket says so", async () => {
  const why = "there is no such socket";
  expect(await ask("unix:/nonexistent/admin.sock")).toEqual({ ok: false, code: "RTK_HAPROXY_UNREACHABLE", why });
});

test("sockets are written as unix:/path or tcp:host:port", () => {
  expect(socketOptions("unix:/run/haproxy/admin.sock")).toEqual({ path: "/run/haproxy/admin.sock" });
  expect(socketOptions("tcp:10.0.1.7:9999")).toEqual({ host: "10.0.1.7", port: 9999 });
  expect(() => socketOptions("/run/haproxy/admin.sock")).toThrow("not a HAProxy socket");
});
