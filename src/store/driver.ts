/**
 * better-sqlite3, by the Node that runs: version 12 ends Node 24 when it collects a statement (`Assertion failed: (env) !=
 * nullptr`), version 13 ends Node 20 with a segmentation fault (ADR 9).
 */
import { createRequire } from "node:module";
import type Sqlite from "better-sqlite3";

/** The first Node on which version 13 runs. */
const NODE_API_FROM = 22;

const require = createRequire(import.meta.url);
const major = Number.parseInt(process.versions.node, 10);

export const Database = (
  major >= NODE_API_FROM ? require("better-sqlite3-node-api") : require("better-sqlite3")
) as typeof Sqlite;
export type Connection = Sqlite.Database;
