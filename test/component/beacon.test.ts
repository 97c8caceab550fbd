/** The real beacon program, under both shells and behind three inetds, read by the real reader and a real Prometheus. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { discoveryTargets } from "../../src/core/domain/discovery.ts";
import type { Machine } from "../../src/core/domain/fleet.ts";
import { machineName } from "../../src/core/domain/names.ts";
import { httpBeacons } from "../../src/world/beacons/http-beacons.ts";
import { BEACON, type BeaconServer, startBeacon, writeTree } from "./support/beacon.ts";
import { startCompileJobs, startDistccd } from "./support/distccd.ts";
import { freePort, temporaryDirectory, waitFor } from "./support/ports.ts";
import { startPrometheus } from "./support/prometheus.ts";

const run = promisify(execFile);
const ADDRESS = "127.31.3.1";
const BOOT_ID = "85aa3e51-7eae-40b3-a5bf-6867afbcbbc1";
const COMMAND_LINE =
  "BOOT_IMAGE=web/vmlinuz root=/dev/nfs ro retask.role=web retask.image=web.2026-11 BOOTIF=01-00-11-22-AA-BB-CC\n";

const machine: Machine = {
  name: machineName("m01"),
  ip: ADDRESS,
  mac: "00:11:22:aa:bb:cc",
  bmc: { address: "127.0.0.1", port: 623 },
  domains: { rack: "r1", "power-feed": "p1a" },
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
};

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let proc: string;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory();
  proc = join(directory.path, "proc");
  await writeTree(proc, {
    cmdline: COMMAND_LINE,
    uptime: "5123.40 9000.00\n",
    "sys/kernel/hostname": "m01\n",
    "sys/kernel/random/boot_id": `${BOOT_ID}\n`,
    "net/tcp": "",
  });
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(() => directory.remove());

async function serveBeacon(options: Partial<BeaconServer> = {}) {
  const port = await freePort(ADDRESS);
  const environment = { RETASK_PROC: proc, ...options.environment };
  const server: BeaconServer = {
    ...{ address: ADDRESS, port, shell: ["dash"], superserver: "systemd", directory: directory.path },
    ...options,
    environment,
  };
  const process = await startBeacon(server);
  cleanUps.push(() => process.stop());
  return { port, read: () => httpBeacons({ port, deadlineMs: 10_000 }).read(machine, AbortSignal.timeout(20_000)) };
}

describe("the beacon's answer", () => {
  test.for([
    [["dash"], "systemd"],
    [["busybox", "sh"], "systemd"],
    [["dash"], "socat"],
    [["busybox", "sh"], "socat"],
    [["dash"], "xinetd"],
    [["busybox", "sh"], "xinetd"],
  ] as const)("is the same under %s behind %s", async ([shell, superserver]) => {
    const { read } = await serveBeacon({ shell, superserver });
    const report = {
      ...{ machine: "m01", mac: "00:11:22:aa:bb:cc", role: "web", image: "web.2026-11" },
      ...{ bootId: BOOT_ID, uptimeS: 5123.4, distcc: null },
    };
    expect(await read()).toEqual({ ok: true, value: report });
    for (let round = 0; round < 10; round++) expect((await read()).ok).toBe(true);
  });

  test("needs nothing but busybox, which reads the socket table as Debian's awk does", async () => {
    const applets = join(directory.path, "applets");
    await mkdir(applets);
    await run("busybox", ["--install", "-s", applets]);
    const building = join(directory.path, "building");
    await run("cp", ["-r", proc, building]);
    await writeTree(building, {
      "net/tcp": await readFile(new URL("../fixtures/beacon/proc_net_tcp_3632.txt", import.meta.url), "utf8"),
      ...{ "4242/comm": "distccd\n", "4242/cmdline": "distccd\0--daemon\0--jobs\x3d12\0" },
      ...{ "4141/comm": "distccd\n", "4141/cmdline": "distccd\0-p\x004000\0-j\x009\0" },
    });
    for (const PATH of [applets, "/usr/bin:/bin"]) {
      const { read } = await serveBeacon({ shell: [`${applets}/sh`], environment: { PATH, RETASK_PROC: building } });
      expect(await read()).toMatchObject({ value: { role: "web", distcc: { inFlight: 6, queue: 18, slots: 12 } } });
    }
  });

  test("tells of this very machine from the real /proc", async () => {
    const { read } = await serveBeacon({ environment: { RETASK_PROC: "/proc", RETASK_DISTCC_PORT: "1" } });
    const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    expect(await read()).toMatchObject({ ok: true, value: { bootId, distcc: null } });
  });

  test("names the machine as the command line says, and survives names made to harm", async () => {
    const hostile = join(directory.path, "hostile");
    await run("cp", ["-r", proc, hostile]);
    const words = 'retask.machine=m07 retask.role=a"b\\c{}$(id)`id`* retask.image=\u001b[2Jx\u0007é\n';
    await writeFile(join(hostile, "cmdline"), `BOOTIF=01-00-11-22-33-44-55 ${words}`);
    for (const shell of [["dash"], ["busybox", "sh"]]) {
      const { read } = await serveBeacon({ shell, environment: { RETASK_PROC: hostile } });
      const value = { machine: "m07", role: 'a"b\\c{}$(id)`id`*', image: "[2Jx" };
      expect(await read()).toMatchObject({ ok: true, value });
    }
  });

  test("takes the MAC of the default route's interface where pxelinux told none", async () => {
    const routed = join(directory.path, "routed");
    await run("cp", ["-r", proc, routed]);
    const route = "Iface\tDestination\tGateway\neth1\t0001A8C0\t0\neth0\t00000000\t0101A8C0\n";
    await writeTree(routed, { cmdline: "retask.role=web\n", "net/route": route });
    await writeTree(join(directory.path, "sys"), { "class/net/eth0/address": "02:FC:00:00:00:01\n" });
    const environment = { RETASK_PROC: routed, RETASK_SYS: join(directory.path, "sys") };
    const { read } = await serveBeacon({ environment });
    expect(await read()).toMatchObject({ ok: true, value: { mac: "02:fc:00:00:00:01" } });
  });
});

describe("the beacon's clients", () => {
  test("a client that says nothing is hung up on, and holds up nobody", async () => {
    const { port, read } = await serveBeacon({ environment: { RETASK_REQUEST_SECONDS: "1" } });
    const dawdler = createConnection({ host: ADDRESS, port });
    let answer = "";
    const closed = new Promise<void>((resolve) => dawdler.once("close", () => resolve()));
    dawdler.on("data", (chunk) => {
      answer += chunk;
    });
    dawdler.write("GET /metr");
    expect(await read()).toMatchObject({ ok: true });
    await closed;
    expect(answer).toBe("");
  });

  test("another path is 404, another method is 405", async () => {
    const { port } = await serveBeacon();
    const base = `http://${ADDRESS}:${port}`;
    expect((await fetch(`${base}/etc/passwd`)).status).toBe(404);
    expect((await fetch(`${base}/metrics`, { method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${base}/metrics?a=b`)).status).toBe(200);
  });
});

test("a real distccd's jobs, backlog and slots are seen from the socket table", async () => {
  const daemon = await startDistccd(directory.path, { address: ADDRESS, slots: 2 });
  cleanUps.push(() => daemon.process.stop());
  const environment = { RETASK_PROC: "/proc", RETASK_DISTCC_PORT: String(daemon.port) };
  const beacons = await Promise.all([["dash"], ["busybox", "sh"]].map((shell) => serveBeacon({ shell, environment })));
  const seen = (inFlight: number, queue: number) =>
    waitFor(
      async () => {
        const reports = await Promise.all(beacons.map(({ read }) => read()));
        return reports.every(
          (report) => report.ok && report.value.distcc?.inFlight === inFlight && report.value.distcc.queue === queue,
        );
      },
      20_000,
      `${inFlight} jobs in flight and ${queue} in the queue`,
    );

  await seen(0, 0);
  for (const { read } of beacons) expect(await read()).toMatchObject({ value: { distcc: { slots: 2 } } });
  const jobs = await startCompileJobs(directory.path, `${ADDRESS}:${daemon.port}/8`, 5);
  cleanUps.push(() => jobs.stop());
  await seen(2, 3);
  await Promise.all([0, 1, 2, 3, 4].map((index) => jobs.release(index)));
  expect(await jobs.exitCodes()).toEqual([0, 0, 0, 0, 0]);
  await seen(0, 0);
});

test("a real Prometheus discovers and scrapes the beacon, and promtool finds nothing wrong with it", async () => {
  const { port } = await serveBeacon();
  const text = await (await fetch(`http://${ADDRESS}:${port}/metrics`)).text();
  const check = run("promtool", ["check", "metrics"]);
  check.child.stdin?.end(text);
  expect(await check).toEqual({ stdout: "", stderr: "" });

  const discovery = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(discoveryTargets([machine], port)));
  });
  await new Promise<void>((resolve) => discovery.listen(0, "127.0.0.1", resolve));
  cleanUps.push(async () => void discovery.close());
  const bound = discovery.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  const job = `{ job_name: pool, honor_labels: true, http_sd_configs: [{ url: "http://127.0.0.1:${bound.port}/" }] }`;
  const prometheus = await startPrometheus(directory.path, { scrapeConfigs: `  - ${job}\n` });
  cleanUps.push(() => prometheus.process.stop());

  const labels = 'machine="m01",rack="r1",power_feed="p1a"';
  const info = `retask_beacon_info{${labels},role="web",exported_role="",exported_machine=""}`;
  await waitFor(async () => (await prometheus.query(info)) === 1, 30_000, info);
  expect(await prometheus.query(`retask_beacon_uptime_seconds{${labels}}`)).toBe(5123.4);
});

test("systemd finds nothing wrong with the units", async () => {
  const units = join(directory.path, "units");
  await mkdir(units);
  const names = ["retask-beacon.socket", "retask-beacon@.service"];
  for (const name of names) {
    const text = await readFile(join(dirname(BEACON), name), "utf8");
    await writeFile(join(units, name), text.replace("/usr/local/lib/retask/retask-beacon", BEACON));
  }
  const paths = names.map((name) => join(units, name));
  expect(await run("systemd-analyze", ["--man=no", "verify", ...paths])).toEqual({ stdout: "", stderr: "" });
});
