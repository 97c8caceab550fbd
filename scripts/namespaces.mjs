/** A network namespace and a process namespace of one's own, as root or by the leave that Debian's kernel gives to users. */
import { spawnSync } from "node:child_process";

export const isRoot = process.getuid?.() === 0;

/** Arguments of `unshare` before the command to run. @returns {string[]} */
export function namespaceOptions() {
  const privileges = isRoot ? [] : ["--user", "--map-root-user"];
  return [...privileges, "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
}

/** Why this computer makes none; null: it does. @returns {string | null} */
export function namespacesRefused() {
  const tried = spawnSync("unshare", [...namespaceOptions(), "ip", "link", "set", "lo", "up"], { encoding: "utf8" });
  if (tried.error !== undefined) return tried.error.message;
  return tried.status === 0 ? null : tried.stderr.trim().split("\n")[0] || `unshare ended with ${tried.status}`;
}
