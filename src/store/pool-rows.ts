/** The pool's state as rows: one for each machine, role and operation, and one for each of its other fields. */
import type { z } from "zod";
import type { PoolState } from "../core/domain/pool-state.ts";
import { encode } from "./codec.ts";
import { type Change, type DocumentKind, type Documents, describeRow, parseDocument } from "./documents.ts";
import { chartSnapshotShape, machineRecordShape, operationShape, type PoolFields, poolFieldShapes } from "./shapes.ts";

const FIELDS = Object.keys(poolFieldShapes) as (keyof PoolFields)[];

/** `null`: nothing was ever saved. Throws RTK_STORE_CORRUPT, naming row and field. */
export function readPoolState(documents: Documents): PoolState | null {
  if (documents.texts("pool").size === 0) return null;
  return {
    ...readFields(documents.texts("pool")),
    roles: readRows(documents, "role", chartSnapshotShape) as PoolState["roles"],
    machines: readRows(documents, "machine", machineRecordShape) as PoolState["machines"],
    operations: readRows(documents, "operation", operationShape) as PoolState["operations"],
  };
}

function readFields(texts: ReadonlyMap<string, string>): PoolFields {
  const read = FIELDS.map((field) => {
    const shape: z.ZodType<unknown> = poolFieldShapes[field];
    return [field, parseDocument(shape, texts.get(field) ?? "null", describeRow("pool", field))] as const;
  });
  return Object.fromEntries(read) as unknown as PoolFields;
}

function readRows<T>(documents: Documents, kind: DocumentKind, shape: z.ZodType<T>): ReadonlyMap<string, T> {
  const rows = new Map<string, T>();
  for (const [key, text] of documents.texts(kind)) rows.set(key, parseDocument(shape, text, describeRow(kind, key)));
  return rows;
}

/**
 * The rows that differ from what is stored. `last` is the state saved before, `null` after a start: what is still the
 * same object is not even looked at, which keeps a quiet tick of 10,000 machines cheap.
 */
export function changedRows(state: PoolState, last: PoolState | null, documents: Documents): Change[] {
  return [
    ...FIELDS.flatMap((field) =>
      last !== null && last[field] === state[field] ? [] : differing("pool", field, state[field], documents),
    ),
    ...changedEntries("role", state.roles, last?.roles, documents),
    ...changedEntries("machine", state.machines, last?.machines, documents),
    ...changedEntries("operation", state.operations, last?.operations, documents),
  ];
}

function changedEntries(
  kind: DocumentKind,
  entries: ReadonlyMap<string, unknown>,
  last: ReadonlyMap<string, unknown> | undefined,
  documents: Documents,
): Change[] {
  if (entries === last) return [];
  const changes: Change[] = [];
  for (const [key, value] of entries) {
    if (last?.get(key) !== value) changes.push(...differing(kind, key, value, documents));
  }
  for (const key of documents.texts(kind).keys()) {
    if (!entries.has(key)) changes.push({ kind, key, text: null });
  }
  return changes;
}

function differing(kind: DocumentKind, key: string, value: unknown, documents: Documents): Change[] {
  const text = encode(value);
  return documents.texts(kind).get(key) === text ? [] : [{ kind, key, text }];
}
