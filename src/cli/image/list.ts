/** What `retask image list` shows: each image with its files' digests, the machines on it, and those that would change. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pino } from "pino";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { ImageName, RoleName } from "../../core/domain/names.ts";
import { createBootLinks } from "../../world/boot-links/boot-links.ts";
import { CommandFailed } from "../command-failed.ts";
import { type BootFile, bootFilesOf, placesOf } from "./boot-places.ts";
import { changesOf, type MachineSeen, type WouldChange } from "./would-change.ts";

/** `sha256` is null for a file that is missing or empty. */
export interface Digested {
  readonly kind: "pxelinux" | "grub" | "kernel" | "initrd";
  readonly path: string;
  readonly sha256: string | null;
}

export interface ImageRow {
  readonly image: string;
  /** Null: its file states none. */
  readonly role: string | null;
  /** Links that lead to it. */
  readonly channels: readonly string[];
  readonly files: readonly Digested[];
  readonly machines: readonly string[];
  readonly wouldChange: readonly WouldChange[];
}

export interface ImagesShown {
  readonly images: readonly ImageRow[];
  /** Where the machines are known from: the daemon, or their boot links alone. */
  readonly machinesFrom: "daemon" | "links";
  /** Files that look like images and are none, and why. */
  readonly warnings: readonly string[];
}

/** `seen`: by the daemon; null where none answers. */
export async function listImages(
  { settings, site }: Configuration,
  seen: readonly MachineSeen[] | null,
): Promise<ImagesShown> {
  const places = placesOf(settings);
  const links = createBootLinks({ directories: settings.bootLinks, dryRun: true, log: pino({ level: "silent" }) });
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const catalogue = await links.catalogue(signal);
  const report = await links.inspect([...site.machines.values()], signal);
  if (!catalogue.ok || !report.ok)
    throw new CommandFailed(`the boot links can't be read: ${catalogue.ok ? "" : catalogue.why}`);
  const { images, channels } = catalogue.value;
  const byLink = report.value.machines.map(({ machine, fact }) => unseen(machine, fact));
  const digest = remembering(sha256Of);

  const rows: ImageRow[] = [];
  for (const [image, role] of images) {
    const boots = await bootFilesOf(places, image);
    const on = (seen ?? byLink).filter(({ running }) => running === image);
    const writtenMs = await newestMs(boots);
    rows.push({
      image,
      role,
      channels: [...channels].filter(([name, means]) => means === image && name !== image).map(([name]) => name),
      files: await digestsOf(boots, digest),
      machines: on.map(({ name }) => name),
      wouldChange: changesOf(on, { image, writtenMs, channelOf: channelIn(site, channels) }),
    });
  }
  return { images: rows, machinesFrom: seen === null ? "links" : "daemon", warnings: report.value.warnings };
}

const DEADLINE_MS = 30_000;

const unseen = (name: string, fact: { readonly kind: string; readonly image?: ImageName }): MachineSeen => ({
  name,
  placement: null,
  running: fact.image ?? null,
  link: fact.image ?? null,
  bootedMs: null,
});

/** What a machine of a role would get the next time that it is re-tasked: its own pin, or what the channel means. */
const channelIn =
  ({ policies, machines }: Configuration["site"], channels: ReadonlyMap<ImageName, ImageName>) =>
  ({ name, placement }: MachineSeen) => {
    const channel = policies.get(placement as RoleName)?.images.production;
    const pinned = [...machines.values()].find((machine) => machine.name === name)?.image[placement ?? ""];
    const wanted = pinned ?? channel;
    return wanted === undefined ? null : { channel: wanted, image: channels.get(wanted) ?? null };
  };

async function digestsOf(boots: readonly BootFile[], digest: (path: string) => Promise<string>): Promise<Digested[]> {
  const found = new Map<string, Digested>();
  for (const { loader, path, parts } of boots) {
    found.set(path, { kind: loader, path, sha256: await digest(path) });
    for (const { kind, name, path: part } of parts)
      found.set(part ?? name, { kind, path: part ?? name, sha256: part === null ? null : await digest(part) });
  }
  return [...found.values()];
}

/** Many images boot one kernel. */
function remembering(ask: (path: string) => Promise<string>): (path: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (path) => {
    const answer = known.get(path) ?? ask(path);
    known.set(path, answer);
    return answer;
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** When anything that it boots was last written; ctime, since tools that copy keep mtime as it was. Unix ms. */
async function newestMs(boots: readonly BootFile[]): Promise<number> {
  const paths = boots.flatMap(({ path, parts }) => [path, ...parts.flatMap((part) => part.path ?? [])]);
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).ctimeMs));
  return Math.max(0, ...times);
}
