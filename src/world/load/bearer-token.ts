/** A bearer token kept in a file, read again whenever the file changes, so that it can be rotated without a restart. */
import { readFile, stat } from "node:fs/promises";

export type Token =
  | { readonly ok: true; readonly token: string | null }
  /** `why` never holds the token. */
  | { readonly ok: false; readonly why: string };

/** RFC 6750's token alphabet; anything else would break out of the header. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const MAX_BYTES = 16_384;

/** With no file, every read gives `null`. */
export function bearerTokenFile(path: string | undefined): (signal: AbortSignal) => Promise<Token> {
  if (path === undefined) return () => Promise.resolve({ ok: true, token: null });
  let cached: { readonly stamp: string; readonly token: Token } | null = null;

  return async (signal) => {
    try {
      const { ino, mtimeMs, ctimeMs, size } = await stat(path);
      const stamp = [ino, mtimeMs, ctimeMs, size].join(":");
      if (cached?.stamp === stamp) return cached.token;
      if (size > MAX_BYTES) return { ok: false, why: `the token file ${path} is larger than ${MAX_BYTES} bytes` };
      const token = parseToken(path, await readFile(path, { encoding: "utf8", signal }));
      cached = { stamp, token };
      return token;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
      return { ok: false, why: `the token file ${path} can't be read (${code})` };
    }
  };
}

function parseToken(path: string, text: string): Token {
  const token = text.trim();
  if (!TOKEN.test(token)) return { ok: false, why: `the token file ${path} does not hold one bearer token` };
  return { ok: true, token };
}
