/** What a seed's day has beside its faults: planned works, in half of the days, and in most of those two file servers. */
import { type ImageName, imageName, type RoleName } from "../../core/domain/names.ts";
import { seededRandom } from "../random.ts";

/** Such that the days of the seeds that had failed before there were works stay what they were. */
const WORKS_SALT = 0x59853;
const WORKS_SHARE = 0.5;
const STORAGE_SHARE = 0.75;

export interface PlannedWorks {
  /** Maintenance, roll-outs and rolling reboots. */
  readonly isWorking: boolean;
  /** Null: the machines boot from nothing that retask knows. */
  readonly storage: { readonly failOver: "manual" | "ask" | "auto"; readonly bootsAtOnce: number } | null;
}

/** Drawn apart from the site and the faults: neither changes when the other gets more to draw. */
export function plannedWorks(seed: number): PlannedWorks {
  const random = seededRandom(seed ^ WORKS_SALT);
  const isWorking = random.next() < WORKS_SHARE;
  if (!isWorking || random.next() >= STORAGE_SHARE) return { isWorking, storage: null };
  const failOver = random.next() < 0.6 ? "auto" : random.next() < 0.8 ? "ask" : "manual";
  return { isWorking, storage: { failOver, bootsAtOnce: 1 + Math.floor(random.next() * 4) } };
}

/** Images that a role can be given, by what they are. */
export const NEW_IMAGES = {
  good: ["2", "3", "4"],
  /** They do not get past their initramfs. */
  unbootable: ["panics", "hangs"],
  /** They boot, and answer with errors. */
  sick: ["errs", "leaks"],
} as const;
export type NewImage = keyof typeof NEW_IMAGES;

export const newImage = (role: RoleName, version: string): ImageName => imageName(`${role}.${version}`);

/** Errors a second of a machine that runs a sick image; the policies say that 1 is too many. */
export const SICK_ERRORS = 20;

export const newImages = (roles: readonly RoleName[]): ReadonlyMap<ImageName, RoleName> =>
  new Map(
    roles.flatMap((role) =>
      Object.values(NEW_IMAGES)
        .flat()
        .map((version) => [newImage(role, version), role] as const),
    ),
  );

/** What an image of that name is; null: what the farm began with. */
export function kindOf(image: ImageName): NewImage | null {
  const version = image.replace(/^[^.]*\./, "").replace(/@.*$/, "");
  const kinds = Object.keys(NEW_IMAGES) as NewImage[];
  return kinds.find((kind) => (NEW_IMAGES[kind] as readonly string[]).includes(version)) ?? null;
}
