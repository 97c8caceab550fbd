/** The file that the DHCP server includes: read whole, replaced by rename, and its forerunner kept until the server has read it. */
import { open, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isOurs } from "./dhcp-file.ts";

const MAX_BYTES = 16 * 1024 * 1024;

export interface DhcpTrouble {
  readonly ok: false;
  readonly code: "RTK_DHCP_FILE" | "RTK_DHCP_FOREIGN" | "RTK_DHCP_REFUSED" | "RTK_DHCP_RELOAD" | "RTK_DHCP_LEASE";
  readonly why: string;
}

export const trouble = (code: DhcpTrouble["code"], why: string): DhcpTrouble => ({ ok: false, code, why });

export interface IncludeFile {
  /** The file itself, links followed. */
  readonly path: string;
  /** Null: there is none yet. */
  readonly text: string | null;
  /** What the server may still run by, when an earlier `apply` was interrupted before the server had read the new file. */
  readonly interrupted: boolean;
}

/** A file without retask's first line was written by somebody else, and is never replaced. */
export async function readIncludeFile(configured: string): Promise<IncludeFile | DhcpTrouble> {
  try {
    const path = await realpath(configured).catch(whenMissing(configured));
    const text = await readText(path);
    const interrupted = (await readText(keptOf(path))) !== null;
    if (text === null || text === "" || isOurs(text)) return { path, text, interrupted };
    const advice = "move it away, or name another file in dhcp.file";
    return trouble("RTK_DHCP_FOREIGN", `${configured} was not written by retask and is left as it is; ${advice}`);
  } catch (error) {
    return trouble("RTK_DHCP_FILE", `${configured} can't be read: ${reasonOf(error)}`);
  }
}

/** Beside it, so that the server's own rights (and AppArmor's) hold there too. */
export const stagedOf = (path: string): string => `${path}.retask-new`;
const keptOf = (path: string): string => `${path}.retask-old`;

/** Everybody may read it: the servers give up root once they run, and read it again later. Throws file-system errors. */
export async function writeBeside(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o644);
  try {
    await file.chmod(0o644);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Keeps what the server runs by now, then puts the staged text in its place. Throws file-system errors. */
export async function putInPlace({ path, text, interrupted }: IncludeFile): Promise<void> {
  // After an interrupted apply the kept text is what the server read last, and the present one it has perhaps never seen.
  if (!interrupted) await writeBeside(keptOf(path), text ?? "");
  await rename(stagedOf(path), path);
  await flush(dirname(path));
}

/** The kept text again. Throws file-system errors. */
export async function putBack({ path }: IncludeFile): Promise<void> {
  await rename(keptOf(path), path);
  await flush(dirname(path));
}

export const forgetKept = ({ path }: IncludeFile): Promise<void> => rm(keptOf(path), { force: true });
export const forgetStaged = ({ path }: IncludeFile): Promise<void> => rm(stagedOf(path), { force: true });

async function readText(path: string): Promise<string | null> {
  const file = await open(path, "r").catch(whenMissing(null));
  if (file === null) return null;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is not a plain file");
    if (stats.size > MAX_BYTES) throw new Error("it is longer than 16 MiB");
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function flush(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const whenMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return instead;
    throw error;
  };

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "no permission; run this as root, or as who owns the file";
  return message;
}
