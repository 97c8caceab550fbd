/** Where the daemon is and which token it takes: from the site's own files, unless the operator says otherwise. */
import { readFile } from "node:fs/promises";
import { readSitePaths, type SitePaths } from "../control/site-paths.ts";
import { CommandFailed } from "./command-failed.ts";

export interface DaemonOptions {
  /** The site's directory. */
  readonly site: string;
  readonly url?: string;
  readonly tokenFile?: string;
}

export interface DaemonPlace {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: FoundToken;
}

export type FoundToken =
  | { readonly ok: true; readonly token: string }
  /** Why there is none, and what to do; reads from this machine need none. */
  | { readonly ok: false; readonly why: string };

const WORD = /^[\w-]{20,200}$/;

/** Order: `--url` (or RETASK_URL), then the site's `listen`; `--token-file`, RETASK_TOKEN, then the site's own token file. */
export async function findDaemon(options: DaemonOptions, env: NodeJS.ProcessEnv): Promise<DaemonPlace> {
  const paths = await readSitePaths(options.site);
  const own = urlOf(paths.listen);
  const url = options.url ?? own;
  return { url, token: await findToken(options, env, { url, own, paths }) };
}

/** An address to listen on, as one to connect to: the unspecified ones mean this machine. */
export function urlOf(listen: string): string {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, "");
  const port = listen.slice(colon + 1);
  if (host === "" || host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return host.includes(":") ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

interface Places {
  readonly url: string;
  readonly own: string;
  readonly paths: SitePaths;
}

async function findToken(
  { tokenFile, site }: DaemonOptions,
  env: NodeJS.ProcessEnv,
  { url, own, paths }: Places,
): Promise<FoundToken> {
  if (tokenFile !== undefined) {
    const named = await readToken(tokenFile);
    // Asked for by name, so that going on without it would hide a mistake.
    if (!named.ok) throw new CommandFailed(named.why);
    return named;
  }
  const fromEnvironment = env.RETASK_TOKEN ?? "";
  if (fromEnvironment !== "") {
    if (WORD.test(fromEnvironment)) return { ok: true, token: fromEnvironment };
    throw new CommandFailed("RETASK_TOKEN does not hold a token: letters, digits, - and _ alone, at least 20 of them");
  }
  // A site's token opens that site alone: it is not shown to whatever address was typed.
  if (url !== own && !isLoopback(url)) {
    return { ok: false, why: `the token of ${site} is not sent to ${url}: name one with --token-file or RETASK_TOKEN` };
  }
  return readToken(paths.tokenFile);
}

async function readToken(file: string): Promise<FoundToken> {
  try {
    const token = (await readFile(file, "utf8")).trim();
    if (WORD.test(token)) return { ok: true, token };
    return { ok: false, why: `${file} does not hold a token` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, why: `the token file ${file} can't be read: ${adviceFor(code)}` };
  }
}

function adviceFor(code: string | undefined): string {
  const elsewhere = "or name another with --token-file or RETASK_TOKEN";
  if (code === "EACCES" || code === "EPERM")
    return `you may not read it; ask as root or as retask's user, ${elsewhere}`;
  if (code === "ENOENT")
    return `there is none; the daemon makes it at its first start (is --site right?), ${elsewhere}`;
  return `${code ?? "unknown error"}; ${elsewhere}`;
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
