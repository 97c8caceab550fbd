/** The journal: each effect's intent, on disk before the act, and its result after it (S7). */
import type Database from "better-sqlite3";
import { checksum, encode } from "./codec.ts";
import { parseDocument } from "./documents.ts";
import { intentShape } from "./shapes.ts";
import type { Intent, IntentResult } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { endedMessage, settledMessage, unknownMessage } from "./store-rules.ts";

export interface Journal {
  begin(intent: Omit<Intent, "id" | "result">): number;
  settle(id: number, result: IntentResult): void;
  open(): readonly Intent[];
  of(operation: string): readonly Intent[];
  /** Inside the transaction that records the operation's end. */
  close(operation: string): void;
}

interface Row {
  readonly id: number;
  readonly operation: string;
  readonly doc: string;
  readonly crc: number;
}

const COLUMNS = "SELECT id, operation, doc, crc FROM intents";

export function openJournal(db: Database.Database): Journal {
  const ended = db.prepare("SELECT 1 FROM finished WHERE operation = ?").pluck();
  const insert = db.prepare("INSERT INTO intents (operation, at_ms, doc, crc) VALUES (?, ?, ?, ?)");
  const update = db.prepare("UPDATE intents SET doc = ?, crc = ? WHERE id = ?");
  const byId = db.prepare<[number], Row>(`${COLUMNS} WHERE id = ?`);
  const stillOpen = db.prepare<[], Row>(`${COLUMNS} WHERE open = 1 ORDER BY id`);
  const ofOperation = db.prepare<[string], Row>(`${COLUMNS} WHERE operation = ? ORDER BY id`);
  const close = db.prepare("UPDATE intents SET open = 0 WHERE operation = ? AND open = 1");

  return {
    begin: ({ operation, ...rest }) => {
      if (ended.get(operation) !== undefined) throw new Error(endedMessage(operation));
      const doc = encode({ ...rest, result: null });
      return Number(insert.run(operation, rest.atMs, doc, rowSum(operation, doc)).lastInsertRowid);
    },
    settle: (id, result) => {
      const row = byId.get(id);
      if (row === undefined) throw new Error(unknownMessage(id));
      const intent = toIntent(row);
      if (intent.result !== null) throw new Error(settledMessage(id));
      const { machine, effect, attempt, atMs } = intent;
      const doc = encode({ machine, effect, attempt, atMs, result });
      update.run(doc, rowSum(row.operation, doc), id);
    },
    open: () => stillOpen.all().map(toIntent),
    of: (operation) => ofOperation.all(operation).map(toIntent),
    close: (operation) => close.run(operation),
  };
}

/** Over the operation as well, so that an intent can't pass to another operation by one flipped bit. */
const rowSum = (operation: string, doc: string): number => checksum(`${operation}\n${doc}`);

function toIntent(row: Row): Intent {
  const name = `row intent ${row.id}`;
  if (rowSum(row.operation, row.doc) !== row.crc)
    throw new StoreError("RTK_STORE_CORRUPT", `${name}: its checksum is wrong`);
  const rest = parseDocument(intentShape, row.doc, name);
  return { ...rest, id: row.id, operation: row.operation as Intent["operation"] };
}
