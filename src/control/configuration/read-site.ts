/** Reads a site's files from their directory, each within its size limit; problems instead of exceptions. */
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FLEET_FILE, SETTINGS_FILE } from "./parse-configuration.ts";
import { fileProblem, type Problem } from "./problem.ts";

/** 20,000 machines fit; anything bigger is not a fleet that somebody wrote. */
const MOST_FLEET_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 256 * 1024;
const MOST_POLICIES = 256;
/** Files that change while they are read are read again so often; then the watcher comes back anyway. */
const MOST_ATTEMPTS = 3;

export interface SiteFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Changes whenever a file is replaced, edited, added or removed; also through symbolic links. */
  readonly signature: string;
}

export async function readSite(dir: string): Promise<SiteFiles> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await signatureOf(dir);
    const read = await readOnce(dir);
    const after = await signatureOf(dir);
    if (before === after || attempt === MOST_ATTEMPTS) return { ...read, signature: after };
  }
}

/** What tells one state of the files from another, without reading them. */
export async function signatureOf(dir: string): Promise<string> {
  const paths = await listFiles(dir);
  const parts = await Promise.all(
    paths.map(async (path) => {
      try {
        const { dev, ino, size, mtimeMs, ctimeMs } = await stat(join(dir, path));
        return `${path} ${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
      } catch (error) {
        return `${path} ${codeOf(error)}`;
      }
    }),
  );
  return parts.join("\n");
}

async function readOnce(dir: string): Promise<Omit<SiteFiles, "signature">> {
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  const paths = await listFiles(dir);
  if (paths.length > MOST_POLICIES) {
    problems.push(fileProblem("policies/", `more than ${MOST_POLICIES} files`));
    return { files, problems };
  }
  for (const path of paths) {
    const misnamed = misnaming(path);
    const read = misnamed ?? (await readText(join(dir, path), path === FLEET_FILE ? MOST_FLEET_BYTES : MOST_BYTES));
    if (read.ok) files.set(path, read.text);
    else if (read.why !== NO_SUCH_FILE || path.startsWith("policies/")) problems.push(fileProblem(path, read.why));
  }
  return { files, problems };
}

/** A `.yml` that is silently no policy would leave a role out. */
const misnaming = (path: string): { ok: false; why: string } | null =>
  path.endsWith(".yml") ? { ok: false, why: "the name must end in .yaml" } : null;

/** Hidden files, and what editors leave behind, are no policies; Kubernetes' `..data` is hidden, too. */
async function listFiles(dir: string): Promise<string[]> {
  const names = await readdir(join(dir, "policies")).catch(() => []);
  const policies = names.filter((name) => !name.startsWith(".") && /\.ya?ml$/.test(name)).sort();
  return [SETTINGS_FILE, FLEET_FILE, ...policies.map((name) => `policies/${name}`)];
}

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** Of a policy, a link to nowhere; of the other files, for the checks to judge. */
const NO_SUCH_FILE = "there is no such file";

async function readText(path: string, mostBytes: number): Promise<Text> {
  try {
    // Opening a pipe would wait for a writer for ever, so the kind is asked first.
    const { size } = await stat(path).then((found) => {
      if (!found.isFile()) throw new NotAFile();
      return found;
    });
    if (size > mostBytes) return { ok: false, why: `bigger than ${mostBytes / 1024} KiB` };
    return await readAtMost(path, mostBytes);
  } catch (error) {
    if (error instanceof NotAFile) return { ok: false, why: "not a plain file" };
    if (error instanceof TypeError) return { ok: false, why: "not valid UTF-8" };
    return { ok: false, why: codeOf(error) === "ENOENT" ? NO_SUCH_FILE : `can't be read: ${codeOf(error)}` };
  }
}

async function readAtMost(path: string, mostBytes: number): Promise<Text> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (length > mostBytes) return { ok: false, why: `bigger than ${mostBytes / 1024} KiB` };
      if (bytesRead === 0) break;
    }
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length)) };
  } finally {
    await file.close();
  }
}

class NotAFile extends Error {}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);
