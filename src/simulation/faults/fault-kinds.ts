/** Every kind of fault that a simulated day may bring, and of the works that it may have. */
import type { FaultKind } from "./fault-kind.ts";
import { OPERATOR_FAULTS } from "./operator-faults.ts";
import { STORAGE_FAULTS } from "./storage-faults.ts";
import { WORKS_FAULTS } from "./works-faults.ts";
import { WORLD_FAULTS } from "./world-faults.ts";

/** Of any day. */
export const EVERYDAY_FAULTS: readonly FaultKind[] = [...WORLD_FAULTS, ...OPERATOR_FAULTS];

export const FAULT_KINDS: readonly FaultKind[] = [...EVERYDAY_FAULTS, ...WORKS_FAULTS, ...STORAGE_FAULTS];

export function faultKind(name: string): FaultKind {
  const kind = FAULT_KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind of fault is called ${name}`);
  return kind;
}
