/**
 * One image for each role of a site: its channel's name with a version, as `web.production` → `web.production-1`. It lies on the
 * site's first file server, where there are any, and a copy of it on each other one.
 */
import { type ImageName, imageName, type RoleName } from "../core/domain/names.ts";
import type { Site } from "../core/domain/site.ts";
import type { StorageServer } from "../core/domain/storage.ts";

export const simulatedImages = (site: Site): ReadonlyMap<RoleName, ImageName> =>
  new Map([...site.policies.values()].map(({ role, images: { production } }) => [role, imageName(`${production}-1`)]));

export const simulatedChannels = (site: Site): ReadonlyMap<ImageName, ImageName> =>
  new Map([...site.policies.values()].map(({ images: { production } }) => [production, imageName(`${production}-1`)]));

/** Every file of an image, with its role and the file server that it lies on. */
export interface SimulatedFile {
  readonly image: ImageName;
  readonly role: RoleName;
  readonly server: StorageServer | null;
}

/** `more`: images beside those of the roles' channels. */
export function simulatedFiles(site: Site, more: ReadonlyMap<ImageName, RoleName> = new Map()): SimulatedFile[] {
  const [first = null, ...others] = site.storage;
  const ofChannels = [...simulatedImages(site)].map(([role, image]) => [image, role] as const);
  return [...ofChannels, ...more].flatMap(([image, role]) => [
    { image, role, server: first },
    ...others.map((server) => ({ image: imageName(`${image}@${server.name}`), role, server })),
  ]);
}
