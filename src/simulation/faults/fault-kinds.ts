/** Every kind of fault that a simulated day may bring. */
import type { FaultKind } from "./fault-kind.ts";
import { OPERATOR_FAULTS } from "./operator-faults.ts";
import { WORLD_FAULTS } from "./world-faults.ts";

export const FAULT_KINDS: readonly FaultKind[] = [...WORLD_FAULTS, ...OPERATOR_FAULTS];

export function faultKind(name: string): FaultKind {
  const kind = FAULT_KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind of fault is called ${name}`);
  return kind;
}
