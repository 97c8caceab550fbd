/** A machine's entry, or one of its keys, as YAML in the manner of the entries around it: braces or lines, and quotes. */
import { Document, isMap, isScalar, isSeq, type Node, Scalar, stringify, type YAMLMap } from "yaml";
import type { z } from "zod";
import type { machineEntrySchema } from "../../core/domain/fleet.ts";
import { isFlow } from "./splice.ts";

/** A machine as fleet.yaml holds it; what is left out has its default. */
export type WrittenEntry = z.input<typeof machineEntrySchema>;
export type EntryKey = keyof WrittenEntry;

/** The order in which the format's description names them. */
const ORDER: readonly EntryKey[] = [
  ...(["name", "ip", "mac", "bmc", "domains"] as const),
  ...(["roles", "capacity", "loader", "image", "status"] as const),
];

/** Whose manner is followed; null where there is nobody. */
export type Neighbour = YAMLMap<Node, Node | null> | null;

const OPTIONS = { lineWidth: 0, flowCollectionPadding: true } as const;

/** Without a final newline. The first entry of a file is written in braces, as the format's description does it. */
export function renderEntry(entry: WrittenEntry, neighbour: Neighbour): string {
  const document = new Document({});
  const map = document.contents as YAMLMap;
  map.flow = neighbour === null || isFlow(neighbour);
  for (const key of ORDER) {
    if (entry[key] !== undefined) map.set(document.createNode(key), nodeOf(document, key, entry[key], neighbour));
  }
  return stringify(document, OPTIONS).trimEnd();
}

/** `key: value`, without a final newline; always on one line. */
export const renderPair = (key: EntryKey, value: unknown): string => `${key}: ${renderValue(key, value, null)}`;

export function renderValue(key: EntryKey, value: unknown, neighbour: Neighbour): string {
  const document = new Document();
  const node = nodeOf(document, key, value, neighbour);
  if (isMap(node) || isSeq(node)) node.flow = true;
  document.contents = node;
  return stringify(document, OPTIONS).trimEnd();
}

function nodeOf(document: Document, key: EntryKey, value: unknown, neighbour: Neighbour): Node {
  const node = document.createNode(value) as Node;
  const like = neighbour?.get(key, true) ?? null;
  if (isMap(node) || isSeq(node)) node.flow = like === null || isScalar(like) || isFlow(like as Node);
  else if (isScalar(node) && typeof value === "string") node.type = quotesOf(key, like);
  return node;
}

/** A MAC address of digits alone would be a number to some readers of YAML, so it is quoted where nobody says otherwise. */
function quotesOf(key: EntryKey, like: unknown): Scalar.Type {
  if (isScalar(like) && like.type !== undefined && typeof like.value === "string") return like.type;
  return key === "mac" ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN;
}
