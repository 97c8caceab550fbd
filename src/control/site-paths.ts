/**
 * Where a site's store and API are, from retask.yaml alone and even from a broken one: the stored configuration can only
 * take over from broken files when its store is found without them.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { settingsSchema } from "../core/domain/settings.ts";

export interface SitePaths {
  readonly storeFile: string;
  /** address:port of the API. */
  readonly listen: string;
  /** The first token, for whoever may read it. */
  readonly tokenFile: string;
  readonly keepDecisionsMs: number;
  readonly keepDemandMs: number;
}

const DEFAULT_LISTEN = "127.0.0.1:9420";

export async function readSitePaths(dir: string): Promise<SitePaths> {
  const written = await readLeniently(join(dir, "retask.yaml"));
  const { listen, store } = settingsSchema.shape;
  const stored = pick(written, "store");
  // Each key by itself: one that is broken must not hide where the store is.
  const keyOf = (key: string) => store.safeParse({ [key]: pick(stored, key) }).data ?? store.parse({});
  const storeFile = keyOf("file").file;
  return {
    storeFile,
    listen: listen.safeParse(pick(written, "listen")).data ?? DEFAULT_LISTEN,
    tokenFile: join(dirname(storeFile), "token"),
    keepDecisionsMs: keyOf("keepDecisions").keepDecisions,
    keepDemandMs: keyOf("keepDemand").keepDemand,
  };
}

async function readLeniently(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, "utf8"), { logLevel: "silent" });
  } catch {
    return null;
  }
}

const pick = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
