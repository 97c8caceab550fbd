/** A look into a store that no daemon has open: what was enrolled, and nothing is written, migrated or locked for longer. */

import { existsSync } from "node:fs";
import type { Enrolment } from "../world/ports.ts";
import { decode } from "./codec.ts";
import { describeRow, openDocuments, parseDocument } from "./documents.ts";
import { type Connection, Database } from "./driver.ts";
import { enrolmentShape } from "./shapes.ts";
import { storeCodeOf } from "./store-error.ts";

export type ReadRecord =
  | { readonly kind: "read"; readonly storeId: string | null; readonly enrolments: ReadonlyMap<string, Enrolment> }
  | { readonly kind: "none" }
  /** `why` begins with a stable code. */
  | { readonly kind: "unreadable"; readonly why: string };

const BUSY_MS = 500;

export function readRecord(file: string): ReadRecord {
  if (!existsSync(file)) return { kind: "none" };
  let db: Connection | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    const documents = openDocuments(db);
    const enrolments = new Map<string, Enrolment>();
    for (const [machine, text] of documents.texts("enrolment"))
      enrolments.set(machine, parseDocument(enrolmentShape, text, describeRow("enrolment", machine)));
    return { kind: "read", storeId: idOf(documents.texts("identity").get("id")), enrolments };
  } catch (error) {
    const code = storeCodeOf(error);
    if (code === null) throw error;
    return { kind: "unreadable", why: `${code}: ${file}: ${(error as Error).message}` };
  } finally {
    db?.close();
  }
}

function idOf(text: string | undefined): string | null {
  const id = text === undefined ? null : decode(text);
  return typeof id === "string" ? id : null;
}
