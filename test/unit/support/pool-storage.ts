/** File servers for a test's pool: each image lies on the first one, with a copy on every other. */
import { type ImageName, imageName, type RoleName, SPARE } from "../../../src/core/domain/names.ts";
import type { Observation } from "../../../src/core/domain/observation.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { type StorageFacts, type StorageServer, storageServerSchema } from "../../../src/core/domain/storage.ts";
import { newStorage } from "../../../src/core/storage/storage.statechart.ts";

export interface StorageSpec {
  /** As in retask.yaml. */
  readonly storage?: readonly object[];
  /** The state of their charts, and what differs of their contexts; without: well for long. */
  readonly storageAt?: Readonly<Record<string, readonly [state: string, context?: object]>>;
  /** What their sources say; without: up. */
  readonly storageFacts?: Readonly<Record<string, StorageFacts>>;
}

export interface MachineFiles {
  /** It runs this file of its role, not the usual one. */
  readonly runs?: string;
  /** The file that its operation is to boot. */
  readonly bootsFrom?: string;
}

/** What a machine runs in that place. */
export const runsImage = ({ runs, in: place }: MachineFiles & { readonly in: string }): ImageName | null => {
  if (runs !== undefined) return imageName(runs);
  return place === SPARE ? null : imageName(`${place}.1`);
};

export const UP: StorageFacts = { port: { kind: "up" }, monitoring: { kind: "up" } };
export const DOWN: StorageFacts = {
  port: { kind: "down", why: "ECONNREFUSED" },
  monitoring: { kind: "down", why: "up is 0" },
};

export const buildServers = ({ storage }: StorageSpec): StorageServer[] =>
  (storage ?? []).map((server) => storageServerSchema.parse(server));

export const buildStorage = ({ storageAt }: StorageSpec, { storage }: Site): ReadonlyMap<string, ChartSnapshot> =>
  new Map(storage.map(({ name }) => [name, chartAt(storageAt?.[name] ?? ["well"])]));

function chartAt([value, context]: readonly [state: string, context?: object]): ChartSnapshot {
  const fresh = newStorage();
  return { ...fresh, value, context: { ...(fresh.context as object), upMs: 3_600_000, ...context } };
}

/** `web.1` on the first server, `web.1@nfs-b` on the others. */
export function buildFiles(
  { storageFacts }: StorageSpec,
  { storage }: Site,
  roles: readonly RoleName[],
): Pick<Observation, "images" | "roots" | "storage"> {
  const files = roles.flatMap((role): { image: ImageName; role: RoleName; address: string | null }[] => {
    const image = imageName(`${role}.1`);
    if (storage.length === 0) return [{ image, role, address: null }];
    const onServer = (name: string, index: number): ImageName => (index === 0 ? image : imageName(`${image}@${name}`));
    return storage.map(({ name, address }, index) => ({ image: onServer(name, index), role, address }));
  });
  return {
    images: new Map(files.map(({ image, role }) => [image, role])),
    roots: new Map(files.flatMap(({ image, address }) => (address === null ? [] : [[image, address] as const]))),
    storage: new Map(storage.map(({ name }) => [name, storageFacts?.[name] ?? UP])),
  };
}
