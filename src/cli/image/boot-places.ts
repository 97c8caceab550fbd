/** The boot files of one image on this computer: one for each loader that has it, and what they make the loader load. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName } from "../../core/domain/names.ts";
import type { Settings } from "../../core/domain/settings.ts";
import type { BootFacts, BootPart } from "../../core/images/lint/facts.ts";
import { orNull } from "../../world/boot-links/file-trouble.ts";
import { followToImage } from "../../world/boot-links/read-link.ts";
import { locateBootFiles } from "../../world/boot-server/local-boot-server.ts";
import { kernelVersion } from "../../world/images/kernel-version.ts";
import { CommandFailed } from "../command-failed.ts";

export interface BootPlace {
  readonly loader: Machine["loader"];
  /** The loader's directory. */
  readonly path: string;
}

export interface BootFile extends BootFacts {
  readonly loader: Machine["loader"];
  readonly directory: string;
}

/** pxelinux's first: that one there always is. */
export type BootPlaces = readonly [BootPlace, ...BootPlace[]];

export function placesOf({ bootLinks }: Settings): BootPlaces {
  const { pxelinux, grub } = bootLinks;
  return [
    { loader: "pxelinux", path: pxelinux },
    ...(grub === undefined ? [] : [{ loader: "grub" as const, path: grub }]),
  ];
}

/** A channel stands for the image that it means. */
export async function imageMeant(places: readonly BootPlace[], name: ImageName): Promise<ImageName> {
  for (const place of places) {
    const image = await followToImage(place, name);
    if (image !== null) return image;
  }
  const where = places.map(({ path }) => path).join(" and ");
  throw new CommandFailed(`there is no image ${name} in ${where}; \`retask image list\` shows those that there are`);
}

export async function bootFilesOf(places: readonly BootPlace[], image: ImageName): Promise<readonly BootFile[]> {
  const found: BootFile[] = [];
  for (const { loader, path: directory } of places) {
    const path = join(directory, image);
    const text = await orNull(readFile(path, "utf8"));
    if (text === null) continue;
    const located = await locateBootFiles(loader, directory, text);
    const parts = located.ok ? await Promise.all(located.value.map(partOf)) : [];
    found.push({ loader, directory, path, text, parts, unclear: located.ok ? null : located.why });
  }
  return found;
}

/** The kernel comes first; a second menu entry's is known by what it is. */
async function partOf(file: { readonly name: string; readonly path: string | null }, index: number): Promise<BootPart> {
  // One that only root may read is there all the same; `retask image list` says that it can't be read.
  const version = file.path === null ? null : await kernelVersion(file.path).catch(() => null);
  return { ...file, version, kind: index === 0 || version !== null ? "kernel" : "initrd" };
}
