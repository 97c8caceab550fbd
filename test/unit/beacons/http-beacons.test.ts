/** The beacons' reader against machines that answer badly; what the text may hold is tested beside its parser. */
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { httpBeacons } from "../../../src/world/beacons/http-beacons.ts";

const WHOLE =
  'retask_beacon_info{format="1",machine="m01",mac="00:11:22:33:44:55",role="web",image="web.1",boot_id="b1"} 1\n' +
  "retask_beacon_uptime_seconds 5\n";
const machine: Machine = {
  name: machineName("m01"),
  ip: "127.0.0.1",
  mac: "00:11:22:33:44:55",
  bmc: { address: "127.0.0.1", port: 623 },
  domains: {},
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
};

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function readFrom(listener: RequestListener, deadlineMs = 10_000) {
  const server = createServer(listener);
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return httpBeacons({ port: await listen(server), deadlineMs }).read(machine, AbortSignal.timeout(20_000));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return bound.port;
}

test("a good answer is a report", async () => {
  const reading = await readFrom((request, response) => response.end(request.url === "/metrics" ? WHOLE : ""));
  expect(reading).toMatchObject({ ok: true, value: { machine: "m01", bootId: "b1", uptimeS: 5, distcc: null } });
});

test.for<[string, RequestListener, string]>([
  ["another status", (_, response) => response.writeHead(503).end(WHOLE), "HTTP 503"],
  ["a redirect", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), "HTTP 302"],
  ["an empty answer", (_, response) => response.end(), "cut short"],
  ["10 MB", (_, response) => response.end("#".repeat(10_000_000)), "more than 65536 bytes"],
  ["bytes beyond ASCII", (_, response) => response.end(`${WHOLE}# é\n`), "not printable ASCII"],
  ["a connection cut in mid-answer", (_, response) => cutOff(response), "the answer was cut off"],
])("%s is refused, and the reason names the address", async ([, listener, why]) => {
  const reading = await readFrom(listener);
  expect(reading).toMatchObject({ ok: false, why: expect.stringMatching(/^beacon at 127\.0\.0\.1:\d+: /) });
  expect(reading).toMatchObject({ why: expect.stringContaining(why) });
});

test("a machine that accepts and says nothing, or a byte at a time, ends at the deadline", async () => {
  const silent = await readFrom(() => {}, 200);
  const slow = await readFrom((_, response) => {
    const drip = setInterval(() => response.write("#"), 20);
    response.on("close", () => clearInterval(drip));
  }, 300);
  for (const reading of [silent, slow]) {
    expect(reading).toMatchObject({ ok: false, why: expect.stringContaining("no whole answer within the deadline") });
  }
});

test("the tick's own signal ends a reading too, and a spent one asks nothing", async () => {
  let connections = 0;
  const server = createTcpServer(() => connections++);
  cleanUps.push(() => server.close());
  const beacons = httpBeacons({ port: await listen(server), deadlineMs: 10_000 });
  expect(await beacons.read(machine, AbortSignal.abort())).toMatchObject({ ok: false });
  expect(connections).toBe(0);
});

test("a machine that is off is a refused connection", async () => {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const reading = await httpBeacons({ port, deadlineMs: 10_000 }).read(machine, AbortSignal.timeout(20_000));
  expect(reading).toEqual({ ok: false, why: `beacon at 127.0.0.1:${port}: connection refused` });
});

function cutOff(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { "content-length": "1000" });
  response.write(WHOLE, () => response.destroy());
}
