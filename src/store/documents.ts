/**
 * The small things of the record as JSON documents by kind and key: the pool's state, enrolments, the accepted
 * configuration, tokens, settings. All are held in memory as well: the lock makes this process their only writer.
 */
import type Database from "better-sqlite3";
import type { z } from "zod";
import { checksum, decode, encode } from "./codec.ts";
import { StoreError } from "./store-error.ts";

/** `pool`, `role`, `machine` and `operation` together are the pool's state. */
export type DocumentKind =
  | "pool"
  | "role"
  | "machine"
  | "operation"
  | "enrolment"
  | "accepted"
  | "token"
  | "setting"
  | "identity";

export interface Change {
  readonly kind: DocumentKind;
  readonly key: string;
  /** `null`: delete it. */
  readonly text: string | null;
}

export interface Documents {
  texts(kind: DocumentKind): ReadonlyMap<string, string>;
  /** Inside a transaction; call `remember` once it is committed, and not when it failed. */
  write(changes: readonly Change[]): void;
  remember(changes: readonly Change[]): void;
  /** One change in a transaction of its own. */
  save(kind: DocumentKind, key: string, value: unknown): void;
  remove(kind: DocumentKind, key: string): boolean;
}

interface Row {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly doc: string;
  readonly crc: number;
}

/** Reads every document; throws RTK_STORE_CORRUPT, naming the row, where a checksum is wrong. */
export function openDocuments(db: Database.Database): Documents {
  const held = readAll(db);
  const put = db.prepare("INSERT OR REPLACE INTO documents (kind, key, doc, crc) VALUES (?, ?, ?, ?)");
  const drop = db.prepare("DELETE FROM documents WHERE kind = ? AND key = ?");
  const textsOf = (kind: DocumentKind): Map<string, string> => {
    const texts = held.get(kind) ?? new Map<string, string>();
    held.set(kind, texts);
    return texts;
  };
  const write = (changes: readonly Change[]): void => {
    for (const { kind, key, text } of changes) {
      if (text === null) drop.run(kind, key);
      else put.run(kind, key, text, checksum(text));
    }
  };
  const remember = (changes: readonly Change[]): void => {
    for (const { kind, key, text } of changes) {
      if (text === null) textsOf(kind).delete(key);
      else textsOf(kind).set(key, text);
    }
  };
  const apply = (change: Change): void => {
    write([change]);
    remember([change]);
  };
  return {
    texts: textsOf,
    write,
    remember,
    save: (kind, key, value) => apply({ kind, key, text: encode(value) }),
    remove: (kind, key) => {
      if (!textsOf(kind).has(key)) return false;
      apply({ kind, key, text: null });
      return true;
    },
  };
}

function readAll(db: Database.Database): Map<DocumentKind, Map<string, string>> {
  const held = new Map<DocumentKind, Map<string, string>>();
  for (const row of db.prepare<[], Row>("SELECT kind, key, doc, crc FROM documents").iterate()) {
    if (checksum(row.doc) !== row.crc) {
      throw new StoreError("RTK_STORE_CORRUPT", `${describeRow(row.kind, row.key)}: its checksum is wrong`);
    }
    const texts = held.get(row.kind) ?? new Map<string, string>();
    held.set(row.kind, texts.set(row.key, row.doc));
  }
  return held;
}

/** The value of one document in the shape that it must have; throws RTK_STORE_CORRUPT, naming row and field. */
export function parseDocument<T>(shape: z.ZodType<T>, text: string, row: string): T {
  const parsed = shape.safeParse(decodeRow(text, row));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new StoreError("RTK_STORE_CORRUPT", `${row}: ${field}${issue?.message ?? "has another shape"}`);
}

function decodeRow(text: string, row: string): unknown {
  try {
    return decode(text);
  } catch (error) {
    throw new StoreError("RTK_STORE_CORRUPT", `${row}: not JSON`, error);
  }
}

/** `machine m07`, as messages name a row. */
export const describeRow = (kind: DocumentKind, key: string): string => `row ${kind} ${key}`;
