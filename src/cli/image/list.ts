/** What `retask image list` shows: each image with its files' digests, the machines on it, and those that would change. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pino } from "pino";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { ImageName, RoleName } from "../../core/domain/names.ts";
import { createBootLinks } from "../../world/boot-links/boot-links.ts";
import { unfinishedClones } from "../../world/boot-links/new-image-file.ts";
import { CommandFailed } from "../command-failed.ts";
import { type BootFile, type BootPlaces, bootFilesOf, placesOf } from "./boot-places.ts";
import { changesOf, type MachineSeen, type WouldChange } from "./would-change.ts";

export interface Digested {
  readonly kind: "pxelinux" | "grub" | "kernel" | "initrd";
  readonly path: string;
  readonly sha256: string | null;
  /** Why there is no digest: `missing` (or empty), or the error, as in EACCES. */
  readonly why: string | null;
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
  return {
    images: rows,
    machinesFrom: seen === null ? "links" : "daemon",
    warnings: [...report.value.warnings, ...(await unfinishedIn(places))],
  };
}

const DEADLINE_MS = 30_000;

async function unfinishedIn([place]: BootPlaces): Promise<string[]> {
  const found = await unfinishedClones(place.path);
  return found.map(
    ({ image, file }) => `${file}: a clone to ${image} was begun and not finished; the same command goes on`,
  );
}

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
  ({ name, placement, running }: MachineSeen) => {
    const { production: channel, prototype } = policies.get(placement as RoleName)?.images ?? {};
    // On the prototype on purpose.
    if (prototype !== undefined && running !== null && channels.get(prototype) === running) return null;
    const pinned = [...machines.values()].find((machine) => machine.name === name)?.image[placement ?? ""];
    const wanted = pinned ?? channel;
    return wanted === undefined ? null : { channel: wanted, image: channels.get(wanted) ?? null };
  };

type Digest = Pick<Digested, "sha256" | "why">;

async function digestsOf(boots: readonly BootFile[], digest: (path: string) => Promise<Digest>): Promise<Digested[]> {
  const found = new Map<string, Digested>();
  for (const { loader, path, parts } of boots) {
    found.set(path, { kind: loader, path, ...(await digest(path)) });
    for (const { kind, name, path: part } of parts) {
      const digested = part === null ? { sha256: null, why: "missing" } : await digest(part);
      found.set(part ?? name, { kind, path: part ?? name, ...digested });
    }
  }
  return [...found.values()];
}

/** Many images boot one kernel. */
function remembering(ask: (path: string) => Promise<Digest>): (path: string) => Promise<Digest> {
  const known = new Map<string, Promise<Digest>>();
  return (path) => {
    const answer = known.get(path) ?? ask(path);
    known.set(path, answer);
    return answer;
  };
}

async function sha256Of(path: string): Promise<Digest> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    return { sha256: null, why: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
  return { sha256: hash.digest("hex"), why: null };
}

/** When anything that it boots was last written; ctime, since tools that copy keep mtime as it was. Unix ms. */
async function newestMs(boots: readonly BootFile[]): Promise<number> {
  const paths = boots.flatMap(({ path, parts }) => [path, ...parts.flatMap((part) => part.path ?? [])]);
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).ctimeMs));
  return Math.max(0, ...times);
}
