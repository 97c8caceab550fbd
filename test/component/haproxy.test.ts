/** Traffic over real HAProxies in front of real web servers under load. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Machine } from "../../src/core/domain/fleet.ts";
import { type MachineName, roleName } from "../../src/core/domain/names.ts";
import type { TrafficFact } from "../../src/core/domain/observation.ts";
import { trafficSchema } from "../../src/core/domain/traffic-policy.ts";
import type { Traffic } from "../../src/world/ports.ts";
import { policyTraffic } from "../../src/world/traffic/policy-traffic.ts";
import { someMachine } from "../unit/traffic/some-machine.ts";
import {
  type Haproxy,
  type HaproxyOptions,
  requestOnce,
  startHaproxy,
  startWebLoad,
  startWebServer,
  type WebLoad,
  type WebServer,
} from "./support/haproxy.ts";
import { freePort, temporaryDirectory, waitFor } from "./support/ports.ts";

const web = roleName("web");
const policy = trafficSchema.parse({ haproxy: { backend: "web" } });
const machines = [1, 2, 3].map((n) => someMachine(`m0${n}`, `127.0.8.${n}`));
const [m01] = machines as [Machine, Machine, Machine];

let dir: string;
let cleanUps: (() => Promise<unknown>)[];
let servers: WebServer[];

beforeEach(async () => {
  cleanUps = [];
  const directory = await temporaryDirectory();
  dir = directory.path;
  cleanUps.push(directory.remove);
  servers = await Promise.all(machines.map(({ ip }) => startWebServer(ip)));
  for (const [index] of machines.entries()) cleanUps.push(async () => servers[index]?.stop());
});

afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

const portOf = (index: number): number => servers[index]?.port ?? 0;

async function start(options: Partial<HaproxyOptions> = {}): Promise<Haproxy> {
  const proxied = machines.map(({ name, ip }, index) => ({ name, address: ip, port: portOf(index) }));
  const proxy = await startHaproxy({ dir, servers: proxied, ...options });
  cleanUps.push(proxy.stop);
  await waitFor(async () => (await proxy.status("m01")) === "UP", 10_000, "m01 to be UP");
  return proxy;
}

function load(proxy: Haproxy, clients: number): WebLoad {
  const running = startWebLoad(proxy.url, clients);
  cleanUps.push(running.stop);
  return running;
}

const trafficOver = (haproxySockets: string[], dryRun = false): Traffic =>
  policyTraffic({
    haproxySockets,
    dryRun,
    logger: pino({ enabled: false }),
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now(), deadline: AbortSignal.timeout },
  });

const soon = (): AbortSignal => AbortSignal.timeout(5_000);

async function factOf(traffic: Traffic, machine: Machine = m01): Promise<TrafficFact | undefined> {
  const facts: ReadonlyMap<MachineName, TrafficFact> = await traffic.read(web, policy, machines, soon());
  return facts.get(machine.name);
}

describe("under load, over a Unix and a TCP socket", () => {
  test("a machine is drained, rebooted and given back, and no request fails", async () => {
    const statsPort = await freePort();
    const [first, second] = [await start({ name: "a" }), await start({ name: "b", statsPort })];
    const traffic = trafficOver([first.socket, second.tcpSocket ?? ""]);
    const loads = [load(first, 12), load(second, 6)];
    // A drain that only looked at connections, or did not wait at all, would cut this one off.
    const long = requestOnce(`${first.url}?ms=1500`);
    await waitFor(() => loads.every((one) => one.counts().ok > 100), 20_000, "the load");
    expect(await factOf(traffic)).toEqual({ kind: "on", up: true });

    expect(await traffic.off(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
    expect(await traffic.off(web, policy, m01, soon())).toEqual({ ok: true, changed: false });
    const drained = await waitFor(
      async () => {
        const fact = await factOf(traffic);
        return fact?.kind === "off" && fact.busy === 0 && fact;
      },
      20_000,
      "the drain",
    );
    expect(drained).toEqual({ kind: "off", busy: 0 });

    const port = portOf(0);
    await servers[0]?.stop();
    for (const proxy of [first, second])
      await waitFor(async () => (await proxy.status("m01")) === "DOWN", 10_000, "m01 to be DOWN");
    // While it is down, nothing but the admin bit tells that it is drained.
    expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
    // Given back too early, as when its beacon is faster than its web server: no harm, it stays down.
    expect(await traffic.on(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
    expect(await factOf(traffic)).toEqual({ kind: "on", up: false });
    await new Promise((resolve) => setTimeout(resolve, 500));

    servers[0] = await startWebServer(m01.ip, port);
    await waitFor(
      async () => {
        const fact = await factOf(traffic);
        return fact?.kind === "on" && fact.up;
      },
      20_000,
      "m01 to be UP again",
    );
    await waitFor(() => (servers[0]?.served() ?? 0) > 30, 20_000, "m01 to serve again");
    expect(await long).toBe("200");
    for (const one of loads) expect(one.counts()).toMatchObject({ failed: 0, firstFailure: null });
  });

  test("busy counts the requests that are still running, over all proxies", async () => {
    const [first, second] = [await start({ name: "a" }), await start({ name: "b" })];
    const traffic = trafficOver([first.socket, second.socket]);
    // One for each server, by least connections.
    const running = [first, second].flatMap(({ url }) => machines.map(() => requestOnce(`${url}?ms=2000`)));
    await waitFor(async () => (await first.ask("show stat web 4 -1")).includes("web,m01,0,0,1,"), 5_000, "a request");
    await traffic.off(web, policy, m01, soon());
    expect(await factOf(traffic)).toEqual({ kind: "off", busy: 2 });
    expect(new Set(await Promise.all(running))).toEqual(new Set(["200"]));
    expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
  });
});

describe("what cannot be known for sure", () => {
  test("with one of two proxies gone the fact is unknown, and setting says which one failed but sets the other", async () => {
    const [first, second] = [await start({ name: "a" }), await start({ name: "b" })];
    const traffic = trafficOver([second.socket, first.socket]);
    await second.stop();
    expect(await factOf(traffic)).toEqual({
      kind: "unknown",
      why: expect.stringMatching(/^haproxy: 1 of 2 proxies did not answer \(unix:.*b\.sock: connection refused\)$/),
    });
    const outcome = await traffic.off(web, policy, m01, soon());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_HAPROXY_UNREACHABLE" });
    expect(outcome).toMatchObject({ why: expect.stringContaining("(1 of 2 proxies did as told)") });
    expect(await first.status("m01")).toBe("DRAIN");
  });

  test("proxies that differ make it mixed", async () => {
    const [first, second] = [await start({ name: "a" }), await start({ name: "b" })];
    await second.ask("set server web/m01 state drain");
    const fact = await factOf(trafficOver([first.socket, second.socket]));
    expect(fact).toMatchObject({ kind: "mixed", why: expect.stringMatching(/a\.sock: on; .*b\.sock: off/) });
  });

  test("a machine that the backend does not list is unknown, and the others are still told", async () => {
    const proxy = await start();
    const stranger = someMachine("m09", "127.0.8.9");
    const traffic = trafficOver([proxy.socket]);
    const facts = await traffic.read(web, policy, [m01, stranger], soon());
    expect(facts.get(stranger.name)).toMatchObject({ kind: "unknown", why: expect.stringContaining("no server m09") });
    expect(facts.get(m01.name)).toEqual({ kind: "on", up: true });
    expect(await traffic.off(web, policy, stranger, soon())).toMatchObject({
      ok: false,
      code: "RTK_HAPROXY_NO_SERVER",
    });
  });

  test("a backend that does not exist has its own code", async () => {
    const proxy = await start();
    const nowhere = trafficSchema.parse({ haproxy: { backend: "nowhere" } });
    const traffic = trafficOver([proxy.socket]);
    expect(await traffic.off(web, nowhere, m01, soon())).toMatchObject({ ok: false, code: "RTK_HAPROXY_NO_BACKEND" });
    const facts = await traffic.read(web, nowhere, [m01], soon());
    expect(facts.get(m01.name)).toMatchObject({ kind: "unknown", why: expect.stringContaining("no backend nowhere") });
  });

  test("no proxy configured is an error, never silently all of none", async () => {
    const traffic = trafficOver([]);
    expect(await traffic.off(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_HAPROXY_NONE" });
    expect(await factOf(traffic)).toMatchObject({ kind: "unknown" });
  });
});

test("a socket of level operator may be read, and its refusal to set says what to do", async () => {
  const proxy = await start({ level: "operator" });
  const traffic = trafficOver([proxy.socket]);
  expect(await factOf(traffic)).toEqual({ kind: "on", up: true });
  const outcome = await traffic.off(web, policy, m01, soon());
  expect(outcome).toMatchObject({ ok: false, code: "RTK_HAPROXY_PERMISSION" });
  expect(outcome).toMatchObject({ why: expect.stringContaining("level admin") });
});

test("a reload forgets the drain, the next reading shows it, and setting it again restores it", async () => {
  const proxy = await start();
  const traffic = trafficOver([proxy.socket]);
  await traffic.off(web, policy, m01, soon());
  await proxy.reload();
  expect(await factOf(traffic)).toMatchObject({ kind: "on" });
  expect(await traffic.off(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
  expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
});

test("with the state file of deploy/haproxy a reload keeps the drain", async () => {
  const proxy = await start({ keepState: true });
  const traffic = trafficOver([proxy.socket]);
  await traffic.off(web, policy, m01, soon());
  await proxy.reload();
  expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
});

test("maintenance and a weight of 0 are off; ready ends the maintenance and complains about the weight", async () => {
  const proxy = await start();
  const traffic = trafficOver([proxy.socket]);
  await proxy.ask("set server web/m01 state maint");
  expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
  expect(await traffic.on(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
  await proxy.ask("set server web/m01 weight 0");
  expect(await factOf(traffic)).toEqual({ kind: "off", busy: 0 });
  expect(await traffic.on(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_HAPROXY_WEIGHT" });
});

test("in dry run the state is read and never set", async () => {
  const proxy = await start();
  const traffic = trafficOver([proxy.socket], true);
  expect(await traffic.off(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  expect(await traffic.on(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  expect(await proxy.status("m01")).toBe("UP");
  expect(await factOf(traffic)).toEqual({ kind: "on", up: true });
});

test("the configuration that deploy/haproxy offers parses", async () => {
  const snippet = fileURLToPath(new URL("../../deploy/haproxy/retask.cfg", import.meta.url));
  const { stdout } = await promisify(execFile)("haproxy", ["-c", "-f", snippet]);
  expect(stdout).toContain("Configuration file is valid");
});
