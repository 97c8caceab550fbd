/** distccd's statistics, read from the real daemon under real compile jobs, and from servers that misbehave. */
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Machine } from "../../src/core/domain/fleet.ts";
import { machineName } from "../../src/core/domain/names.ts";
import { distccBuildMeter } from "../../src/world/load/distcc.ts";
import { type CompileJobs, type Distccd, startCompileJobs, startDistccd } from "./support/distccd.ts";
import { freePort, temporaryDirectory, waitFor } from "./support/ports.ts";

const ADDRESS = "127.31.2.1";

const machineAt = (ip: string): Machine => ({
  name: machineName("m01"),
  ip,
  mac: "00:11:22:33:44:55",
  bmc: { address: "127.0.0.1", port: 623 },
  domains: {},
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
});
const patience = (): AbortSignal => AbortSignal.timeout(20_000);

describe("a real distccd", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let daemon: Distccd;
  let jobs: CompileJobs | null = null;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    daemon = await startDistccd(directory.path, { address: ADDRESS, slots: 2 });
  });
  afterAll(async () => {
    await jobs?.stop();
    await daemon.process.stop();
    await directory.remove();
  });

  const read = () =>
    distccBuildMeter({ statsPort: daemon.statsPort, deadlineMs: 5_000 }).read(machineAt(ADDRESS), patience());

  test("an idle daemon has its slots, and nothing in flight", async () => {
    expect(await read()).toEqual({ ok: true, value: { inFlight: 0, queue: null, slots: 2 } });
  });

  test("hundreds of readings leave the daemon alive, and none fails", async () => {
    const before = daemon.process.pid;
    for (let round = 0; round < 300; round++) expect((await read()).ok).toBe(true);
    expect(process.kill(before, 0)).toBe(true);
  });

  test("jobs are in flight while they compile, never more than the slots, and 0 once they have ended", async () => {
    const started = await startCompileJobs(directory.path, `${ADDRESS}:${daemon.port}/8`, 3);
    jobs = started;
    await waitFor(async () => inFlightOf(await read()) === 2, 20_000, "two jobs in flight");

    // All at once: which of the three waits for a slot is distccd's to say.
    await Promise.all([0, 1, 2].map((index) => started.release(index)));
    expect(await started.exitCodes()).toEqual([0, 0, 0]);
    await waitFor(async () => inFlightOf(await read()) === 0, 20_000, "no job in flight");
  });

  test("readings that are given up in mid-answer leave the daemon alive", async () => {
    const meter = distccBuildMeter({ statsPort: daemon.statsPort, deadlineMs: 5_000 });
    for (let round = 0; round < 50; round++) {
      const hurry = new AbortController();
      const reading = meter.read(machineAt(ADDRESS), hurry.signal);
      setImmediate(() => hurry.abort());
      await reading;
    }
    expect(await read()).toMatchObject({ ok: true });
  });

  test("a stopped daemon is a refused connection", async () => {
    const port = await freePort(ADDRESS);
    const meter = distccBuildMeter({ statsPort: port, deadlineMs: 5_000 });
    const reading = await meter.read(machineAt(ADDRESS), patience());
    expect(reading).toEqual({ ok: false, why: `distccd's statistics at ${ADDRESS}:${port}: ECONNREFUSED` });
  });
});

describe("a server that misbehaves", () => {
  const servers: { server: Server; sockets: Set<Socket> }[] = [];
  afterEach(async () => {
    for (const { server, sockets } of servers.splice(0)) {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function readFrom(serve: (socket: Socket) => void, deadlineMs = 5_000) {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      serve(socket);
    });
    servers.push({ server, sockets });
    await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve));
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("no port");
    return distccBuildMeter({ statsPort: bound.port, deadlineMs }).read(machineAt(ADDRESS), patience());
  }

  const WHOLE =
    "<distccstats>\ndcc_tcp_accept 5\ndcc_rej_bad_req 0\ndcc_rej_overload 0\ndcc_compile_ok 4\ndcc_compile_error 0\n" +
    "dcc_compile_timeout 0\ndcc_cli_disconnect 0\ndcc_other 0\ndcc_max_kids 2\n</distccstats>\n";

  test("garbage is refused", async () => {
    const reading = await readFrom((socket) => socket.end(Buffer.from([0, 255, 27, 91, 50, 74])));
    expect(reading).toMatchObject({ ok: false, why: expect.stringContaining("no <distccstats>") });
  });

  test("silence and an early end are refused", async () => {
    expect(await readFrom((socket) => socket.end())).toMatchObject({ ok: false });
    expect(await readFrom((socket) => socket.end(WHOLE.slice(0, 60)))).toMatchObject({ ok: false });
  });

  test("an endless answer is cut off at the cap", async () => {
    const reading = await readFrom((socket) => {
      const pour = (): void => {
        while (socket.writable && socket.write("x".repeat(16_384)));
        if (socket.writable) socket.once("drain", pour);
      };
      pour();
    });
    expect(reading).toMatchObject({ ok: false, why: expect.stringContaining("more than 65536 bytes") });
  });

  test("an answer of one byte a second ends at the total deadline", async () => {
    const startedAt = performance.now();
    const reading = await readFrom((socket) => {
      let sent = 0;
      const drip = setInterval(() => socket.write(WHOLE[sent++] ?? "\n"), 100);
      socket.on("close", () => clearInterval(drip));
    }, 700);
    expect(reading).toMatchObject({ ok: false, why: expect.stringContaining("within the deadline") });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("a server that accepts and never answers ends at the deadline", async () => {
    const reading = await readFrom(() => {}, 300);
    expect(reading).toMatchObject({ ok: false, why: expect.stringContaining("within the deadline") });
  });

  test("a reset before the end is a failure, a reset after a whole answer is none", async () => {
    const torn = await readFrom((socket) => {
      socket.write(WHOLE.slice(0, 60), () => socket.resetAndDestroy());
    });
    expect(torn).toMatchObject({ ok: false });
    const whole = await readFrom((socket) => {
      socket.write(WHOLE, () => setTimeout(() => socket.resetAndDestroy(), 200));
    });
    expect(whole).toEqual({ ok: true, value: { inFlight: 1, queue: null, slots: 2 } });
  });
});

const inFlightOf = (reading: Awaited<ReturnType<ReturnType<typeof distccBuildMeter>["read"]>>): number | null =>
  reading.ok ? reading.value.inFlight : null;
