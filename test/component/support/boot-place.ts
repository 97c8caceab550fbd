/** A directory of boot links in a temporary place, with two images, two machines, and a controller on it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect } from "vitest";
import { type Machine, machineEntrySchema, resolveFleet } from "../../../src/core/domain/fleet.ts";
import { type ImageName, imageName, roleName } from "../../../src/core/domain/names.ts";
import {
  type BootLinksOnDisk,
  type BootLinksOptions,
  createBootLinks,
} from "../../../src/world/boot-links/boot-links.ts";

export const WEB = imageName("web.2026-11");
export const COMPILE = imageName("compile.7");
/** A signal that never fires. */
export const never = new AbortController().signal;

export const writeImage = (where: string, name: ImageName, role: string): Promise<void> =>
  writeFile(
    join(where, name),
    `# retask: role=${role} image=${name}\nDEFAULT l\nLABEL l\n  KERNEL ${role}/vmlinuz\n  APPEND retask.role=${role} retask.image=${name}\n`,
  );

/** A machine as fleet.yaml would give it; its MAC is 52:54 and its address. */
export function bootedMachine(name: string, ip: string, loader: "pxelinux" | "grub" = "pxelinux"): Machine {
  const last = ip.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  const entry = machineEntrySchema.parse({ name, ip, mac: `52:54:${last.join(":")}`, bmc: "10.0.9.1", loader });
  const [machine] = resolveFleet({ defaults: { capacity: 1, loader: "pxelinux" }, machines: [entry] }, [
    roleName("web"),
    roleName("compile"),
  ]);
  if (machine === undefined) throw new Error("no machine");
  return machine;
}

/** m01 boots by pxelinux; its link's name is LINK. g01 boots by GRUB. */
export const M1 = bootedMachine("m01", "10.0.3.17");
export const G1 = bootedMachine("g01", "10.0.3.18", "grub");
export const LINK = "0A000311";

export type SpokenLinks = BootLinksOnDisk & { readonly said: readonly string[] };

export interface BootPlace {
  readonly root: string;
  /** pxelinux.cfg */
  readonly dir: string;
  readonly grub: string;
  /** A controller on these directories, on host ctl1; `said` holds its log lines. */
  links(options?: Partial<BootLinksOptions>): SpokenLinks;
  /** The same, which has taken ownership as store-1. */
  owned(options?: Partial<BootLinksOptions>): Promise<SpokenLinks>;
  /** Everything below the root, with targets, sizes and times: equal only if nothing at all was written. */
  tree(): string;
  /** A small file system of its own, with the two images in it. */
  mountTmpfs(options: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createBootPlace(): Promise<BootPlace> {
  const root = mkdtempSync(join(tmpdir(), "retask-links-"));
  const dir = join(root, "pxelinux.cfg");
  const grub = join(root, "grub");
  const mounts: string[] = [];
  for (const path of [dir, grub]) await mkdir(path);
  await writeImages(dir);

  const links = (options: Partial<BootLinksOptions> = {}): SpokenLinks => {
    const said: string[] = [];
    const log = pino({ level: "info" }, { write: (line: string) => void said.push(line) });
    const directories = { pxelinux: dir, grub };
    return { ...createBootLinks({ directories, dryRun: false, log, host: "ctl1", ...options }), said };
  };
  return {
    root,
    dir,
    grub,
    links,
    owned: async (options = {}) => {
      const made = links(options);
      expect(await made.own("store-1", never)).toEqual({ ok: true, changed: true });
      return made;
    },
    tree: () =>
      execFileSync("find", [root, "-printf", "%P %y %l %T@ %C@ %s\n"], { encoding: "utf8" })
        .split("\n")
        .sort()
        .join("\n"),
    mountTmpfs: async (options) => {
      const mount = join(root, "small");
      await mkdir(mount);
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", mount]);
      mounts.push(mount);
      await writeImages(mount);
      return mount;
    },
    remove: async () => {
      for (const mount of mounts.splice(0)) execFileSync("umount", [mount]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function writeImages(where: string): Promise<void> {
  await writeImage(where, WEB, "web");
  await writeImage(where, COMPILE, "compile");
}
