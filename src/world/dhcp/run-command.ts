/** Runs one of the DHCP server's own programs, or the operator's command that reloads it: no shell, and a deadline. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, resolve as resolvePath } from "node:path";

const DEADLINE_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_TOLD = 600;

/** The servers' own programs lie where only root's path usually leads. */
const path = (): string => `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;

/** Whether `runCommand` would find it, and may run it. */
export async function isProgram(program: string): Promise<boolean> {
  const candidates = program.includes("/")
    ? [program]
    : path()
        .split(delimiter)
        .map((dir) => resolvePath(dir, program));
  const found = candidates.map((file) =>
    access(file, constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

/** Null: it ended well; else why not, with the end of what it said. */
export function runCommand([program = "", ...args]: readonly string[], signal: AbortSignal): Promise<string | null> {
  // Kea's trial makes its lock file where its service has a directory of its own, which is gone while the service is down.
  const env = { PATH: path(), LC_ALL: "C", KEA_LOCKFILE_DIR: "none" };
  const options = { env, signal, timeout: DEADLINE_MS, killSignal: "SIGKILL", maxBuffer: MAX_OUTPUT_BYTES } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(null);
      const said = `${stdout}${stderr}`.trim();
      resolve(said === "" || error.code === "ENOENT" ? error.message : said.slice(-MAX_TOLD));
    });
    child.stdin?.end();
  });
}
