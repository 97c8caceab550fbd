/** The point of no return: until the power-off is sent, an operation can be undone. */
import type { Operation } from "../domain/operation.ts";

const UNDOABLE = new Set(["preflight", "draining", "relinking"]);

/** Drained, and its power-off not sent: the link is set, and the BMC's GUID is read. */
export function isBetweenDrainAndOff(operation: Operation): boolean {
  const { value } = operation.chart;
  return value === "relinking" || (value === "poweringOff" && canCancel(operation));
}

/** Whether this operation may still be called off. `poweringOff` may be, until the intent of the first off is journaled. */
export function canCancel(operation: Operation): boolean {
  const { value, context } = operation.chart;
  if (typeof value !== "string") return false;
  return UNDOABLE.has(value) || (value === "poweringOff" && !(context as { offSent: boolean }).offSent);
}
