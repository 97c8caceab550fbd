/** Asks distcc itself whether it would take a hosts file, before any client sees it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entriesOf } from "./distcc-hosts-text.ts";
import { printable } from "./printable-text.ts";

const CHECK_DEADLINE_MS = 10_000;

export type HostsCheck =
  | { readonly kind: "sound" }
  /** distcc is not installed here, or asking it would have effects of its own. */
  | { readonly kind: "unchecked"; readonly why: string }
  | { readonly kind: "void"; readonly why: string };

/**
 * One bad word voids the whole file, and then `distcc --show-hosts` prints nothing and still exits 0: so what it prints
 * is compared with what the file says. `text` is latin1, as everywhere here, so that no byte is lost.
 */
export async function checkHosts(text: string, signal: AbortSignal): Promise<HostsCheck> {
  const entries = entriesOf(text);
  // Not a flaw to distcc but an empty list, for which it would say the same as for a void one.
  if (entries.length === 0) return { kind: "sound" };
  // distcc starts a lasting browser process of its own for this word.
  if (entries.includes("+zeroconf")) return { kind: "unchecked", why: "the file uses +zeroconf" };

  let directory: string | null = null;
  try {
    directory = await mkdtemp(join(tmpdir(), "retask-distcc-"));
    await writeFile(join(directory, "hosts"), text, "latin1");
    const shown = await showHosts(directory, signal);
    if (shown.kind !== "shown") return shown;
    // --randomize shuffles them.
    if (shown.hosts.toSorted().join("\n") === entries.toSorted().join("\n")) return { kind: "sound" };
    return { kind: "void", why: shown.stderr === "" ? "distcc reads other servers from it" : printable(shown.stderr) };
  } catch (error) {
    return { kind: "void", why: `it could not be checked: ${(error as Error).message}` };
  } finally {
    if (directory !== null) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

type Shown =
  | { readonly kind: "shown"; readonly hosts: string[]; readonly stderr: string }
  | { readonly kind: "unchecked"; readonly why: string }
  | { readonly kind: "void"; readonly why: string };

function showHosts(directory: string, signal: AbortSignal): Promise<Shown> {
  // Nothing inherited but PATH: DISTCC_HOSTS or a hosts file in HOME would answer in the candidate's place.
  const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", DISTCC_DIR: directory, HOME: directory, LC_ALL: "C" };
  const options = { env, signal, timeout: CHECK_DEADLINE_MS, killSignal: "SIGKILL", maxBuffer: 4_194_304 } as const;
  return new Promise((resolve) => {
    execFile("distcc", ["--show-hosts"], { ...options, encoding: "latin1" }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") resolve({ kind: "unchecked", why: "distcc is not installed here" });
      else if (error?.killed === true || error?.name === "AbortError")
        resolve({ kind: "void", why: "distcc --show-hosts did not end within its deadline" });
      else resolve({ kind: "shown", hosts: stdout.split("\n").filter((line) => line !== ""), stderr });
    });
  });
}
