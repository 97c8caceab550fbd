/** Which images could be booted, and what each channel means now: from the files and links of the loaders' directories. */
import { join } from "node:path";
import { type ImageName, imageNameSchema, type RoleName } from "../../core/domain/names.ts";
import type { ImageCatalogue } from "../ports.ts";
import { checkImageFile, statedIn } from "./image-file.ts";
import type { DirectoryReader, Listing } from "./listing.ts";
import { nameKind } from "./names.ts";
import type { BootDirectory } from "./read-link.ts";

/** The catalogue, and what an operator should know about files that are not in it. */
export interface Catalogue extends ImageCatalogue {
  readonly warnings: readonly string[];
}

/** Reads one directory. Throws file-system errors. */
export async function readCatalogue(directory: BootDirectory, reader: DirectoryReader): Promise<Catalogue> {
  const warnings: string[] = [];
  const warn = (name: string, what: string) => warnings.push(`${join(directory.path, name)}: ${what}`);
  const listing = await reader.list();

  const images = new Map<ImageName, RoleName | null>();
  const roots = new Map<ImageName, string>();
  for (const name of listing.files) {
    const image = await readImage(directory, reader, name, (what) => warn(name, what));
    if (image === null) continue;
    images.set(name as ImageName, image.role);
    if (image.server !== null) roots.set(name as ImageName, image.server);
  }

  // An image is its own channel, so that a plain `web.production`, as the article has it, can stand in a policy.
  const channels = new Map<ImageName, ImageName>([...images.keys()].map((image) => [image, image]));
  for (const name of listing.links.keys()) {
    const channel = nameKind(directory.loader, name) === "free" ? imageNameSchema.safeParse(name) : null;
    if (!channel?.success) continue;
    const image = followChannel(listing, images, name);
    if (image === null) warn(name, `leads to no image (${listing.links.get(name)}); the channel is not offered`);
    else channels.set(channel.data, image);
  }
  return { images, channels, roots, warnings };
}

/** What an image's file states; `null` when the file is not offered as an image. */
async function readImage(
  directory: BootDirectory,
  reader: DirectoryReader,
  name: string,
  warn: (what: string) => void,
): Promise<{ readonly role: RoleName | null; readonly server: string | null } | null> {
  const { loader } = directory;
  if (nameKind(loader, name) !== "free") return null;
  const image = imageNameSchema.safeParse(name);
  const text = await reader.read(name);
  // GRUB's directory also holds its own program, fonts and modules: only what states a role or image is one of retask's.
  if (!text.ok) {
    if (loader === "pxelinux") warn(`${text.why}; not offered as an image`);
    return null;
  }
  const stated = statedIn(loader, text.text);
  if (loader === "grub" && stated.roles.length === 0 && stated.images.length === 0) return null;
  if (!image.success) {
    warn(`${image.error.issues[0]?.message ?? "not an image's name"}; not offered as an image`);
    return null;
  }
  const checked = checkImageFile(image.data, stated);
  if (checked.ok) return { role: checked.role, server: stated.server };
  warn(`${checked.why}; not offered as an image`);
  return null;
}

/** Links that a channel may go through, before it counts as a loop. */
const MAX_HOPS = 4;

function followChannel(listing: Listing, images: ReadonlyMap<ImageName, unknown>, name: string): ImageName | null {
  let at = name;
  for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
    if (images.has(at as ImageName)) return at as ImageName;
    const next = listing.links.get(at);
    if (next === undefined) return null;
    at = next;
  }
  return null;
}

/**
 * One catalogue of all loaders: an image is one name, whatever loads it. A name that two loaders read differently is a
 * mistake; pxelinux's reading is kept, and the difference is a warning.
 */
export function mergeCatalogues(catalogues: readonly Catalogue[]): Catalogue {
  const images = new Map<ImageName, RoleName | null>();
  const channels = new Map<ImageName, ImageName>();
  const roots = new Map<ImageName, string>();
  const warnings = catalogues.flatMap((one) => one.warnings);
  for (const one of catalogues) {
    for (const [image, role] of one.images) {
      const known = images.get(image);
      if (known === undefined || known === null) images.set(image, role);
      else if (role !== null && role !== known) warnings.push(differs(`image ${image}`, "role", known, role));
    }
    for (const [image, server] of one.roots) {
      const known = roots.get(image);
      if (known === undefined) roots.set(image, server);
      else if (known !== server) warnings.push(differs(`image ${image}`, "file server", known, server));
    }
    for (const [channel, image] of one.channels) {
      const known = channels.get(channel);
      if (known === undefined) channels.set(channel, image);
      else if (known !== image) warnings.push(differs(`channel ${channel}`, "image", known, image));
    }
  }
  return { images, channels, roots, warnings };
}

const differs = (what: string, of: string, kept: string, other: string): string =>
  `${what}: its ${of} is ${kept} for one loader and ${other} for another; ${kept} is used: make them agree`;
