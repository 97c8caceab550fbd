/** Copies a tree of an image as it is: hard links, holes, owners, attributes and device nodes; once more, and it goes on. */
import { spawn } from "node:child_process";
import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

export interface TreeCopy {
  readonly from: string;
  readonly to: string;
  /** An existing file that is locked meanwhile, so that no second copy interferes. */
  readonly lock: string;
  /** The share that is done, 0 to 1. */
  readonly tell: (share: number) => void;
  readonly signal: AbortSignal;
}

/** `reflink`: the file system shares the blocks until either side is written. */
export type Copied =
  | { readonly ok: true; readonly how: "reflink" | "rsync" }
  | { readonly ok: false; readonly why: string };

/** Of two that are told apart: this one is of flock alone. */
const LOCKED_EXIT = 75;
const PROBE = ".retask-probe";
const KEPT_LINES = 5;

export async function copyTree(copy: TreeCopy): Promise<Copied> {
  const isNew = (await lstat(copy.to).catch(() => null)) === null;
  // Begun again, only what is missing is to be copied: that is what rsync is for.
  const how = isNew && (await sharesBlocks(copy)) ? "reflink" : "rsync";
  const ended = await run(copy, how === "reflink" ? reflinkArgs(copy) : rsyncArgs(copy));
  if (copy.signal.aborted) return { ok: false, why: "interrupted" };
  if (ended.code === 0) return flushed(copy, how);
  if (ended.code === LOCKED_EXIT) return { ok: false, why: `another clone holds ${copy.lock}; let it end` };
  const said = ended.said.join("; ");
  if (/failed to execute/.test(said)) return { ok: false, why: "rsync is not installed here: apt-get install rsync" };
  return { ok: false, why: `copying ${copy.from} to ${copy.to}: ${said || `exit code ${ended.code}`}` };
}

/** The boot file is on the disk as soon as it is written; what it boots must be before that, or a power cut could part them. */
async function flushed({ to, signal }: TreeCopy, how: "reflink" | "rsync"): Promise<Copied> {
  const { code, said } = await runPlain(["sync", "--file-system", to], signal, () => {});
  return code === 0 ? { ok: true, how } : { ok: false, why: `flushing ${to} to its disk: ${said.join("; ")}` };
}

/** `-x`, here and below: a root that somebody works in by chroot has /proc and /dev mounted, which are not of the image. */
const reflinkArgs = ({ from, to }: TreeCopy): string[] => ["cp", "-axT", "--reflink=always", from, to];
const rsyncArgs = ({ from, to }: TreeCopy): string[] => [
  "rsync",
  ...["-aHAXSx", "--numeric-ids", "--delete", "--no-inc-recursive", "--info=progress2", "--outbuf=L"],
  `${from}/`,
  `${to}/`,
];

async function sharesBlocks({ from, to }: TreeCopy): Promise<boolean> {
  const parent = dirname(to);
  const [source, target] = await Promise.all([lstat(from), lstat(parent)]);
  if (source.dev !== target.dev) return false;
  const probe = join(parent, `${PROBE}-${process.pid}`);
  try {
    await mkdir(probe);
    await writeFile(join(probe, "a"), Buffer.alloc(4_096, 1));
    const never = new AbortController().signal;
    const argv = ["cp", "--reflink=always", join(probe, "a"), join(probe, "b")];
    return (await runPlain(argv, never, () => {})).code === 0;
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  /** The last lines of standard error. */
  readonly said: readonly string[];
}

function run({ lock, tell, signal }: TreeCopy, argv: readonly string[]): Promise<Ended> {
  const locked = ["flock", "--nonblock", "--conflict-exit-code", String(LOCKED_EXIT), lock, ...argv];
  return runPlain(locked, signal, (line) => {
    const percent = /\s(\d{1,3})%\s/.exec(line)?.[1];
    if (percent !== undefined) tell(Number(percent) / 100);
  });
}

function runPlain(argv: readonly string[], signal: AbortSignal, hear: (line: string) => void): Promise<Ended> {
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" };
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env, detached: true });
    const said: string[] = [];
    // Its own group: flock's child must end with it.
    const stop = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, "SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    createInterface({ input: child.stdout }).on("line", hear);
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (line.trim() !== "") said.push(line.trim());
      if (said.length > KEPT_LINES) said.shift();
    });
    child.once("error", (error) => resolve({ code: null, said: [error.message] }));
    child.once("close", (code) => {
      signal.removeEventListener("abort", stop);
      resolve({ code, said });
    });
  });
}
