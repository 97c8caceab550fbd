/** One image for each role of a site: its channel's name with a version, as `web.production` → `web.production-1`. */
import { type ImageName, imageName, type RoleName } from "../core/domain/names.ts";
import type { Site } from "../core/domain/site.ts";

export const simulatedImages = (site: Site): ReadonlyMap<RoleName, ImageName> =>
  new Map([...site.policies.values()].map(({ role, images: { production } }) => [role, imageName(`${production}-1`)]));

export const simulatedChannels = (site: Site): ReadonlyMap<ImageName, ImageName> =>
  new Map([...site.policies.values()].map(({ images: { production } }) => [production, imageName(`${production}-1`)]));
