/** A real distccd, and real compile jobs that run until the test lets them end. */
import { execFile } from "node:child_process";
import { chmod, open, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

const run = promisify(execFile);

export interface Distccd {
  readonly address: string;
  readonly port: number;
  readonly statsPort: number;
  readonly process: OwnedProcess;
}

export interface DistccdOptions {
  readonly address: string;
  readonly slots: number;
  readonly port?: number;
  readonly statsPort?: number;
}

/** `directory` keeps its log; it must be one that user distccd may enter. */
export async function startDistccd(directory: string, options: DistccdOptions): Promise<Distccd> {
  await chmod(directory, 0o755);
  const { address, slots } = options;
  const port = options.port ?? (await freePort(address));
  const statsPort = options.statsPort ?? (await freePort(address));
  const listen = ["--listen", address, "-p", String(port), "-j", String(slots), "--allow", "127.0.0.0/8"];
  const stats = ["--stats", "--stats-port", String(statsPort)];
  const process = await spawnOwned("distccd", [
    ...["--daemon", "--no-detach", "--user", "distccd"],
    ...listen,
    ...stats,
    ...["--log-stderr", "--log-level", "info"],
  ]);
  await waitFor(() => accepts(address, statsPort), 10_000, `distccd at ${address}:${port}`);
  return { address, port, statsPort, process };
}

export interface CompileJobs {
  /** Lets job `index` end. */
  readonly release: (index: number) => Promise<void>;
  /** Each job's exit code, in the order of the jobs. */
  readonly exitCodes: () => Promise<(number | null)[]>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts `count` compile jobs. Each one's assembler, on the server, includes a FIFO, and so runs without any CPU until
 * its release: nothing here depends on how fast this computer compiles.
 */
export async function startCompileJobs(directory: string, hosts: string, count: number): Promise<CompileJobs> {
  const jobs: { fifo: string; client: OwnedProcess }[] = [];
  for (let index = 0; index < count; index++) {
    const fifo = join(directory, `gate-${index}`);
    await run("mkfifo", ["-m", "644", fifo]);
    const source = join(directory, `job-${index}.c`);
    await writeFile(source, `__asm__(".include \\"${fifo}\\"");\nint job_${index}(void) { return ${index}; }\n`);
    const client = await spawnOwned("distcc", ["gcc", "-c", source, "-o", join(directory, `job-${index}.o`)], {
      env: { PATH: "/usr/bin:/bin", DISTCC_HOSTS: hosts, DISTCC_DIR: directory, DISTCC_FALLBACK: "0" },
    });
    jobs.push({ fifo, client });
  }
  return {
    release: async (index) => {
      const fifo = jobs[index]?.fifo;
      if (fifo === undefined) throw new Error(`no job ${index}`);
      await openGate(fifo);
    },
    exitCodes: () => Promise.all(jobs.map(async ({ client }) => (await client.exited).code)),
    stop: async () => {
      await Promise.all(jobs.map(({ client }) => client.stop()));
    },
  };
}

/** Opening a FIFO for writing waits until the assembler reads it; the deadline keeps a lost job from hanging the test. */
async function openGate(fifo: string): Promise<void> {
  const { O_WRONLY, O_NONBLOCK } = (await import("node:fs")).constants;
  const gate = await waitFor(() => open(fifo, O_WRONLY | O_NONBLOCK), 20_000, `an assembler to read ${fifo}`);
  await gate.writeFile("\n");
  await gate.close();
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
