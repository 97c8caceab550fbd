/** Bearer tokens: 256 random bits, hashed at rest; the first is made at first start, in a file that only its owner reads. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ApiToken, Store } from "../store/store.ts";

const FIRST_TOKEN = "first";

export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");
export const newToken = (): string => `rtk_${randomBytes(32).toString("base64url")}`;

/** Whether it opens anything now. */
export const isLive = ({ expiresMs }: ApiToken, wallMs: number): boolean => expiresMs === null || expiresMs > wallMs;

/**
 * Makes the first token where no other may write: at the first start, or where all that could have ended. Returns whether it
 * did; the token itself is only in the file.
 */
export async function makeFirstToken(store: Store, file: string, wallMs: number): Promise<boolean> {
  const writers = (await store.tokens()).filter((token) => token.scope === "write" && isLive(token, wallMs));
  if (writers.length > 0) return false;
  const token = newToken();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const staged = `${file}.new`;
  await rm(staged, { force: true });
  await writeFile(staged, `${token}\n`, { mode: 0o600, flag: "wx" });
  await rename(staged, file);
  const hash = hashToken(token);
  await store.saveToken({ name: FIRST_TOKEN, hash, scope: "write", createdMs: wallMs, expiresMs: null });
  return true;
}

/** The token that this header bears, or null. Every stored hash is compared, in constant time. */
export async function bearerOf(
  store: Store,
  authorization: string | undefined,
  wallMs: number,
): Promise<ApiToken | null> {
  const match = /^Bearer +([\w-]{20,200})$/i.exec(authorization ?? "");
  if (match?.[1] === undefined) return null;
  const given = Buffer.from(hashToken(match[1]), "hex");
  let found: ApiToken | null = null;
  for (const token of await store.tokens()) {
    if (timingSafeEqual(Buffer.from(token.hash, "hex"), given)) found = token;
  }
  return found !== null && isLive(found, wallMs) ? found : null;
}
