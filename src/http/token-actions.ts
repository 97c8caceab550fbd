/** Tokens as an operator makes and revokes them: one change at a time, each in the audit log, the token itself in neither. */
import type { Controller } from "../control/controller.ts";
import { type Asker, audit } from "../control/operator-change.ts";
import type { ApiToken } from "../store/store.ts";
import { hashToken, isLive, newToken } from "./tokens.ts";

export type TokenCode =
  | "RTK_TOKEN_EXISTS"
  | "RTK_TOO_MANY_TOKENS"
  | "RTK_UNKNOWN_TOKEN"
  | "RTK_LAST_TOKEN"
  | "RTK_BAD_EXPIRY";
type Refused = { readonly ok: false; readonly code: TokenCode; readonly why: string };
type Result<T> = { readonly ok: true; readonly value: T } | Refused;

export interface TokenOrder {
  readonly name: string;
  readonly scope: ApiToken["scope"];
  readonly expiresMs: number | null;
  readonly reason: string;
}

/** Each request is held against every token, so they are few; more are a script that makes one for each run. */
const MOST_TOKENS = 100;

export interface MadeToken {
  readonly record: ApiToken;
  /** Shown once: only its hash is kept. */
  readonly token: string;
}

export function createToken(controller: Controller, asker: Asker, order: TokenOrder): Promise<Result<MadeToken>> {
  const { name, scope, expiresMs, reason } = order;
  return controller.exclusively(async () => {
    const { store, world } = controller;
    const nowMs = world.clock.wallMs();
    const tokens = await store.tokens();
    const refused = whyNotMade(order, tokens, nowMs);
    const after = refused === null ? { name, scope, expiresMs } : null;
    await note(controller, asker, { action: `create token ${name}`, why: reason, before: null, after }, refused);
    if (refused !== null) return refused;
    const token = newToken();
    const record = { name, scope, expiresMs, createdMs: nowMs, hash: hashToken(token) };
    await store.saveToken(record);
    return { ok: true, value: { record, token } };
  });
}

/** From this moment it opens nothing; the caller ends the event streams that it had opened. */
export function revokeToken(
  controller: Controller,
  asker: Asker,
  { name, reason }: Pick<TokenOrder, "name" | "reason">,
): Promise<Result<ApiToken>> {
  return controller.exclusively(async () => {
    const { store, world } = controller;
    const tokens = await store.tokens();
    const token = tokens.find((one) => one.name === name);
    const refused = whyNotRevoked(name, tokens, world.clock.wallMs());
    const before = token === undefined ? null : { name, scope: token.scope, expiresMs: token.expiresMs };
    await note(controller, asker, { action: `revoke token ${name}`, why: reason, before, after: null }, refused);
    if (refused !== null) return refused;
    await store.revokeToken(name);
    return token === undefined ? unknown(name) : { ok: true, value: token };
  });
}

function whyNotMade({ name, expiresMs }: TokenOrder, tokens: readonly ApiToken[], nowMs: number): Refused | null {
  if (expiresMs !== null && expiresMs <= nowMs) {
    return { ok: false, code: "RTK_BAD_EXPIRY", why: "the expiry must lie in the future" };
  }
  if (tokens.some((token) => token.name === name)) {
    return {
      ok: false,
      code: "RTK_TOKEN_EXISTS",
      why: `there is a token ${name} already; revoke it first, or take another name`,
    };
  }
  if (tokens.length < MOST_TOKENS) return null;
  return {
    ok: false,
    code: "RTK_TOO_MANY_TOKENS",
    why: `there are ${tokens.length} tokens, the most; revoke some first`,
  };
}

/** Without a token that may write nobody could ever make another. */
function whyNotRevoked(name: string, tokens: readonly ApiToken[], nowMs: number): Refused | null {
  const token = tokens.find((one) => one.name === name);
  if (token === undefined) return unknown(name);
  const writers = tokens.filter((one) => one.scope === "write" && isLive(one, nowMs) && one.name !== name);
  if (token.scope === "read" || !isLive(token, nowMs) || writers.length > 0) return null;
  const why = `${name} is the last token that may write: make another one first, with \`retask token create NAME --scope write\``;
  return { ok: false, code: "RTK_LAST_TOKEN", why };
}

const unknown = (name: string): Refused => ({ ok: false, code: "RTK_UNKNOWN_TOKEN", why: `there is no token ${name}` });

const note = (
  controller: Controller,
  asker: Asker,
  entry: { readonly action: string; readonly why: string; readonly before: unknown; readonly after: unknown },
  refused: Refused | null,
): Promise<void> =>
  audit(controller, asker, { ...entry, refused: refused === null ? null : `${refused.code}: ${refused.why}` });
