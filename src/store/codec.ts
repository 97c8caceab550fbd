/** Values as text: JSON, except that Maps, Infinity and NaN come back as they went in, and each text has a checksum. */
import { crc32 } from "node:zlib";

/** A plain object of ours that happens to have one of these keys is escaped, never misread. */
const MAP = "$map";
const NUMBER = "$number";
const PLAIN = "$plain";

/** `undefined` fields are left out, as in JSON; they read as absent, which is the same to our types. */
export function encode(value: unknown): string {
  return JSON.stringify(value, toPlain) ?? "null";
}

/** Throws a SyntaxError on what `encode` could not have written. */
export function decode(text: string): unknown {
  return JSON.parse(text, fromPlain);
}

/** CRC-32 of the UTF-8 text: finds a flipped bit that leaves the JSON valid. */
export function checksum(text: string): number {
  return crc32(text);
}

function toPlain(_key: string, value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Map) return { [MAP]: [...value] };
  // What toPlain itself returned is visited again by its fields only, so a tag met here is the caller's own key.
  if (isTagged(value)) return { [PLAIN]: Object.entries(value) };
  return value;
}

function fromPlain(_key: string, value: unknown): unknown {
  if (!isTagged(value)) return value;
  const tagged = value as Record<string, unknown>;
  if (MAP in tagged) return new Map(tagged[MAP] as [unknown, unknown][]);
  if (NUMBER in tagged) return Number(tagged[NUMBER]);
  return Object.fromEntries(tagged[PLAIN] as [string, unknown][]);
}

function isTagged(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === MAP || keys[0] === NUMBER || keys[0] === PLAIN);
}
