/** A real distcc build: compile jobs through the farm's hosts file, one after the other in a few lanes, until stopped. */
import { execFile } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const LANES = 2;
const PAUSE_MS = 150;
const JOB_DEADLINE_MS = 60_000;

export interface BuildResult {
  readonly jobs: number;
  /** What distcc said of each job that did not exit 0. */
  readonly failures: readonly string[];
  /** Jobs that exited 0 and left no object file. */
  readonly missing: readonly string[];
  /** Jobs that a client gave up on distributing and compiled by itself. */
  readonly local: number;
}

export interface Build {
  readonly jobs: () => number;
  /** Waits for the jobs under way. */
  readonly stop: () => Promise<BuildResult>;
}

/** `home`: an existing directory; its `hosts` is the hosts file. */
export async function startBuild(home: string, objects: string): Promise<Build> {
  await mkdir(objects);
  const env = {
    PATH: "/usr/bin:/bin",
    DISTCC_DIR: home,
    DISTCC_LOG: join(home, "distcc.log"),
    DISTCC_IO_TIMEOUT: "30",
  };
  const failures: string[] = [];
  const done: string[] = [];
  let [started, running] = [0, true];
  const lane = async (): Promise<void> => {
    while (running) {
      const name = `job-${started++}`;
      const [source, object] = [join(objects, `${name}.c`), join(objects, `${name}.o`)];
      await writeFile(source, sourceText(name.replace("-", "_")));
      const job = run("distcc", ["gcc", "-O1", "-c", source, "-o", object], { env, timeout: JOB_DEADLINE_MS });
      await job.then(() => done.push(object)).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
      await sleep(PAUSE_MS);
    }
  };
  const all = Promise.all(Array.from({ length: LANES }, lane));
  return {
    jobs: () => done.length,
    stop: async () => {
      running = false;
      await all;
      const sizes = await Promise.all(
        done.map((object) =>
          stat(object).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      );
      const log = await readFile(env.DISTCC_LOG, "utf8").catch(() => "");
      return {
        jobs: started,
        failures,
        missing: done.filter((_, index) => sizes[index] === 0),
        local: log.match(/running locally instead/g)?.length ?? 0,
      };
    },
  };
}

const sourceText = (name: string): string =>
  Array.from({ length: 20 }, (_, i) => `int ${name}_${i}(int a) { return a * ${i} + (a >> ${i % 7}); }`).join("\n");

/** Jobs that the distccd at this address has compiled since it started; null while it does not answer. */
export function compiledBy(ip: string): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: ip, port: 3633 });
    let text = "";
    socket.setEncoding("latin1");
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      const compiled = /^dcc_compile_ok (\d+)$/m.exec(text)?.[1];
      resolve(compiled === undefined ? null : Number(compiled));
    });
  });
}
