/** Operations under way: where each machine is on its way, since when, and what it waits for. */
import { describeDuration } from "../../core/domain/units.ts";
import type { OperationAnswer } from "../answers.ts";
import type { Look } from "./look.ts";
import { andMore, tableText } from "./table.ts";

const COLUMNS = ["machine", "way", "phase", "for", "total", "waits for"];

/** `nowMs`: the daemon's clock. */
export function operationsText(
  operations: readonly OperationAnswer[],
  nowMs: number,
  look: Look,
  most = Number.POSITIVE_INFINITY,
): string {
  if (operations.length === 0) return "";
  const rows = operations
    .slice(0, most)
    .map(({ machine, from, to, phase, phaseMs, startedMs, waitsFor, why }) => [
      machine,
      `${from} to ${to}`,
      phase,
      describeDuration(phaseMs),
      describeDuration(Math.max(0, nowMs - startedMs)),
      [waitsFor, why].filter((text) => text !== null && text !== "").join("; "),
    ]);
  const table = tableText(look, COLUMNS, rows);
  return operations.length > most ? `${table}\n${andMore(operations.length - most)}` : table;
}
