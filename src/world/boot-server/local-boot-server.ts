/** Without a `tftp` setting: the image's files are looked for on the disk, and no server is asked whether it serves them. */
import { stat } from "node:fs/promises";
import { posix } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import type { BootServer, Heard } from "../ports.ts";
import { type BootFiles, grubFiles, pxelinuxFiles } from "./boot-files.ts";
import { readSmallFile } from "./local-files.ts";

const MAX_CONFIG_BYTES = 65_536;

export function createLocalBootServer(directories: {
  readonly pxelinux: string;
  readonly grub?: string | undefined;
}): BootServer {
  return {
    // Nothing to ask: the setting is absent because the operator wants no server asked.
    probe: async () => ({ ok: true }),
    fetch: async (machine, image, signal) => {
      const directory = directories[machine.loader];
      if (directory === undefined)
        return {
          ok: false,
          why: `${machine.name} boots by ${machine.loader}, but retask.yaml names no bootLinks.${machine.loader}`,
        };
      const path = posix.join(directory, image);
      const config = await readSmallFile(path, MAX_CONFIG_BYTES, signal);
      if (!config.ok) return config;
      const named = filesNamedIn(machine.loader, directory, config.content.toString("utf8"));
      if (!named.ok) return { ok: false, why: `${path} ${named.why}: correct it` };
      return findAll(path, directory, named.files);
    },
  };
}

const filesNamedIn = (loader: Machine["loader"], directory: string, text: string): BootFiles =>
  loader === "grub" ? grubFiles(text, posix.basename(directory)) : pxelinuxFiles(text, posix.dirname(directory));

export interface LocatedFile {
  readonly name: string;
  /** On this computer's disk; null: missing or empty. */
  readonly path: string | null;
}

/** Where the files lie that a boot file makes its loader load, the kernel first; those on another server are left out. */
export async function locateBootFiles(
  loader: Machine["loader"],
  directory: string,
  text: string,
): Promise<Heard<readonly LocatedFile[]>> {
  const named = filesNamedIn(loader, directory, text);
  if (!named.ok) return named;
  const located: LocatedFile[] = [];
  for (const file of named.files) {
    if (file.kind === "elsewhere") continue;
    const name = posix.relative(posix.dirname(directory), file.path);
    located.push({ name: name.startsWith("..") ? file.path : name, path: await findAbove(directory, file.path) });
  }
  return { ok: true, value: located };
}

async function findAll(config: string, directory: string, named: readonly { kind: string; path?: string }[]) {
  const files = [`${config} (on the disk: no tftp is set, so no server was asked)`];
  for (const { path } of named) {
    if (path === undefined) continue;
    const found = await findAbove(directory, path);
    if (found === null)
      return {
        ok: false as const,
        why: `${config} names ${path}, which is missing or empty below ${posix.dirname(directory)}: put it there`,
      };
    files.push(found);
  }
  return { ok: true as const, value: { files } };
}

/** The file itself; a name from the server's root is tried in each directory above, since that root is not known. */
async function findAbove(directory: string, path: string): Promise<string | null> {
  const start = posix.dirname(directory);
  if (path.startsWith(`${start}/`)) return (await isFilled(path)) ? path : null;
  for (let above = start; ; above = posix.dirname(above)) {
    const candidate = posix.join(above, path);
    if (await isFilled(candidate)) return candidate;
    if (above === "/" || above === ".") return null;
  }
}

async function isFilled(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size > 0;
}
