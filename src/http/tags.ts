/** Entity tags (RFC 9110): what a reader saw, in a word; so that nothing is sent twice, and nothing unseen is replaced. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendRefusal } from "./problem.ts";

/** JSON with its tag, for answers that are worth remembering, or that writes are held against. */
export interface Tagged {
  readonly text: string;
  readonly tag: string;
}

export function taggedJson(value: unknown): Tagged {
  const text = JSON.stringify(value);
  return { text, tag: tagOf(text) };
}

const tagOf = (text: string): string => `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;

const JSON_TYPE = "application/json; charset=utf-8";

export const sendTagged = (reply: FastifyReply, { text, tag }: Tagged) =>
  reply.header("etag", tag).type(JSON_TYPE).send(text);

const isRead = ({ method }: FastifyRequest): boolean => method === "GET" || method === "HEAD";

/** A hook for every answer: JSON that was found gets its tag, and who has it already gets 304 and no body. */
export async function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (!isRead(request) || reply.statusCode !== 200 || typeof payload !== "string") return payload;
  if (!String(reply.getHeader("content-type")).startsWith("application/json")) return payload;
  const given = reply.getHeader("etag");
  const tag = typeof given === "string" ? given : tagOf(payload);
  reply.header("etag", tag);
  const known = request.headers["if-none-match"];
  if (known === undefined || !names(known, tag)) return payload;
  reply.code(304).removeHeader("content-type").removeHeader("content-length");
  return "";
}

/** Routes whose writes are held against a tag; `If-Match` anywhere else is refused, for to ignore it would be to break it. */
const CONDITIONAL = /^\/v1\/(?:pause|overrides\/(?:pins|machines|roles)\/.*|configuration\/accept)$/;

/** A hook for every request: whether its condition can be met at all. */
export async function refuseIdleConditions(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { url = "" } = request.routeOptions;
  if (request.headers["if-match"] === undefined || isRead(request) || CONDITIONAL.test(url)) return undefined;
  return sendRefusal(reply, { code: "RTK_CHANGED", why: "nothing here has a tag that If-Match could name" });
}

/** Why a write with `If-Match` must not be done, or null: what its sender saw is still so, or it did not say. */
export function mismatch({ headers }: FastifyRequest, tag: string): string | null {
  const expected = headers["if-match"];
  if (expected === undefined || names(expected, tag)) return null;
  return "it has changed since it was read (If-Match); read it again";
}

/** Whether a list of tags, or `*`, names this one. A weak tag is good for a read that would be the same. */
const names = (list: string, tag: string): boolean =>
  list.split(",").some((one) => ["*", tag, `W/${tag}`].includes(one.trim()));
