/** What the TFTP server really serves: asked as a booting machine would ask, so that a broken one costs no machine. */
import { posix } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName } from "../../core/domain/names.ts";
import type { BootServerFact } from "../../core/domain/observation.ts";
import type { BootServer, Heard } from "../ports.ts";
import { type BootFiles, grubFiles, pxelinuxFiles } from "./boot-files.ts";
import { createLocalBootServer } from "./local-boot-server.ts";
import { readSmallFile } from "./local-files.ts";
import { fetchOverTftp, type TftpReply, type TftpServer, type TftpTiming } from "./tftp-client.ts";
import { printable } from "./tftp-packets.ts";

export interface BootServerOptions {
  /** `address` or `address:port`, as in retask.yaml; absent: files are looked at on the disk, and no server is asked. */
  readonly tftp?: string | undefined;
  /** As `bootLinks` of retask.yaml. */
  readonly directories: { readonly pxelinux: string; readonly grub?: string | undefined };
  /** The name of a machine's boot link within its loader's directory. */
  readonly linkNameOf: (machine: Machine) => string;
  readonly timing?: TftpTiming;
  readonly probeTiming?: TftpTiming;
}

export type Fetched = Heard<{ readonly files: readonly string[] }>;

/** A server under load may drop a few packets; one that needs longer for a block would not boot a rack either. */
const TIMING: TftpTiming = { deadlineMs: 8_000, retransmitMs: 1_000 };
const PROBE_TIMING: TftpTiming = { deadlineMs: 3_000, retransmitMs: 700 };
export const MAX_CONFIG_BYTES = 65_536;
const TFTP_PORT = 69;

export function createBootServer(options: BootServerOptions): BootServer {
  const { tftp, directories } = options;
  if (tftp === undefined) return createLocalBootServer(directories);
  const server = parseServer(tftp);
  const context: Context = {
    ask: (file, want, signal) =>
      fetchOverTftp(server, { file, want, maxBytes: MAX_CONFIG_BYTES }, options.timing ?? TIMING, signal),
    name: `TFTP server ${tftp}`,
    linkNameOf: options.linkNameOf,
    roots: new Map(),
  };
  return {
    probe: async (signal) => {
      const file = posix.join(
        context.roots.get(directories.pxelinux) ?? posix.basename(directories.pxelinux),
        "default",
      );
      const wish = { file, want: "start", maxBytes: MAX_CONFIG_BYTES } as const;
      const reply = await fetchOverTftp(server, wish, options.probeTiming ?? PROBE_TIMING, signal);
      return judgeProbe(context.name, reply);
    },
    fetch: async (machine, image, signal) => {
      const directory = directories[machine.loader];
      if (directory === undefined)
        return no(`${machine.name} boots by ${machine.loader}, but retask.yaml names no bootLinks.${machine.loader}`);
      return fetchImage(context, machine, directory, image, signal);
    },
  };
}

interface Context {
  readonly ask: (file: string, want: "whole" | "start", signal: AbortSignal) => Promise<TftpReply>;
  /** For messages. */
  readonly name: string;
  readonly linkNameOf: (machine: Machine) => string;
  /** Where on the server each local directory was found; asked first the next time. */
  readonly roots: Map<string, string>;
}

const no = (why: string): Fetched => ({ ok: false, why });

/** Any answer is a sign of life, even "file not found". */
function judgeProbe(name: string, reply: TftpReply): BootServerFact {
  if (reply.ok || (reply.code !== "RTK_TFTP_NO_ANSWER" && reply.code !== "RTK_TFTP_UNREACHABLE")) return { ok: true };
  return {
    ok: false,
    why: `${name} ${reply.why}; no machine is re-tasked while it is down: start tftpd, or correct tftp in retask.yaml`,
  };
}

async function fetchImage(
  context: Context,
  machine: Machine,
  directory: string,
  image: ImageName,
  signal: AbortSignal,
): Promise<Fetched> {
  const local = await readSmallFile(posix.join(directory, image), MAX_CONFIG_BYTES, signal);
  if (!local.ok) return no(local.why);
  const root = await findRoot(context, directory, image, local.content, signal);
  if (!root.ok) return root;

  const link = await checkLink(context, machine, directory, root.root, signal);
  if (!link.ok) return link;
  const named = filesOf(machine, local.content.toString("utf8"), root.root);
  if (!named.ok) return no(`${posix.join(directory, image)} ${named.why}: correct it`);

  const files = [posix.join(root.root, image), ...link.value.files];
  for (const file of named.files) {
    if (file.kind === "elsewhere") {
      files.push(`${printable(file.name)} (not asked: on another server)`);
      continue;
    }
    const reply = await context.ask(file.path, "start", signal);
    const trouble = troubleOf(reply);
    if (trouble !== null) return no(`${context.name} ${trouble} for ${printable(file.path)}, which ${image} boots`);
    files.push(file.path);
  }
  return { ok: true, value: { files } };
}

function filesOf(machine: Machine, text: string, root: string): BootFiles {
  if (machine.loader === "grub") return grubFiles(text, root);
  return pxelinuxFiles(text, posix.dirname(root) === "." ? "" : posix.dirname(root));
}

type Root = { readonly ok: true; readonly root: string } | { readonly ok: false; readonly why: string };

/**
 * Finds a local directory on the server. The settings do not say where the server's root is, so ever longer tails of the
 * local path are asked for, until one gives the same file.
 */
async function findRoot(
  context: Context,
  directory: string,
  image: ImageName,
  content: Buffer,
  signal: AbortSignal,
): Promise<Root> {
  let other: string | null = null;
  let refusal = "";
  for (const root of candidateRoots(directory, context.roots.get(directory))) {
    const file = posix.join(root, image);
    const reply = await context.ask(file, "whole", signal);
    if (reply.ok && reply.content.equals(content)) {
      context.roots.set(directory, root);
      return { ok: true, root };
    }
    if (reply.ok || reply.code === "RTK_TFTP_TOO_LARGE") other ??= file;
    else if (reply.code === "RTK_TFTP_NO_ANSWER" || reply.code === "RTK_TFTP_UNREACHABLE")
      return {
        ok: false,
        why: `${context.name} ${reply.why} for ${file}: start tftpd, or correct tftp in retask.yaml`,
      };
    else refusal = reply.why;
  }
  const local = posix.join(directory, image);
  if (other !== null)
    return {
      ok: false,
      why: `${context.name} serves another ${other} than ${local}: its root is another tree, or a copy that is out of date`,
    };
  return {
    ok: false,
    why: `${context.name} ${refusal} for ${local} under every part of its path: its root is another tree, or the file is not world-readable`,
  };
}

/** `pxelinux.cfg`, `linux-install/pxelinux.cfg`, …, and the whole path, for a server without a root of its own. */
export function candidateRoots(directory: string, known: string | undefined): string[] {
  const parts = posix.normalize(directory).split("/").filter(Boolean);
  const tails = parts.map((_, index) => parts.slice(parts.length - 1 - index).join("/"));
  const all = [...tails, `/${parts.join("/")}`];
  return known === undefined ? all : [known, ...all.filter((root) => root !== known)];
}

/** The machine's present link must read the same there as here, or re-pointing it would change nothing. */
async function checkLink(
  context: Context,
  machine: Machine,
  directory: string,
  root: string,
  signal: AbortSignal,
): Promise<Fetched> {
  const name = context.linkNameOf(machine);
  const local = await readSmallFile(posix.join(directory, name), MAX_CONFIG_BYTES, signal);
  if (!local.ok) return { ok: true, value: { files: [] } };
  const file = posix.join(root, name);
  const reply = await context.ask(file, "whole", signal);
  if (!reply.ok)
    return no(
      `${context.name} ${troubleOf(reply)} for ${machine.name}'s boot link ${file}, which is there on the disk`,
    );
  if (!reply.content.equals(local.content))
    return no(
      `${context.name} serves another ${file} than ${posix.join(directory, name)}: it serves a copy, so re-pointing ${machine.name}'s boot link here would change nothing`,
    );
  return { ok: true, value: { files: [file] } };
}

/** What is wrong with a reply, in words that follow the server's name, and what to do; `null` when nothing is. */
function troubleOf(reply: TftpReply): string | null {
  if (reply.ok) return reply.content.length === 0 ? "has only an empty file" : null;
  if (reply.code === "RTK_TFTP_DENIED") return `${reply.why} (make the file world-readable)`;
  if (reply.code === "RTK_TFTP_NOT_FOUND") return `${reply.why} (put the file there)`;
  return reply.why;
}

function parseServer(tftp: string): TftpServer {
  const [, host, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(tftp) ?? [];
  return { host: host ?? tftp, port: port === undefined ? TFTP_PORT : Number(port) };
}
