/**
 * Changes fleet.yaml's text and nothing else in it: comments, order, quotes and blank lines stay. Pure: each function gives
 * the new text, which is read back and held against what was meant before anybody gets it.
 */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { FLEET_FILE } from "../../control/configuration/parse-configuration.ts";
import { parseOnce } from "./parse-once.ts";
import { type EntryKey, renderEntry, renderPair, renderValue, type WrittenEntry } from "./render-entry.ts";
import {
  appendToFlow,
  extentOf,
  indentAt,
  isFlow,
  lineEnd,
  lineStart,
  linesAfter,
  newlineOf,
  removeFromFlow,
  type Splice,
  spliced,
} from "./splice.ts";

export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** `null` takes the key away; a key that is not named stays as it is. */
export type EntryChanges = { readonly [key in EntryKey]?: WrittenEntry[key] | null };

type Entry = YAMLMap<Node, Node | null>;
type Value = Readonly<Record<string, unknown>>;
interface Fleet {
  readonly text: string;
  readonly machines: YAMLSeq<Node> | null;
  /** Behind the key `machines`; null where there is none. */
  readonly keyEnd: number | null;
  readonly value: Value & { readonly machines?: readonly Value[] | null };
}

type Edit = { readonly splices: readonly Splice[]; readonly meant: Value } | { readonly why: string };

/** Behind the last entry, in its manner; an empty text becomes a file with these machines. */
export function addEntries(text: string, entries: readonly WrittenEntry[]): Edited {
  return edited(text, (fleet) => {
    const { machines, value } = fleet;
    const meant = { ...value, machines: [...(value.machines ?? []), ...entries] };
    if (machines === null) return { splices: [firstEntries(fleet, entries)], meant };
    const last = machines.items.at(-1);
    const neighbour = isMap(last) ? (last as Entry) : null;
    const written = entries.map((entry) => renderEntry(entry, neighbour));
    if (isFlow(machines)) return { splices: appendToFlow(text, machines, written), meant };
    return { splices: [behindLast(text, machines, written)], meant };
  });
}

/** With the comment on its own line; comments above it stay, since they may speak of the entries that follow. */
export function removeEntry(text: string, name: string): Edited {
  return edited(text, ({ machines, value }) => {
    const index = indexOf(value, name);
    if (machines === null || index < 0) return noEntry(name);
    if (machines.items.length === 1) return { why: "it is the only machine, and a fleet has at least one" };
    const meant = { ...value, machines: value.machines?.filter((_, other) => other !== index) };
    if (isFlow(machines)) return { splices: removeFromFlow(text, machines, index), meant };
    const start = lineStart(text, dashOf(machines, index));
    const end = lineEnd(text, extentOf(machines.items[index] as Node)[1]);
    return { splices: [{ start, end, put: "" }], meant };
  });
}

/** Sets, adds or takes away keys of one entry. A value that is a block of lines is replaced by one line. */
export const setEntryKeys = (text: string, name: string, changes: EntryChanges): Edited =>
  setKeysOf(text, { [name]: changes });

/** Of several entries, by their names. */
export function setKeysOf(text: string, changes: Readonly<Record<string, EntryChanges>>): Edited {
  // Each key reads its text anew: a file of thousands of entries is not, for any of them, where their lines can stand alone.
  const alone = edited(text, (fleet) => setAlone(fleet, Object.entries(changes)));
  if (alone.ok) return alone;
  return Object.entries(changes).reduce<Edited>(
    (before, [name, own]) => (before.ok ? setKeys(before.text, name, own) : before),
    { ok: true, text },
  );
}

function setKeys(text: string, name: string, changes: EntryChanges): Edited {
  // The name comes last: until then the entry is found by its old one.
  const ordered = Object.entries(changes).sort(([a], [b]) => Number(a === "name") - Number(b === "name"));
  return ordered.reduce<Edited>(
    (before, [key, value]) => (before.ok ? setKey(before.text, name, key as EntryKey, value) : before),
    { ok: true, text },
  );
}

/** Each entry's own lines as a fleet of one machine, changed, and put back. */
function setAlone({ text, machines, value }: Fleet, changes: readonly (readonly [string, EntryChanges])[]): Edit {
  const splices: Splice[] = [];
  const meant = [...(value.machines ?? [])];
  const head = `machines:${newlineOf(text)}`;
  for (const [name, own] of changes) {
    const index = indexOf(value, name);
    const entry = machines?.items[index];
    if (!isSeq(machines) || isFlow(machines) || !isMap(entry)) return { why: "it has no lines of its own" };
    const start = lineStart(text, dashOf(machines, index));
    const end = lineEnd(text, extentOf(entry)[1]);
    const changed = setKeys(head + text.slice(start, end), name, own);
    if (!changed.ok) return changed;
    const [only] = (plainOf(changed.text) as { readonly machines: readonly Value[] }).machines;
    if (only === undefined) return { why: "its lines are no entry by themselves" };
    meant[index] = only;
    splices.push({ start, end, put: changed.text.slice(head.length) });
  }
  return { splices, meant: { ...value, machines: meant } };
}

function setKey(text: string, name: string, key: EntryKey, wanted: unknown): Edited {
  return edited(text, ({ machines, value }) => {
    const index = indexOf(value, name);
    const entry = machines?.items[index];
    if (!isMap(entry)) return index < 0 ? noEntry(name) : { why: `${name}'s entry stands elsewhere, behind an alias` };
    const { [key]: _, ...others } = value.machines?.[index] ?? {};
    const changed = wanted === null ? others : { ...others, [key]: wanted };
    const meant = { ...value, machines: value.machines?.with(index, changed) };
    return { splices: keySplices(text, entry as Entry, key, wanted), meant };
  });
}

function keySplices(text: string, entry: Entry, key: EntryKey, wanted: unknown): Splice[] {
  const index = entry.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const pair = entry.items[index];
  if (wanted === null) {
    if (pair === undefined) return [];
    return isFlow(entry) ? removeFromFlow(text, entry, index) : [removedPair(text, entry, index)];
  }
  if (pair === undefined) {
    const written = renderPair(key, wanted);
    if (isFlow(entry)) return appendToFlow(text, entry, [written]);
    const [start, end] = extentOf(entry);
    const margin = " ".repeat(start - lineStart(text, start));
    return [linesAfter(text, lineEnd(text, end), margin + written + newlineOf(text))];
  }
  const [, keyEnd] = extentOf(pair.key);
  const [start, end] = pair.value === null ? [keyEnd, keyEnd] : extentOf(pair.value);
  const put = renderValue(key, wanted, entry);
  const block = text.slice(keyEnd, start).includes("\n");
  return [block ? { start: text.indexOf(":", keyEnd) + 1, end, put: ` ${put}` } : { start, end, put }];
}

/** The first pair shares its line with the dash, so what goes there is the key and its value, up to the next key. */
function removedPair(text: string, entry: Entry, index: number): Splice {
  const [start, end] = extentOf(entry.items[index] as Entry["items"][number]);
  const next = entry.items[index + 1];
  if (index === 0 && next !== undefined) return { start, end: extentOf(next)[0], put: "" };
  return { start: lineStart(text, start), end: lineEnd(text, end), put: "" };
}

function behindLast(text: string, machines: YAMLSeq<Node>, written: readonly string[]): Splice {
  const newline = newlineOf(text);
  const dash = dashOf(machines, machines.items.length - 1);
  const [start, end] = extentOf(machines.items.at(-1) as Node);
  const gap = /^ +$/.exec(text.slice(dash + 1, start))?.[0] ?? " ";
  const margin = indentAt(text, dash);
  const lines = written.map((entry) => {
    const indented = entry.split("\n").join(`${newline}${margin} ${gap}`);
    return `${margin}-${gap}${indented}${newline}`;
  });
  return linesAfter(text, lineEnd(text, end), lines.join(""));
}

function firstEntries({ text, keyEnd }: Fleet, entries: readonly WrittenEntry[]): Splice {
  const newline = newlineOf(text);
  const lines = entries.map((entry) => `  - ${renderEntry(entry, null)}${newline}`).join("");
  if (keyEnd !== null) return linesAfter(text, lineEnd(text, keyEnd), lines);
  return linesAfter(text, text.length, `machines:${newline}${lines}`);
}

/** Where the list's dash of an item stands: before its anchor, comment and line break, if it has any. */
function dashOf(machines: YAMLSeq<Node>, index: number): number {
  const token = machines.srcToken;
  const starts = token?.type === "block-seq" ? token.items[index]?.start : undefined;
  const dash = starts?.find(({ type }) => type === "seq-item-ind");
  if (dash === undefined) throw new Error("an item of a list of lines has its dash");
  return dash.offset;
}

const indexOf = ({ machines }: Fleet["value"], name: string): number =>
  machines?.findIndex((entry) => entry?.name === name) ?? -1;

const noEntry = (name: string) => ({ why: `there is no machine ${name} in fleet.yaml` });

function edited(text: string, edit: (fleet: Fleet) => Edit): Edited {
  const fleet = read(text);
  if (fleet === null) return { ok: false, why: "it is not valid YAML, or has no list of machines" };
  const done = edit(fleet);
  if ("why" in done) return { ok: false, why: done.why };
  const result = spliced(text, done.splices);
  return isDeepStrictEqual(plainOf(result), done.meant)
    ? { ok: true, text: result }
    : { ok: false, why: "it is written in a manner that can't be edited safely here: change it by hand" };
}

function plainOf(text: string): unknown {
  const parsed = parseOnce(FLEET_FILE, text);
  return parsed.ok ? parsed.yaml.value : null;
}

/** null: nothing that entries could be added to. */
function read(text: string): Fleet | null {
  // One with nothing but comments is no mistake here.
  if (text.split("\n").every((line) => /^\s*(#|$)/.test(line)))
    return { text, machines: null, keyEnd: null, value: {} };
  const parsed = parseOnce(FLEET_FILE, text, true);
  if (!parsed.ok) return null;
  const { document, value } = parsed.yaml;
  if (!isMap(document.contents) || isFlow(document.contents)) return null;
  const pair = (document.contents as Entry).items.find(({ key }) => isScalar(key) && key.value === "machines");
  const machines = pair?.value ?? null;
  const none = machines === null || (isScalar(machines) && machines.value === null);
  if (!none && !isSeq(machines)) return null;
  return {
    text,
    machines: none ? null : (machines as YAMLSeq<Node>),
    keyEnd: pair === undefined ? null : extentOf(pair.key)[1],
    value: value as Fleet["value"],
  };
}
