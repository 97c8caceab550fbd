/** Small but complete records, as the controller would hand them to a store. */
import type { Decision } from "../../../src/core/domain/decision.ts";
import {
  imageName,
  machineName,
  type OperationId,
  type OverrideId,
  type PlanId,
  roleName,
} from "../../../src/core/domain/names.ts";
import type { FinishedOperation, Operation } from "../../../src/core/domain/operation.ts";
import { newMachineRecord, type PoolState } from "../../../src/core/domain/pool-state.ts";
import { known, type Reading } from "../../../src/core/domain/reading.ts";
import { newStorage } from "../../../src/core/storage/storage.statechart.ts";
import type { Intent, RecordedDecision } from "../../../src/store/store.ts";

export const web = roleName("web");
export const compile = roleName("compile");
export const m01 = machineName("m01");
export const m02 = machineName("m02");
export const operationId = (id: string): OperationId => id as OperationId;

export const sampleOperation = (id: string, machine = m01): Operation => ({
  id: operationId(id),
  machine,
  from: compile,
  to: "spare",
  fromImage: imageName("compile.2026-11"),
  toImage: null,
  manner: "usual",
  reason: "web is short by 2",
  plan: "plan-1" as PlanId,
  startedMs: 1_000,
  chart: {
    version: 1,
    value: "draining",
    context: { offSent: false, waitedMs: 12.5, deadline: Number.POSITIVE_INFINITY },
  },
});

export const sampleState = (): PoolState => ({
  adopted: true,
  mode: { version: 1, value: { authority: "auto" }, context: { paused: null } },
  roles: new Map([[web, { version: 2, value: "steady", context: { desired: 4, heldMs: 0 } }]]),
  machines: new Map([
    [m01, { ...newMachineRecord(), adopted: true, placement: web, bootMs: [61_000, 58_500] }],
    [
      m02,
      {
        ...newMachineRecord(),
        unmanageable: "RTK_BMC_AUTH: password refused",
        quarantine: { why: "never came back", sinceMs: 5, operation: operationId("op-0"), expected: null },
      },
    ],
  ]),
  operations: new Map([[operationId("op-1"), sampleOperation("op-1")]]),
  overrides: [
    {
      id: "ov-1" as OverrideId,
      act: { kind: "pause", scope: { kind: "role", role: web }, direction: "out" },
      author: "ann",
      reason: "kernel roll-out",
      createdMs: 1,
      expiresMs: 2,
      overrideFloor: false,
    },
  ],
  spent: [{ operation: operationId("op-1"), machine: m01, domains: { rack: "r1" }, ageMs: 10, undone: "pinned" }],
  failures: [{ machine: m02, image: null, rack: "r1", effect: "powerOn", why: "no beacon", ageMs: 7, overcome: true }],
  rollouts: [
    {
      role: web,
      aim: { kind: "image", image: imageName("web.2026-11"), previous: imageName("web.2026-10") },
      canaries: 1,
      wavesPercent: [10, 100],
      soakMs: 1_800_000,
      order: [{ machine: m01, bootId: "boot-1" }],
      left: [{ machine: m02, why: "pinned" }],
      author: "ann",
      reason: "new kernel",
      startedMs: 3,
      endedMs: null,
      chart: { version: 1, value: "soaking", context: { soakedMs: 12.5 } },
    },
  ],
  recoveringMs: null,
  storage: new Map([["nfs-a", newStorage()]]),
});

export const sampleDecision = (atMs: number, load: Reading = known(200), desired = 4): RecordedDecision => ({
  atMs,
  decision: decisionOf(atMs, load, desired),
  plan: { id: `plan-${desired}` as PlanId, atMs, moves: [], cancels: [], notDone: [] },
});

function decisionOf(atMs: number, demand: Reading, desired: number): Decision {
  return {
    atMs,
    roles: new Map([
      [
        web,
        {
          role: web,
          demand,
          wanted: { count: desired, hungry: false, reason: "load 200" },
          needed: desired,
          permitted: { min: 2, max: Number.POSITIVE_INFINITY, reasons: ["floor 2"] },
          desired,
          state: "steady",
          floor: 2,
          counts: { forFloor: 4, capacity: 4, capacityUnits: 4, arriving: 0, leaving: 0 },
          reasons: ["load 200 wants 4"],
        },
      ],
    ]),
    spareDesired: 0,
    lazy: new Map(),
    charts: new Map([[web, { version: 2, value: "steady", context: { desired } }]]),
    held: [],
  };
}

export const sampleIntent = (operation: string, atMs = 1_000): Omit<Intent, "id" | "result"> => ({
  operation: operationId(operation),
  machine: m01,
  effect: "softOff",
  attempt: 1,
  atMs,
});

export const sampleFinished = (id: string, endedMs: number, machine = m01): FinishedOperation => ({
  operation: sampleOperation(id, machine),
  outcome: "done",
  why: "serves web",
  endedMs,
});

/** A tick in which nothing happened but what is said. */
export const sampleTick = (
  changes: Partial<Parameters<import("../../../src/store/store.ts").Store["saveTick"]>[0]>,
) => ({
  state: sampleState(),
  finished: [],
  decision: null,
  demand: new Map(),
  atMs: 0,
  ...changes,
});
