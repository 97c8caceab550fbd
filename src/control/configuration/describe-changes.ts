/** The difference of two configurations, key by key and as written, for logs and for whoever has to accept it. */
import { escapeUnsafe, showPath, showValue } from "./show-value.ts";

const MOST_LINES = 200;

type Written = ReadonlyMap<string, unknown>;

/** `fleet.yaml machines.m07.capacity: nothing → 1.5`; whole blocks that come or go take one line. */
export function describeChanges(before: Written, after: Written): string[] {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = files.flatMap((file) => {
    if (!after.has(file)) return [`${file}: gone`];
    if (!before.has(file)) return [`${file}: new`];
    return differences(before.get(file), after.get(file), []).map((line) => `${file} ${line}`);
  });
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines;
}

function differences(before: unknown, after: unknown, path: readonly string[]): string[] {
  const [old, now] = [keyed(before), keyed(after)];
  if (old === null || now === null)
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [`${showPath(path)}: ${brief(before)} → ${brief(after)}`];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) =>
    differences(old.get(key), now.get(key), [...path, key]),
  );
}

/** A block's keys; a list's entries by name where each has one, as machines do, so that one removed shifts no other. */
function keyed(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map(nameOf);
  if (names.length === 0 || names.some((name) => name === null)) return null;
  return new Map(value.map((entry: unknown) => [nameOf(entry) ?? "", entry]));
}

function nameOf(entry: unknown): string | null {
  if (typeof entry !== "object" || entry === null || !("name" in entry)) return null;
  return typeof entry.name === "string" ? entry.name : null;
}

/** Lists and blocks as one line of JSON, where they are short. */
function brief(value: unknown): string {
  if (typeof value === "string") return showValue(withoutSecrets(value), undefined);
  if (typeof value !== "object" || value === null) return showValue(value, undefined);
  const text = withoutSecrets(JSON.stringify(value));
  return text.length <= 80 ? escapeUnsafe(text) : showValue(value, undefined);
}

/** Addresses by scheme and host alone: the path of a chat's webhook is its password, and this goes to the audit log. */
const withoutSecrets = (text: string): string =>
  text.replaceAll(/(https?:\/\/)(?:[^\s/@"]*@)?([^\s/"?#]+)[^\s"]*/g, "$1$2/…");
