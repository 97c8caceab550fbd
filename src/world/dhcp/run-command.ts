/** Runs one of the DHCP server's own programs, or the operator's command that reloads it: no shell, and a deadline. */
import { execFile } from "node:child_process";

const DEADLINE_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_TOLD = 600;

/** Null: it ended well; else why not, with the end of what it said. */
export function runCommand([program = "", ...args]: readonly string[], signal: AbortSignal): Promise<string | null> {
  // Kea's trial makes its lock file where its service has a directory of its own, which is gone while the service is down.
  const env = { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, LC_ALL: "C", KEA_LOCKFILE_DIR: "none" };
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
